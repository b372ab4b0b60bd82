import { ConfigurationError } from '../transforms/errors.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A proxy, and the environment variable that names it. */
export interface NamedProxy {
  readonly variable: string;
  readonly url: URL;
}

/** The proxies of the environment, read as curl and most programs read them. */
export interface Proxies {
  readonly http: NamedProxy | undefined;
  readonly https: NamedProxy | undefined;
  /** Hosts that need no proxy, as written in `NO_PROXY`. */
  readonly none: string;
}

const PROTOCOLS = ['http:', 'https:', 'socks5:', 'socks:'];

/**
 * Reads `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`.
 *
 * Lower-case names take precedence; an empty value means no proxy.
 *
 * @throws ConfigurationError for a value that is not the address of a proxy; it is not shown,
 *   because it may contain a password
 */
export function readProxies(env: Environment = process.env): Proxies {
  return {
    http: proxyIn(env, ['http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY']),
    https: proxyIn(env, ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY']),
    none: env.no_proxy ?? env.NO_PROXY ?? '',
  };
}

/** Secrets of the proxies: their passwords as written, decoded, and as sent. */
export function proxySecrets(env: Environment = process.env): string[] {
  const names = ['http_proxy', 'https_proxy', 'all_proxy'];
  return names
    .flatMap(name => [env[name], env[name.toUpperCase()]])
    .flatMap(written => {
      const url = written === undefined ? null : addressIn(written);
      // A value that is not an address is never shown.
      if (url === null || url.password === '') return [];
      const password = decodeURIComponent(url.password);
      const pair = `${decodeURIComponent(url.username)}:${password}`;
      return [url.password, password, Buffer.from(pair).toString('base64')];
    });
}

/** Adds this machine to `NO_PROXY` for the rest of the process: no proxy leads back to it. */
export function askThisMachineDirectly(env: NodeJS.ProcessEnv = process.env): void {
  const name = env.no_proxy === undefined ? 'NO_PROXY' : 'no_proxy';
  env[name] = [env[name], 'localhost', '127.0.0.1', '::1'].filter(Boolean).join(',');
}

function proxyIn(env: Environment, names: readonly string[]): NamedProxy | undefined {
  const variable = names.find(name => env[name] !== undefined);
  const written = variable === undefined ? '' : env[variable]!.trim();
  if (variable === undefined || written === '') return undefined;
  const url = addressIn(written);
  if (url !== null) return { variable, url };
  throw new ConfigurationError('PROXY_ADDRESS', {
    problem:
      `The environment variable ${variable} does not hold the address of a proxy (it is not ` +
      'shown: it may contain a password)',
    expected:
      'http://host:port or http://user:password@host:port, where @ : / in user and ' +
      'password are written %40 %3A %2F',
    next: `Correct it, or remove it with: unset ${variable}`,
  });
}

/** Parses an address as curl does: without a scheme it is http. */
function addressIn(written: string): URL | null {
  const text = written.trim().replace(/^socks5h:/i, 'socks5:');
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  if (url === null || !PROTOCOLS.includes(url.protocol) || url.hostname === '') return null;
  try {
    decodeURIComponent(url.username + url.password);
    return url;
  } catch {
    return null;
  }
}
