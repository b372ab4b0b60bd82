import type { Explanation } from '../../../transforms/errors.ts';
import type { FailedRequest } from './answer.ts';

/** What OpenSSL calls the answer of a server that knows no TLS. */
const NO_TLS = new Set(['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG']);

/** What says neither that the address is right nor that it is wrong: the token, the pace, the patience of the server. */
const SAYS_NOTHING = new Set([401, 403, 408, 429]);

/**
 * What is wrong with `heartland.base_url`, where a failure lets it be told: `/api` is missing, or http and https were
 * mixed up. Undefined where the address may well be right.
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
      problem: `Heartland’s API was not found at heartland.base_url, when asked for ${path} (${message})`,
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
      problem: `What answers at ${host} does not speak https (${message})`,
      found: base,
      next: `Name the port that does in heartland.base_url; for a server on this machine that speaks http, write http://${host}${pathname}.`,
    };
  // A server that waits for TLS hangs up on a plain request, or answers with bytes that are no HTTP.
  const hungUp = code === 'UND_ERR_SOCKET' && socket?.bytesRead === 0;
  if (protocol === 'http:' && (hungUp || code.startsWith('HPE_')))
    return {
      problem: `What answers at ${host} did not answer a request by http (${message}), also when asked again`,
      found: base,
      next: `If it speaks https, write https://${host}${pathname} in heartland.base_url; else see whether it is well, and run the command again.`,
    };
  return undefined;
}

/** What the network said, in one line: the words of OpenSSL are followed by places in its source. */
export function saidByNetwork(cause: unknown): string {
  const {
    code = 'no answer',
    reason,
    message,
  } = cause as Error & { code?: string; reason?: string };
  return `${code}: ${(code.startsWith('ERR_SSL_') && reason) || message}`;
}
