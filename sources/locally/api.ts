import { askWhole, type WholeAnswer } from '../../network/ask-whole.ts';
import { sharedDispatcher, type TlsTrust } from '../../network/dispatcher.ts';
import { troubleOf } from '../../network/trouble.ts';
import { webPageIn, webPageInWords } from '../../network/web-page.ts';

export interface LocallyApi extends TlsTrust {
  /** As `https://www.locally.com`: the only place that is asked. */
  readonly baseUrl: string;
  readonly token: string;
  /** Section of the configuration that all of this is from, as `locally.verify`. */
  readonly section: string;
  /** For the first byte and for each pause. Default 20 000. */
  readonly timeoutMs?: number;
}

/** Answers are small; more than this is something else. */
const MOST_BYTES = 2 << 20;
/** For a whole answer, in time-outs. */
const TIMES_THE_TIMEOUT = 3;

/** Why Locally gave no answer, in words that hold no token. */
export class LocallyFault extends Error {
  /** HTTP status, where there was an answer. */
  readonly status: number | undefined;
  /** What to do about it, where that can be said. */
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
 * One `GET` with the header `Locally-Api-Token`. A redirect is not followed.
 *
 * @throws LocallyFault with the status, or what the network said; never with the token
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
  const dispatcher = sharedDispatcher({ timeoutMs, ...trust });
  const answer = await askWhole(
    url,
    { timeoutMs, wholeMs: timeoutMs * TIMES_THE_TIMEOUT, mostBytes: MOST_BYTES },
    { dispatcher, headers: { 'locally-api-token': token, accept: 'application/json' } },
    signal,
  ).catch((cause: unknown) => {
    const trouble = troubleOf(cause, section);
    const { message, code = '' } = cause as { message: string; code?: string };
    const said = trouble?.reason ?? (message.includes(code) ? message : `${code} ${message}`);
    throw new LocallyFault(said, { next: trouble?.next, cause });
  });
  if (answer.status === 200) return parsed(answer);
  throw new LocallyFault(`status ${answer.status}${whatCame(answer)}`, { status: answer.status });
}

function parsed(answer: WholeAnswer): unknown {
  try {
    return JSON.parse(answer.body.toString('utf8'));
  } catch {
    throw new LocallyFault(`an answer that is not JSON${whatCame(answer)}`, { status: 200 });
  }
}

/** A redirect's address without its query, or the page that came in place of data. */
function whatCame(answer: WholeAnswer): string {
  const to = URL.parse([answer.headers.location].flat()[0] ?? '');
  if (answer.status >= 300 && answer.status < 400 && to !== null)
    return `, which sends us to ${to.origin}${to.pathname}`;
  const page = webPageIn(answer);
  return page === undefined ? '' : `, with ${webPageInWords(page)}`;
}
