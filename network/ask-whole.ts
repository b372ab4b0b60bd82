import type { Dispatcher } from 'undici';
import { tooLarge, tooSlow } from './answer-fault.ts';
import { codingsOf, decoded } from './decoded.ts';

/** Time and size limits of a response. */
export interface AnswerLimits {
  /** Longest wait for the first byte, and longest pause. */
  readonly timeoutMs: number;
  /** Longest time from the request to the last byte. */
  readonly wholeMs: number;
  /** Limit of the body, before and after decoding. */
  readonly mostBytes: number;
}

/** A complete response with its body decoded. */
export interface WholeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/**
 * Sends one request and reads its whole response, within limits of time and size.
 *
 * Redirects are not followed.
 *
 * @throws AnswerFault when the response is too slow, too large or cannot be decoded; else the
 *   network's own error
 */
export async function askWhole(
  url: string | URL,
  { timeoutMs, wholeMs, mostBytes }: AnswerLimits,
  options: { dispatcher: Dispatcher } & Pick<Dispatcher.RequestOptions, 'headers'>,
  signal: AbortSignal,
): Promise<WholeAnswer> {
  const { request } = (await import('undici')).default;
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
