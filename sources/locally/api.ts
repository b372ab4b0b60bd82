import { askWhole, type WholeAnswer } from '../../network/ask-whole.ts';
import { sharedDispatcher, type TlsTrust } from '../../network/dispatcher.ts';
import { troubleOf } from '../../network/trouble.ts';
import { webPageIn, webPageInWords } from '../../network/web-page.ts';

export interface LocallyApi extends TlsTrust {
  /** As `https://www.locally.com`: the only host that gets requests. */
  readonly baseUrl: string;
  readonly token: string;
  /** Section of the configuration with these settings, as `locally.verify`. */
  readonly section: string;
  /** For the first byte and for each pause. Default 20 000. */
  readonly timeoutMs?: number;
}

/** Answers are small: a larger one is something else. */
const MAX_BYTES = 2 << 20;
/** A complete answer may take this many times the timeout. */
const COMPLETE_TIMEOUTS = 3;

/** Why Locally gave no usable answer; never with the token. */
export class LocallyFault extends Error {
  /** HTTP status, where there was an answer. */
  readonly status: number | undefined;
  /** What to do next, where that is known. */
  readonly next: string | undefined;

  constructor(
    message: string,
    { status, next, cause }: { status?: number; next?: string | undefined; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.name = 'LocallyFault';
    this.status = status;
    this.next = next;
  }
}

/**
 * Sends one `GET` with the header `Locally-Api-Token`. Redirects are not followed.
 *
 * @throws LocallyFault with the status or the network's error; never with the token
 */
export async function getFromLocally(
  { token, section, timeoutMs = 20_000, ca, serverName }: LocallyApi,
  url: URL,
  signal: AbortSignal,
): Promise<unknown> {
  const trust = {
    ...(ca !== undefined && { ca }),
    ...(serverName !== undefined && { serverName }),
  };
  const dispatcher = await sharedDispatcher({ timeoutMs, ...trust });
  const answer = await askWhole(
    url,
    { timeoutMs, wholeMs: timeoutMs * COMPLETE_TIMEOUTS, mostBytes: MAX_BYTES },
    { dispatcher, headers: { 'locally-api-token': token, accept: 'application/json' } },
    signal,
  ).catch((cause: unknown) => {
    const trouble = troubleOf(cause, section);
    const { message, code = '' } = cause as { message: string; code?: string };
    const said = trouble?.reason ?? (message.includes(code) ? message : `${code} ${message}`);
    throw new LocallyFault(said, { next: trouble?.next, cause });
  });
  if (answer.status === 200) return parsed(answer);
  throw new LocallyFault(`status ${answer.status}${contentOf(answer)}`, { status: answer.status });
}

function parsed(answer: WholeAnswer): unknown {
  try {
    return JSON.parse(answer.body.toString('utf8'));
  } catch {
    throw new LocallyFault(`an answer that is not JSON${contentOf(answer)}`, { status: 200 });
  }
}

/** A redirect's address without its query, or the web page that came instead of data. */
function contentOf(answer: WholeAnswer): string {
  const to = URL.parse([answer.headers.location].flat()[0] ?? '');
  if (answer.status >= 300 && answer.status < 400 && to !== null)
    return `, a redirect to ${to.origin}${to.pathname}`;
  const page = webPageIn(answer);
  return page === undefined ? '' : `, with ${webPageInWords(page)}`;
}
