import type { Trouble } from '../../../network/trouble.ts';
import { type WebPage, webPageIn } from '../../../network/web-page.ts';
import { retryAfterMs } from '../../../transforms/http-date.ts';

/** The answer to one request, before its status is checked. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Uint8Array;
}

/** A failed request, with what is needed to decide whether to retry. */
export class FailedRequest extends Error {
  readonly path: string;
  /** HTTP status; undefined if there was no answer. */
  readonly status: number | undefined;
  readonly worthRetrying: boolean;
  readonly retryAfterMs: number | undefined;
  /** The network's failure in plain words, if known. */
  readonly trouble: Trouble | undefined;
  /** The full address that a redirect points to. */
  readonly location: string | undefined;
  /** The web page that was sent in place of an answer of the API. */
  readonly webPage: WebPage | undefined;

  constructor(
    path: string,
    message: string,
    options: {
      status?: number;
      worthRetrying: boolean;
      retryAfterMs?: number | undefined;
      trouble?: Trouble | undefined;
      location?: string | undefined;
      webPage?: WebPage | undefined;
      cause?: unknown;
    },
  ) {
    super(message, { cause: options.cause });
    this.name = 'FailedRequest';
    this.path = path;
    this.status = options.status;
    this.worthRetrying = options.worthRetrying;
    this.retryAfterMs = options.retryAfterMs;
    this.trouble = options.trouble;
    this.location = options.location;
    this.webPage = options.webPage;
  }
}

/**
 * Reads the body of a successful answer with `read`.
 *
 * Heartland's errors are `{error, message, details}`; proxies answer 502–504 with HTML, and an overloaded account
 * may answer 200 with an empty or truncated page. All of those fail here; those that may pass are marked worth retrying.
 * Bytes that are not UTF-8 do not fail: they belong to a row, which goes to the quarantine.
 *
 * @throws FailedRequest
 */
export function readAnswer<T>(path: string, answer: RawAnswer, read: (body: Uint8Array) => T): T {
  const { status, body } = answer;
  if (status !== 200) throw refusedRequest(path, answer);
  try {
    return read(body);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new FailedRequest(path, `the answer is not JSON (${startOf(body)})`, {
      status,
      worthRetrying: true,
      webPage: webPageIn(answer),
      cause,
    });
  }
}

function refusedRequest(path: string, answer: RawAnswer): FailedRequest {
  const { status, headers, body } = answer;
  // As rare as an empty 200, and as likely to pass on a retry.
  const isWithoutContent = status > 200 && status < 300;
  const says = isWithoutContent ? ': an answer without content' : serverMessage(body);
  const { location } = headers;
  return new FailedRequest(path, `${status}${says}`, {
    status,
    worthRetrying: isWithoutContent || status === 429 || status === 408 || status >= 500,
    retryAfterMs: retryAfterMs(headers, Date.now()),
    location: status >= 300 && status < 400 ? [location].flat()[0] : undefined,
    webPage: webPageIn(answer),
  });
}

/**
 * Checks that a change was accepted: 200 or 204, with or without a body.
 *
 * @throws FailedRequest
 */
export function checkChanged(path: string, answer: RawAnswer): void {
  if (answer.status !== 200 && answer.status !== 204) throw refusedRequest(path, answer);
}

/**
 * The id of a newly created record: 201, and `/api/sales/orders/136177` in the Location header.
 *
 * @throws FailedRequest
 */
export function createdId(path: string, { status, headers, body }: RawAnswer): string {
  const id = /\/(\d+)$/.exec(String(headers.location))?.[1];
  if (status === 201 && id !== undefined) return id;
  // Created without an id is as uncertain as no answer.
  if (status === 201)
    throw new FailedRequest(path, `${status}${serverMessage(body)}`, { worthRetrying: false });
  throw refusedRequest(path, { status, headers, body });
}

function serverMessage(body: Uint8Array): string {
  try {
    const { error, message } = JSON.parse(new TextDecoder().decode(body)) as {
      error?: unknown;
      message?: unknown;
    };
    return (
      [error, message]
        .filter(part => typeof part === 'string')
        // One line, without characters that could move a terminal's cursor.
        .map(part => ` ${part.replace(/[\p{Cc}\s]+/gu, ' ').slice(0, 200)}`)
        .join(':')
    );
  } catch {
    return body.length === 0 ? ' with an empty body' : ` (${startOf(body)})`;
  }
}

function startOf(body: Uint8Array): string {
  if (body.length === 0) return 'it is empty';
  const text = new TextDecoder().decode(body.subarray(0, 200)).replace(/\s+/g, ' ').trim();
  if (text.startsWith('<')) return 'it is a web page';
  // Records may contain personal data, which must not reach a message.
  const size = `${body.length.toLocaleString('en-US')} bytes`;
  if (/^[[{]/.test(text)) return `it is truncated or malformed, ${size}`;
  if (/[\p{Cc}\uFFFD]/u.test(text)) {
    const first = Buffer.from(body.subarray(0, 4)).toString('hex');
    return `it is not text: ${size} that begin with ${first}`;
  }
  return `it starts with ${JSON.stringify(text.slice(0, 60))}`;
}
