import { ConfigurationError } from '../../transforms/errors.ts';
import { suggest } from '../../transforms/suggestion.ts';

/** Parameters that are read or that change nothing here; `true`, or the values that can be had. */
const KNOWN: Readonly<Record<string, true | readonly string[]>> = {
  host: true,
  hostaddr: true,
  port: true,
  user: true,
  password: true,
  dbname: true,
  options: true,
  connect_timeout: true,
  sslmode: true,
  ssl: true,
  requiressl: true,
  sslrootcert: true,
  sslcert: true,
  sslkey: true,
  sslpassword: true,
  sslcrl: true,
  sslsni: true,
  sslcompression: true,
  sslnegotiation: ['postgres', 'direct'],
  sslcertmode: ['allow', 'disable', 'require'],
  ssl_min_protocol_version: ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'],
  ssl_max_protocol_version: ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'],
  channel_binding: ['disable', 'prefer', 'require'],
  require_auth: true,
  gssencmode: ['disable', 'prefer'],
  // Only a server that can be written to will do, and doctor checks that.
  target_session_attrs: ['any', 'read-write', 'primary'],
  load_balance_hosts: true,
  // Ours are set on every connection.
  client_encoding: ['auto', 'utf8', 'UTF8', 'utf-8', 'UTF-8'],
  application_name: true,
  fallback_application_name: true,
  keepalives: true,
  keepalives_idle: true,
  keepalives_interval: true,
  keepalives_count: true,
  tcp_user_timeout: true,
  // node-postgres' way to ask for what holds here always.
  uselibpqcompat: ['true'],
};

/** libpq's parameters that cannot be had here, with the way around each. */
const NOT_HERE: Readonly<Record<string, string>> = {
  service: 'Write host, user and database into warehouse.url itself.',
  servicefile: 'Write host, user and database into warehouse.url itself.',
  passfile: 'Name the file in the environment variable PGPASSFILE.',
  sslcrldir: 'Put the lists into one file and name it with sslcrl.',
  requirepeer: 'Leave it out; only who may write to the socket’s folder can answer there.',
  replication: 'Leave it out.',
  krbsrvname: 'Kerberos is not spoken here: use a role with a password or a certificate.',
  gsslib: 'Kerberos is not spoken here: use a role with a password or a certificate.',
  gssdelegation: 'Kerberos is not spoken here: use a role with a password or a certificate.',
};

/** @throws ConfigurationError for the first parameter that is unknown or cannot be had */
export function checkParameters(parameters: ReadonlyMap<string, string>): void {
  for (const [name, value] of parameters) {
    if (Object.hasOwn(NOT_HERE, name))
      throw refused(`has ${name}, which is not supported`, undefined, NOT_HERE[name]);
    const values = Object.hasOwn(KNOWN, name) ? KNOWN[name]! : undefined;
    if (values === undefined) {
      const meant = suggest(name, Object.keys(KNOWN));
      throw refused(
        `has the parameter ${name}, which Postgres does not know`,
        meant,
        'Leave it out. A setting of the server goes in as options=-c%20name%3Dvalue.',
      );
    }
    if (values !== true && !values.includes(value))
      throw refused(`has ${name}=${value}`, `one of ${values.join(', ')}`);
  }
}

/** The one message for an address that cannot be used. */
export function refused(
  what: string,
  expected?: string,
  next = 'Correct it in warehouse.url.',
): ConfigurationError {
  return new ConfigurationError('ADDRESS_NOT_USABLE', {
    problem: `warehouse.url ${what}`,
    ...(expected !== undefined && { expected }),
    next,
  });
}
