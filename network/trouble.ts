import { AnswerFault } from './answer-fault.ts';
import { type NamedProxy, readProxies } from './proxies.ts';

/** Why a request failed, and what to do about it. */
export interface Trouble {
  readonly kind: 'certificate' | 'proxy' | 'answer';
  /** Completes "Heartland could not be reached: ". */
  readonly reason: string;
  readonly next?: string;
  /** Whether a retry without changes may succeed. */
  readonly mayPass: boolean;
}

/** The fields that undici and Node's sockets set on their errors. */
interface NetworkError extends Error {
  readonly code?: string | number;
  readonly hostname?: string;
  readonly host?: string;
  readonly address?: string;
  readonly port?: number;
  readonly errors?: readonly NetworkError[];
}

/** Node's codes for an untrusted certificate (Node documentation, TLS, X.509 error codes). */
const UNKNOWN_AUTHORITY = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_UNTRUSTED',
  'CERT_SIGNATURE_FAILURE',
  'INVALID_CA',
]);
const WRONG_TIME = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']);
const WRONG_NAME = new Set(['ERR_TLS_CERT_ALTNAME_INVALID', 'HOSTNAME_MISMATCH']);
const OTHER_CERTIFICATE = new Set(['CERT_REVOKED', 'INVALID_PURPOSE']);

/** Codes of a connection that was never established. */
const NOT_CONNECTED = new Set([
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT'],
  ...['ECONNRESET', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_SOCKET'],
]);

/**
 * Explains why a request failed; undefined if the error's own message is as good.
 *
 * @param section of the configuration with `ca` and `server_name`, such as `heartland`
 */
export function troubleOf(error: unknown, section: string): Trouble | undefined {
  if (error instanceof AnswerFault)
    return { kind: 'answer', reason: error.message, mayPass: error.mayPass };
  const { code = '' } = error as NetworkError;
  return (
    proxyTrouble(error as NetworkError) ??
    certificateTrouble(String(code), (error as Error).message, section) ??
    answerTrouble(String(code))
  );
}

function answerTrouble(code: string): Trouble | undefined {
  if (code === 'UND_ERR_HEADERS_OVERFLOW')
    return {
      kind: 'answer',
      reason: 'the headers of the response have more than 16 kB',
      next: 'Heartland and Locally send far fewer: check the proxy or firewall between.',
      mayPass: false,
    };
  return undefined;
}

function certificateTrouble(code: string, message: string, section: string): Trouble | undefined {
  const trouble = (reason: string, next: string): Trouble => ({
    kind: 'certificate',
    reason: `its certificate ${reason} (${code})`,
    next,
    mayPass: false,
  });
  const authority =
    `set ${section}.ca to a file with the certificate of the authority that signed it; ` +
    'an inspecting proxy has its own authority';
  if (UNKNOWN_AUTHORITY.has(code))
    return trouble('is not trusted', `If it is the right server, ${authority}.`);
  if (WRONG_TIME.has(code))
    return trouble(
      code === 'CERT_HAS_EXPIRED' ? 'has expired' : 'is not valid yet',
      'Check this machine’s clock; if it is right, the server needs a new certificate.',
    );
  if (WRONG_NAME.has(code)) {
    const names = /altnames: (.{1,200})$/s.exec(message)?.[1];
    return trouble(
      `is for another name${names === undefined ? '' : `: ${names}`}`,
      `Write the host as in the certificate, or set ${section}.server_name to that name.`,
    );
  }
  return OTHER_CERTIFICATE.has(code)
    ? trouble('is not trusted', 'Send this message to the administrator of the server.')
    : undefined;
}

function proxyTrouble(error: NetworkError): Trouble | undefined {
  const { http, https } = readProxies();
  const proxies = [https, http].filter(proxy => proxy !== undefined);
  const [first] = proxies;
  if (first === undefined) return undefined;
  const refused =
    /^Proxy response \((\d+)\)/.exec(error.message)?.[1] ??
    /^Proxy Authentication Required \((407)\)/.exec(error.message)?.[1];
  // Only a plain http request is sent to a proxy without a tunnel.
  const isTunnel = error.message.startsWith('Proxy response');
  if (refused !== undefined) return refusal((isTunnel ? https : http) ?? first, Number(refused));
  const code = String(error.code);
  const broke = code === 'UND_ERR_PRX_CONN' || code === 'UND_ERR_PRX_TLS';
  const isSocks = code.startsWith('UND_ERR_SOCKS5');
  const touched = broke || isSocks ? first : proxies.find(proxy => isAt(proxy, error));
  if (touched === undefined) return undefined;
  const { cause } = error as { cause?: { message?: string } };
  const said = broke ? ` (${cause?.message ?? code})` : ` (${isSocks ? error.message : code})`;
  return {
    kind: 'proxy',
    reason: `the proxy ${hostOf(touched)} cannot be reached${said}`,
    next:
      `The environment variable ${touched.variable} names it. Correct it, or list the hosts ` +
      'that need no proxy in NO_PROXY.',
    mayPass: true,
  };
}

function refusal(proxy: NamedProxy, status: number): Trouble {
  const where = hostOf(proxy);
  const correct = `Correct ${proxy.variable}, or list the hosts that need no proxy in NO_PROXY.`;
  if (status === 407)
    return {
      kind: 'proxy',
      reason:
        proxy.url.username === ''
          ? `the proxy ${where} requires a user and a password (407)`
          : `the proxy ${where} refused the user and password (407)`,
      next: `Write them in ${proxy.variable}, as http://user:password@${where}.`,
      mayPass: false,
    };
  if (status < 500)
    return {
      kind: 'proxy',
      reason: `the proxy ${where} refused to connect (${status})`,
      next: `Ask the administrator of the proxy to allow it. ${correct}`,
      mayPass: status === 429 || status === 408,
    };
  return {
    kind: 'proxy',
    reason: `the proxy ${where} could not connect (${status})`,
    next: `Ask the administrator of the proxy, or run the command again later. ${correct}`,
    mayPass: true,
  };
}

/** Host and port only: user and password are never shown. */
function hostOf({ url }: NamedProxy): string {
  return `${url.hostname}:${portOf(url)}`;
}

function portOf(url: URL): string {
  if (url.port !== '') return url.port;
  return url.protocol === 'https:' ? '443' : url.protocol === 'http:' ? '80' : '1080';
}

/** Whether the failed connection was one to the proxy itself, not through it. */
function isAt({ url }: NamedProxy, error: NetworkError): boolean {
  if (!NOT_CONNECTED.has(String(error.code)) && error.errors === undefined) return false;
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = portOf(url);
  if (error.message.includes(`${host}:${port}`)) return true;
  if (error.hostname !== undefined) return error.hostname === host;
  if (error.errors?.some(each => isAt({ variable: '', url }, each)) === true) return true;
  return String(error.port) === port && (error.address === host || !/^[\d.]+$|:/.test(host));
}
