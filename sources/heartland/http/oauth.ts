/**
 * OAuth2 as Heartland does it (API documentation, OAuth Flow): consent in the browser, a code, a token, and the host of
 * the account that gave it. No refresh is documented: a token holds until it is taken back.
 */
import { askWhole, type WholeAnswer } from '../../../network/ask-whole.ts';
import { sharedDispatcher, type TlsTrust } from '../../../network/dispatcher.ts';
import { troubleOf } from '../../../network/trouble.ts';
import { webPageIn, webPageInWords } from '../../../network/web-page.ts';
import { SourceError } from '../../../transforms/errors.ts';
import { interrupted } from '../../../transforms/interruption.ts';

/** A registered app. */
export interface RegisteredApp extends TlsTrust {
  /** Where consent is asked for and codes are exchanged, as `https://retail.heartland.us`. */
  readonly server: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUri: string;
}

/** Tokens and hosts are short; anything longer is something else. */
const LIMITS = { timeoutMs: 20_000, wholeMs: 60_000, mostBytes: 1 << 20 } as const;

/** The address that a person opens to give consent. `response_type` is not documented, but a client in use sends it. */
export function consentAddress(
  { server, clientId, redirectUri }: Omit<RegisteredApp, 'clientSecret'>,
  scopes: readonly string[],
  state: string,
): string {
  const query = new URLSearchParams({
    client_id: clientId,
    scope: scopes.join(' '),
    redirect_uri: redirectUri,
    response_type: 'code',
    state,
  });
  return `${server}/oauth/authorize?${query}`;
}

/** What the redirect brought back. */
export type Redirect =
  | { readonly kind: 'code'; readonly code: string }
  | { readonly kind: 'refused'; readonly because: string }
  | { readonly kind: 'foreign' }
  | { readonly kind: 'none' };

/**
 * Reads the address that the browser was sent to in the end. One with another `state`, or without any, was not asked for
 * by us and must not be used (RFC 6749, 10.12).
 */
export function readRedirect(address: string, redirectUri: string, state: string): Redirect {
  const url = URL.parse(address, redirectUri);
  if (url === null) return { kind: 'none' };
  const [code, error] = [url.searchParams.get('code'), url.searchParams.get('error')];
  if (!code && !error) return { kind: 'none' };
  if (url.searchParams.get('state') !== state) return { kind: 'foreign' };
  if (!code) return { kind: 'refused', because: error! };
  return { kind: 'code', code };
}

/**
 * Exchanges a code for a token. The secret travels in the query, as documented, so no part of the request is ever in
 * an error.
 *
 * @throws SourceError when the code or the app is refused, or the answer makes no sense
 */
export async function exchangeCode(
  app: RegisteredApp,
  code: string,
  signal: AbortSignal,
): Promise<string> {
  const query = new URLSearchParams({
    client_id: app.clientId,
    client_secret: app.clientSecret,
    code,
    grant_type: 'authorization_code',
    redirect_uri: app.redirectUri,
  });
  const { status, body, came } = await ask(app, `api/oauth/token?${query}`, {}, signal);
  const token = (body as { access_token?: unknown } | undefined)?.access_token;
  if (status === 200 && typeof token === 'string' && token !== '') return token;
  throw new SourceError('CODE_REFUSED', {
    problem: `Heartland at ${new URL(app.server).host} did not exchange the code for a token (${status}${came})`,
    expected:
      'a code that was just given, and the client id, secret and redirect address of the registered app',
    next: 'Codes last a short time and work once: run tillstream connect again. If it persists, compare heartland.oauth with what Heartland registered.',
  });
}

/**
 * The base URL of the account that gave the token.
 *
 * @throws SourceError when it is not told, or is no host of the server's own domain
 */
export async function lookUpAccount(
  app: Pick<RegisteredApp, 'server' | 'ca' | 'serverName'>,
  token: string,
  signal: AbortSignal,
): Promise<string> {
  const headers = { authorization: `Bearer ${token}` };
  const { server } = app;
  const { status, body, came } = await ask(app, 'api/system/host', headers, signal);
  const host = (body as { host?: unknown } | undefined)?.host;
  const { protocol, hostname } = new URL(server);
  const url = typeof host === 'string' ? URL.parse(`${protocol}//${host}/api`) : null;
  // The token goes there with every request, so a host elsewhere is not believed.
  const isOurs =
    url !== null &&
    url.host === host &&
    (url.hostname === hostname || url.hostname.endsWith(`.${hostname}`));
  if (status === 200 && isOurs) return url.href;
  throw new SourceError('HOST_UNKNOWN', {
    problem: `Heartland at ${new URL(server).host} did not say where the account is (${status}${came})`,
    found: host,
    expected: `a host that ends in .${hostname}`,
    next: 'Run tillstream connect again; if it persists, please report this message.',
  });
}

interface MonthEndSummary {
  readonly status: number;
  readonly body: unknown;
  /** What came in place of data, in words. */
  readonly came: string;
}

async function ask(
  { server, ca, serverName }: Pick<RegisteredApp, 'server' | 'ca' | 'serverName'>,
  pathAndQuery: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<MonthEndSummary> {
  const trust = {
    ...(ca !== undefined && { ca }),
    ...(serverName !== undefined && { serverName }),
  };
  const dispatcher = sharedDispatcher({ timeoutMs: LIMITS.timeoutMs, ...trust });
  try {
    const answer = await askWhole(
      `${server}/${pathAndQuery}`,
      LIMITS,
      { dispatcher, headers: { ...headers, accept: 'application/json' } },
      signal,
    );
    return {
      status: answer.status,
      body: parsed(answer.body.toString('utf8')),
      came: came(answer),
    };
  } catch (error) {
    if (signal.aborted) throw interrupted('Asking Heartland for a token');
    const trouble = troubleOf(error, 'heartland');
    // Not as the cause: the address of the request, and the secret in it, might be in there.
    const { code = 'no answer' } = error as { code?: unknown };
    const what = trouble?.kind === 'answer' ? 'gave no good answer' : 'cannot be reached';
    throw new SourceError('OAUTH_UNREACHABLE', {
      problem: `Heartland at ${new URL(server).host} ${what} (${trouble?.reason ?? inWords(code)})`,
      next:
        trouble?.next ??
        'Check heartland.oauth.server and the network, then run tillstream connect again.',
    });
  }
}

function inWords(code: unknown): string {
  const seconds = LIMITS.timeoutMs / 1000;
  if (code === 'UND_ERR_HEADERS_TIMEOUT') return `it did not answer within ${seconds} s`;
  if (code === 'UND_ERR_BODY_TIMEOUT') return `it fell silent for ${seconds} s within its answer`;
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return `no connection within ${seconds} s`;
  return typeof code === 'string' ? code : 'no answer';
}

/** A redirect's address without its query, or the page that came in place of data. */
function came(answer: WholeAnswer): string {
  const to = URL.parse([answer.headers.location].flat()[0] ?? '');
  if (answer.status >= 300 && answer.status < 400 && to !== null)
    return `, it sends us to ${to.origin}${to.pathname}`;
  const page = webPageIn(answer);
  return page === undefined ? '' : `, with ${webPageInWords(page)}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
