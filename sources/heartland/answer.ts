/** What came back from one request, before it is known to be good. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Uint8Array;
}

/** A request that did not succeed, with what is needed to decide whether to ask again. */
export class FailedRequest extends Error {
  readonly path: string;
  /** HTTP status, or undefined when no answer came at all. */
  readonly status: number | undefined;
  readonly worthRetrying: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(
    path: string,
    message: string,
    options: {
      status?: number;
      worthRetrying: boolean;
      retryAfterMs?: number | undefined;
      cause?: unknown;
    },
  ) {
    super(message, { cause: options.cause });
    this.name = 'FailedRequest';
    this.path = path;
    this.status = options.status;
    this.worthRetrying = options.worthRetrying;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/**
 * What `read` makes of the body of a good answer.
 *
 * Heartland's errors are `{error, message, details}`; proxies answer 502–504 with HTML, and an overloaded account
 * may answer 200 with nothing or with half a page. All of those are failures here, and those that may pass are
 * marked worth retrying. Bytes that are not UTF-8 are no failure: they belong to a row, and will put it in quarantine.
 *
 * @throws FailedRequest
 */
export function readAnswer<T>(path: string, answer: RawAnswer, read: (body: Uint8Array) => T): T {
  const { status } = answer;
  if (status !== 200) {
    throw new FailedRequest(path, `${status}${serverMessage(answer.body)}`, {
      status,
      worthRetrying: status === 429 || status === 408 || status >= 500,
      retryAfterMs: retryAfterMs(answer.headers['retry-after']),
    });
  }
  try {
    return read(answer.body);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new FailedRequest(path, `the answer is not JSON (${startOf(answer.body)})`, {
      status,
      worthRetrying: true,
      cause,
    });
  }
}

/**
 * The id of a record that was just made: 201, and `/api/sales/orders/136177` in the Location header.
 *
 * @throws FailedRequest
 */
export function createdId(path: string, { status, headers, body }: RawAnswer): string {
  const id = /\/(\d+)$/.exec(String(headers.location))?.[1];
  if (status === 201 && id !== undefined) return id;
  throw new FailedRequest(path, `${status}${serverMessage(body)}`, {
    // Made, and its number not told, is as uncertain as no answer.
    ...(status !== 201 && { status }),
    worthRetrying: false,
  });
}

/** `Retry-After` as milliseconds: seconds, or an HTTP date; undefined when absent or unreadable. */
export function retryAfterMs(
  header: string | string[] | undefined,
  now: number = Date.now(),
): number | undefined {
  const value = Array.isArray(header) ? header[0] : header;
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value.trim())) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
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
        // One line of it, without what could move a terminal's cursor.
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
  // What records hold may be personal data, and no message may.
  if (/^[[{]/.test(text)) return `it breaks off or is broken, ${body.length} bytes of it`;
  return `it starts with ${JSON.stringify(text.slice(0, 60))}`;
}
