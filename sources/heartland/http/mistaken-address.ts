import type { Explanation } from '../../../transforms/errors.ts';
import type { FailedRequest } from './answer.ts';

/** OpenSSL's errors for the answer of a server without TLS. */
const NO_TLS = new Set(['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG']);

/** Statuses about the token, the request rate or a timeout, which say nothing about the address. */
const SAYS_NOTHING = new Set([401, 403, 408, 429]);

/**
 * Explains what is wrong with `heartland.base_url`, if the failure shows it.
 *
 * `/api` may be missing, or http and https mixed up. Undefined if the address may be right.
 *
 * @param base the address, without a slash at its end
 */
export function mistakenAddress(
  { status, path, message, cause }: Pick<FailedRequest, 'status' | 'path' | 'message' | 'cause'>,
  base: string,
): Explanation | undefined {
  const { host, protocol, pathname } = new URL(base);
  if (status !== undefined) {
    const lacksApi = !/\/api\/*$/.test(pathname) && status < 500 && !SAYS_NOTHING.has(status);
    if (!lacksApi) return undefined;
    return {
      problem: `Heartland’s API was not found at heartland.base_url, in a request for ${path} (${message})`,
      found: base,
      expected: `an address with /api at its end, as ${base}/api`,
      next: 'Add /api to heartland.base_url.',
    };
  }
  const { code = '', socket } = (cause ?? {}) as {
    code?: string;
    socket?: { bytesRead?: number } | null;
  };
  if (protocol === 'https:' && NO_TLS.has(code))
    return {
      problem: `The server at ${host} does not speak https (${message})`,
      found: base,
      next: `Set the https port in heartland.base_url; for a server on this machine that speaks http, write http://${host}${pathname}.`,
    };
  // A server that expects TLS hangs up on a plain request, or answers with bytes that are not HTTP.
  const hungUp = code === 'UND_ERR_SOCKET' && socket?.bytesRead === 0;
  if (protocol === 'http:' && (hungUp || code.startsWith('HPE_')))
    return {
      problem: `The server at ${host} did not answer a request by http (${message}), despite retries`,
      found: base,
      next: `If it speaks https, write https://${host}${pathname} in heartland.base_url; else check the server, and run the command again.`,
    };
  return undefined;
}

/** The network's error in one line, without the source locations that OpenSSL adds. */
export function saidByNetwork(cause: unknown): string {
  const {
    code = 'no answer',
    reason,
    message,
  } = cause as Error & { code?: string; reason?: string };
  return `${code}: ${(code.startsWith('ERR_SSL_') && reason) || message}`;
}
