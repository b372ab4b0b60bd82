import { rootCertificates } from 'node:tls';
import { type Dispatcher, EnvHttpProxyAgent, Pool } from 'undici';
import { readProxies } from './proxies.ts';

/** Whom to trust where TLS is spoken. Certificates are always verified. */
export interface TlsTrust {
  /** PEM of the authorities to trust instead of the public ones. */
  readonly ca?: string;
  /** Name in the server's certificate, where it is another than the host. */
  readonly serverName?: string;
}

export interface DispatcherOptions extends TlsTrust {
  /** For connecting, to the proxy too. */
  readonly timeoutMs: number;
  /** To one host at most. Left out: as many as are asked for. */
  readonly connections?: number;
}

/**
 * What sends HTTP requests, through the proxies that the environment names.
 *
 * @throws ConfigurationError where the environment names a proxy that is none
 */
export function httpDispatcher({
  ca,
  serverName,
  timeoutMs,
  connections,
}: DispatcherOptions): Dispatcher {
  const { http, https, none } = readProxies();
  const trust = {
    ...(ca !== undefined && { ca }),
    ...(serverName !== undefined && { servername: serverName }),
  };
  return new EnvHttpProxyAgent({
    // Empty, and not left out: the environment was read.
    httpProxy: http?.url.href ?? '',
    httpsProxy: https?.url.href ?? '',
    noProxy: none,
    ...(connections !== undefined && { connections }),
    connect: { timeout: timeoutMs, ...trust },
    requestTls: { timeout: timeoutMs, ...trust },
    // A proxy by https may be known to the public, or to the same authority.
    proxyTls: { timeout: timeoutMs, ...(ca !== undefined && { ca: [...rootCertificates, ca] }) },
    clientFactory: (origin, options) =>
      new Pool(origin, { ...options, headersTimeout: timeoutMs, bodyTimeout: timeoutMs }),
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  });
}

const shared = new Map<string, Dispatcher>();

/** One for all who ask alike, so that connections are kept; idle ones do not keep the program alive. */
export function sharedDispatcher(options: DispatcherOptions): Dispatcher {
  const { http, https, none } = readProxies();
  const key = JSON.stringify([options, http?.url.href, https?.url.href, none]);
  const known = shared.get(key);
  if (known !== undefined) return known;
  const made = httpDispatcher(options);
  shared.set(key, made);
  return made;
}
