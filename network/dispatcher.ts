import { rootCertificates } from 'node:tls';
import type { Dispatcher } from 'undici';
import { readProxies } from './proxies.ts';

/** Which certificates to trust. Certificates are always verified. */
export interface TlsTrust {
  /** PEM of the authorities to trust instead of the public ones. */
  readonly ca?: string;
  /** Name in the server's certificate, if it differs from the host. */
  readonly serverName?: string;
}

export interface DispatcherOptions extends TlsTrust {
  /** Longest time to connect, also to the proxy. */
  readonly timeoutMs: number;
  /** Most connections to one host. Default: no limit. */
  readonly connections?: number;
}

/**
 * Creates an HTTP dispatcher that uses the proxies of the environment.
 *
 * Undici is loaded here, because most commands send no request.
 *
 * @throws ConfigurationError when a proxy variable does not hold the address of a proxy
 */
export async function httpDispatcher({
  ca,
  serverName,
  timeoutMs,
  connections,
}: DispatcherOptions): Promise<Dispatcher> {
  const { http, https, none } = readProxies();
  const { EnvHttpProxyAgent, Pool } = (await import('undici')).default;
  const trust = {
    ...(ca !== undefined && { ca }),
    ...(serverName !== undefined && { servername: serverName }),
  };
  return new EnvHttpProxyAgent({
    // Empty instead of undefined, so that undici does not read the environment again.
    httpProxy: http?.url.href ?? '',
    httpsProxy: https?.url.href ?? '',
    noProxy: none,
    ...(connections !== undefined && { connections }),
    connect: { timeout: timeoutMs, ...trust },
    requestTls: { timeout: timeoutMs, ...trust },
    // An https proxy may have a public certificate, or one of the same authority.
    proxyTls: { timeout: timeoutMs, ...(ca !== undefined && { ca: [...rootCertificates, ca] }) },
    clientFactory: (origin, options) =>
      new Pool(origin, { ...options, headersTimeout: timeoutMs, bodyTimeout: timeoutMs }),
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  });
}

const shared = new Map<string, Promise<Dispatcher>>();

/** Returns one dispatcher for equal options, so that connections are reused. */
export async function sharedDispatcher(options: DispatcherOptions): Promise<Dispatcher> {
  const { http, https, none } = readProxies();
  const key = JSON.stringify([options, http?.url.href, https?.url.href, none]);
  const known = shared.get(key);
  if (known !== undefined) return known;
  const made = httpDispatcher(options);
  shared.set(key, made);
  return made;
}
