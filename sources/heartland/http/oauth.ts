/**
 * Heartland's OAuth flow: consent in the browser, a code, a token, and the account's host.
 *
 * Source: API documentation, OAuth Flow. No refresh is documented: a token is valid until it is revoked.
 */
import { askWhole, type WholeAnswer } from '../../../network/ask-whole.ts';
import { sharedDispatcher, type TlsTrust } from '../../../network/dispatcher.ts';
import { troubleOf } from '../../../network/trouble.ts';
import { webPageIn, webPageInWords } from '../../../network/web-page.ts';
import { SourceError } from '../../../transforms/errors.ts';
import { interrupted } from '../../../transforms/interruption.ts';

/** A registered app. */
export interface RegisteredApp extends TlsTrust {
  /** The authorization server, as `https://retail.heartland.us`. */
  readonly server: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUri: string;
}

/** Answers with a token or a host are short. */
const LIMITS = { timeoutMs: 20_000, wholeMs: 60_000, mostBytes: 1 << 20 } as const;

/** The address to open for consent. `response_type` is not documented, but a client in use sends it. */
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

/** The result of the redirect after consent. */
export type Redirect =
  | { readonly kind: 'code'; readonly code: string }
  | { readonly kind: 'refused'; readonly because: string }
  | { readonly kind: 'foreign' }
  | { readonly kind: 'none' };

/**
 * Reads the address that the browser was redirected to.
 *
 * One with another `state`, or without one, does not belong to our request and must not be used (RFC 6749, 10.12).
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
 * Exchanges a code for a token.
 *
 * The secret is sent in the query, as documented, so no error contains any part of the request.
 *
 * @throws SourceError if the code or the app is refused, or the answer is invalid
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
    expected: 'a new code, and the client id, secret and redirect address of the registered app',
    next: 'A code is valid for a short time and works once: run tillstream connect again. If it persists, compare heartland.oauth with the app that Heartland registered.',
  });
}

/**
 * Requests the base URL of the token's account.
 *
 * @throws SourceError if the answer has no host, or one outside the server's own domain
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
  // The token goes there with every request, so the host must belong to the server's domain.
  const isOurs =
    url !== null &&
    url.host === host &&
    (url.hostname === hostname || url.hostname.endsWith(`.${hostname}`));
  if (status === 200 && isOurs) return url.href;
  throw new SourceError('HOST_UNKNOWN', {
    problem: `Heartland at ${new URL(server).host} did not send the account’s host (${status}${came})`,
    found: host,
    expected: `a host that ends in .${hostname}`,
    next: 'Run tillstream connect again; if it persists, please report this message.',
  });
}

interface OAuthAnswer {
  readonly status: number;
  readonly body: unknown;
  /** What was sent in place of data, in words. */
  readonly came: string;
}

async function ask(
  { server, ca, serverName }: Pick<RegisteredApp, 'server' | 'ca' | 'serverName'>,
  pathAndQuery: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<OAuthAnswer> {
  const trust = {
    ...(ca !== undefined && { ca }),
    ...(serverName !== undefined && { serverName }),
  };
  const dispatcher = await sharedDispatcher({ timeoutMs: LIMITS.timeoutMs, ...trust });
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
    if (signal.aborted) throw interrupted('Requesting a token from Heartland');
    const trouble = troubleOf(error, 'heartland');
    // Without the cause: it may contain the address of the request, which has the secret.
    const { code = 'no answer' } = error as { code?: unknown };
    const what = trouble?.kind === 'answer' ? 'sent an invalid answer' : 'cannot be reached';
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
  if (code === 'UND_ERR_BODY_TIMEOUT') return `its answer paused for ${seconds} s`;
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return `no connection within ${seconds} s`;
  return typeof code === 'string' ? code : 'no answer';
}

/** A redirect's address without its query, or the page that was sent in place of data. */
function came(answer: WholeAnswer): string {
  const to = URL.parse([answer.headers.location].flat()[0] ?? '');
  if (answer.status >= 300 && answer.status < 400 && to !== null)
    return `, a redirect to ${to.origin}${to.pathname}`;
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
