import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext, getCACertificates, type SecureVersion } from 'node:tls';
import type pg from 'pg';
import connectionString from 'pg-connection-string';
import { ConfigurationError } from '../../transforms/errors.ts';
import { checkParameters, refused } from './address-parameters.ts';
import { addressUrl } from './address-url.ts';
import { type AuthenticationRule, authenticationRule } from './authentication.ts';

/** TLS settings as Node's `tls.connect` takes them; false for a connection without TLS. */
export type Tls = Exclude<pg.ClientConfig['ssl'], undefined | true | string>;

/** A Postgres address, read as psql and libpq read it. */
export interface Address {
  /** Host, port, user, password, database and startup options, as `pg` takes them. */
  readonly target: pg.ClientConfig;
  /** TLS settings in the order to try them: libpq's `prefer` and `allow` have two. */
  readonly tls: readonly [Tls, ...Tls[]];
  readonly authentication: AuthenticationRule;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** libpq's modes, and node-postgres' own name for `require` without a check. */
const MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify'];

/**
 * Reads a `postgres://` address with libpq's parameters (PostgreSQL documentation, "Database
 * Connection Control Functions"), whose defaults come from PGSSLMODE and its siblings and from
 * `~/.postgresql`, as they do for psql.
 *
 * `require` without a CA file encrypts and does not verify, as in libpq; without `sslmode`, TLS is
 * used where the server offers it. Stricter than libpq: a file that was named must be there.
 *
 * @throws ConfigurationError for a parameter or file that cannot be used; never shows the password
 */
export function readAddress(url: string, env: Environment = process.env): Address {
  const parsed = addressUrl(url);
  if (parsed === undefined) throw refused('is not a postgres:// address');
  // A + is a +, as in libpq: no form was filled in here.
  const parameters = new Map(new URLSearchParams(parsed.search.replaceAll('+', '%2B')));
  const hosts = [parsed.hostname, parameters.get('host'), parameters.get('hostaddr')].join(' ');
  if (hosts.includes(','))
    throw refused(
      'names several hosts',
      'one host',
      'Name the one that can be written to, or a name that always leads to it (a proxy, or DNS).',
    );
  checkParameters(parameters);
  const target = targetOf(parsed, parameters);
  const tls: [Tls, ...Tls[]] = isSocket(target.host) ? [false] : tlsOf(parameters, env);
  // The certificate is that of the name, wherever the name is said to lead.
  const name = parameters.has('hostaddr') && (parameters.get('host') ?? parsed.hostname);
  return {
    target,
    tls: name
      ? (tls.map(one => one && { host: name, servername: name, ...one }) as unknown as typeof tls)
      : tls,
    authentication: authenticationRule(
      parameters.get('require_auth') ?? env.PGREQUIREAUTH,
      parameters.get('channel_binding') ?? env.PGCHANNELBINDING,
    ),
  };
}

/** Who connects where. What is about TLS is left out, as `pg-connection-string` has its own mind about it. */
function targetOf(url: URL, parameters: ReadonlyMap<string, string>): pg.ClientConfig {
  const bare = new URL(url);
  bare.search = '';
  for (const name of ['host', 'port', 'user', 'password'])
    if (parameters.has(name)) bare.searchParams.set(name, parameters.get(name)!);
  let target: pg.ClientConfig;
  try {
    target = connectionString.parseIntoClientConfig(bare.href);
  } catch {
    throw refused('cannot be read: its user, password or database holds a % that is not encoded');
  }
  const timeout = Number(parameters.get('connect_timeout') ?? 0);
  return {
    ...target,
    ...(parameters.has('dbname') && { database: parameters.get('dbname')! }),
    ...(parameters.has('hostaddr') && { host: parameters.get('hostaddr')! }),
    ...(parameters.has('options') && { options: parameters.get('options')! }),
    // libpq takes 1 for 2.
    ...(timeout > 0 && { connectionTimeoutMillis: Math.max(timeout, 2) * 1000 }),
  };
}

function isSocket(host: string | undefined): boolean {
  return host?.startsWith('/') ?? false;
}

function tlsOf(parameters: ReadonlyMap<string, string>, env: Environment): [Tls, ...Tls[]] {
  const given = (name: string) => parameters.get(name) ?? env[`PG${name.toUpperCase()}`];
  const root = given('sslrootcert') ?? (hasDefault('root.crt') ? ofUser('root.crt') : undefined);
  const isSystem = root === 'system';
  const named = modeNamed(parameters) ?? env.PGSSLMODE;
  const mode = named ?? (isSystem ? 'verify-full' : 'prefer');
  if (!MODES.includes(mode)) throw refused(`has sslmode=${mode}`, `one of ${MODES.join(', ')}`);
  if (isSystem && mode !== 'verify-full' && mode !== 'disable')
    throw refused(
      `has sslmode=${mode} with sslrootcert=system`,
      'sslmode=verify-full: anybody can have a certificate that a public authority signed',
    );
  const direct = given('sslnegotiation') === 'direct';
  if (direct && ['disable', 'allow', 'prefer'].includes(mode))
    throw refused(`has sslmode=${mode} with sslnegotiation=direct`, 'sslmode=require or stricter');

  const common = commonTls(given);
  const unverified = { ...common, rejectUnauthorized: false };
  switch (mode) {
    case 'disable':
      return [false];
    case 'allow':
      return [false, unverified];
    case 'prefer':
      return [unverified, false];
    case 'no-verify':
      return [unverified];
    case 'verify-full':
      return [usable({ ...common, ca: authorities(root) })];
    case 'verify-ca':
      if (root === undefined)
        throw refused(
          'has sslmode=verify-ca without sslrootcert',
          'sslrootcert=FILE with the CA to trust',
          'Name that file, or write sslmode=verify-full, which checks the name too.',
        );
  }
  // `require` with a CA file is `verify-ca` (libpq, Protection Provided in Different Modes).
  if (root === undefined) return [unverified];
  return [usable({ ...common, ca: authorities(root), checkServerIdentity: () => undefined })];
}

/** `ssl=true` is `sslmode=require` to libpq, and `requiressl=1` was before that. */
function modeNamed(parameters: ReadonlyMap<string, string>): string | undefined {
  const mode = parameters.get('sslmode');
  if (mode !== undefined) return mode;
  const ssl = parameters.get('ssl') ?? parameters.get('requiressl');
  if (ssl === undefined) return undefined;
  if (ssl === 'true' || ssl === '1') return 'require';
  return ssl === 'false' || ssl === '0' ? 'disable' : ssl;
}

/** What holds in every mode: the client's own certificate, the versions, the list of revoked ones. */
function commonTls(given: (name: string) => string | undefined): Exclude<Tls, false> {
  const cert = given('sslcert') ?? (hasDefault('postgresql.crt') ? ofUser('postgresql.crt') : '');
  const crl = given('sslcrl');
  const own = cert !== '' && {
    cert: fileOf('sslcert', cert),
    key: fileOf('sslkey', given('sslkey') ?? ofUser('postgresql.key')),
    passphrase: given('sslpassword'),
  };
  return usable({
    ...own,
    ...(crl !== undefined && { crl: fileOf('sslcrl', crl) }),
    minVersion: (given('ssl_min_protocol_version') ?? 'TLSv1.2') as SecureVersion,
    ...(given('ssl_max_protocol_version') !== undefined && {
      maxVersion: given('ssl_max_protocol_version') as SecureVersion,
    }),
    ...(given('sslnegotiation') === 'direct' && { ALPNProtocols: ['postgresql'] }),
  });
}

/** The certificates to trust: those of a file, or those this machine trusts. */
function authorities(root: string | undefined): string[] {
  if (root !== undefined && root !== 'system') {
    const text = fileOf('sslrootcert', root);
    if (text.includes('-----BEGIN')) return [text];
    throw refused(`has sslrootcert=${root}, which holds no certificate`, 'a PEM file');
  }
  return [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
}

/** Tries the settings here: what is wrong with a file is no matter of the connection. */
function usable<Settings extends Exclude<Tls, false>>(settings: Settings): Settings {
  try {
    createSecureContext(settings);
    return settings;
  } catch (cause) {
    throw refused(
      `has TLS settings that cannot be used (${(cause as Error).message})`,
      'PEM files in sslrootcert, sslcert, sslkey and sslcrl, and the key’s password in sslpassword',
    );
  }
}

function fileOf(parameter: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new ConfigurationError(
      'ADDRESS_FILE_UNREADABLE',
      {
        problem: `The file that ${parameter} names for warehouse.url cannot be read`,
        found: `${path} (${(cause as NodeJS.ErrnoException).code})`,
        next: `Put it there, or correct ${parameter} in warehouse.url or PG${parameter.toUpperCase()}.`,
      },
      cause,
    );
  }
}

function ofUser(name: string): string {
  return join(homedir(), '.postgresql', name);
}

function hasDefault(name: string): boolean {
  try {
    readFileSync(ofUser(name));
    return true;
  } catch {
    return false;
  }
}
