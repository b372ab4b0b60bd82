import { Observable } from 'rxjs';
import type { Dispatcher } from 'undici';
import { tooLarge, tooSlow } from '../../../network/answer-fault.ts';
import { codingsOf, decoded } from '../../../network/decoded.ts';
import type { RawAnswer } from './answer.ts';

/** Limit of an answer, before and after decoding, for a server that never ends its answer. No page is as large. */
const MOST_BYTES = 64 * 1024 * 1024;
const FIRST_BYTES = 64 * 1024;
/** A larger buffer is not reused. */
const MOST_REUSED_BYTES = 16 * 1024 * 1024;

/** Reused buffers for answer bodies: with a new one for each page, dozens waited for the garbage collector. */
export type FreeBuffers = Buffer[];

/** A request, and how long the whole answer may take. */
export type Exchange = Omit<Dispatcher.DispatchOptions, 'origin' | 'path'> & {
  readonly url: URL;
  /** From the request to the last byte, in milliseconds. */
  readonly wholeMs: number;
};

/**
 * Sends one HTTP request and reads the whole answer, whatever its status. Unsubscribing aborts it.
 *
 * Chunks of the body are copied into one buffer as they arrive, so that the socket's buffers are free at once.
 *
 * @returns the answer, once; its body is reused for another answer as soon as the subscriber has handled it
 * @throws AnswerFault if the answer is too slow, too large or cannot be decoded; else the network's error
 */
export function exchange(
  dispatcher: Dispatcher,
  { url, wholeMs, ...request }: Exchange,
  free: FreeBuffers,
): Observable<RawAnswer> {
  return new Observable(subscriber => {
    let buffer = free.pop() ?? Buffer.allocUnsafeSlow(FIRST_BYTES);
    let length = 0;
    let head: Pick<RawAnswer, 'status' | 'headers'>;
    let controller: Dispatcher.DispatchController | undefined;
    let isOver = false;
    const timer = setTimeout(() => giveUp(tooSlow(wholeMs)), wholeMs);
    subscriber.add(() => end());

    dispatcher.dispatch(
      { ...request, origin: url.origin, path: url.pathname + url.search },
      {
        onRequestStart: started => {
          controller = started;
          if (isOver) started.abort(new Error('it is no longer wanted'));
        },
        onResponseStart: (_, status, headers) => {
          head = { status, headers };
          if (Number(headers['content-length']) > MOST_BYTES) giveUp(tooLarge(MOST_BYTES));
        },
        onResponseData: (_, chunk) => {
          if (isOver) return;
          if (length + chunk.length > MOST_BYTES) return giveUp(tooLarge(MOST_BYTES));
          if (length + chunk.length > buffer.length) {
            const wanted = Math.min(2 * (length + chunk.length), MOST_BYTES);
            const larger = Buffer.allocUnsafeSlow(wanted);
            buffer.copy(larger, 0, 0, length);
            buffer = larger;
          }
          chunk.copy(buffer, length);
          length += chunk.length;
        },
        onResponseEnd: () => {
          if (isOver) return;
          const body = buffer.subarray(0, length);
          const codings = codingsOf(head.headers['content-encoding'], body);
          if (codings.length === 0) return handOver(body);
          decoded(body, codings, MOST_BYTES).then(handOver, error => {
            // An error matters more than its malformed body.
            if (head.status >= 300) handOver(Buffer.alloc(0));
            else giveUp(error);
          });
        },
        onResponseError: (_, error) => giveUp(error),
      },
    );

    function handOver(body: Buffer): void {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      subscriber.next({ ...head, body });
      free.push(buffer);
      subscriber.complete();
    }

    function giveUp(error: unknown): void {
      if (end(error)) subscriber.error(error);
    }

    /** Ends the exchange without an answer; returns false if it has already ended. */
    function end(because?: unknown): boolean {
      if (isOver) return false;
      isOver = true;
      clearTimeout(timer);
      if (buffer.length <= MOST_REUSED_BYTES) free.push(buffer);
      controller?.abort(because instanceof Error ? because : new Error('it is no longer wanted'));
      return true;
    }
  });
}
