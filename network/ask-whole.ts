import { type Dispatcher, request } from 'undici';
import { tooLarge, tooSlow } from './answer-fault.ts';
import { codingsOf, decoded } from './decoded.ts';

/** How long and how large an answer may be. */
export interface AnswerLimits {
  /** For the first byte, and for each pause. */
  readonly timeoutMs: number;
  /** From asking to the last byte. */
  readonly wholeMs: number;
  /** Of the body, also once it is decoded. */
  readonly mostBytes: number;
}

/** An answer that is whole, its body decoded. */
export interface WholeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/**
 * One request and its whole answer, within limits of time and size. A redirect is not followed.
 *
 * @throws AnswerFault when the answer is too slow, too large or cannot be decoded; else what the network said
 */
export async function askWhole(
  url: string | URL,
  { timeoutMs, wholeMs, mostBytes }: AnswerLimits,
  options: { dispatcher: Dispatcher } & Pick<Dispatcher.RequestOptions, 'headers'>,
  signal: AbortSignal,
): Promise<WholeAnswer> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(tooSlow(wholeMs)), wholeMs);
  try {
    const { statusCode, headers, body } = await request(url, {
      ...options,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      signal: AbortSignal.any([signal, late.signal]),
    });
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > mostBytes) throw tooLarge(mostBytes);
      chunks.push(chunk);
    }
    const whole = Buffer.concat(chunks);
    const codings = codingsOf(headers['content-encoding'], whole);
    return { status: statusCode, headers, body: await decoded(whole, codings, mostBytes) };
  } finally {
    clearTimeout(timer);
  }
}
