import { Observable } from 'rxjs';
import type { Agent, Dispatcher } from 'undici';
import type { RawAnswer } from './answer.ts';

/** More than any page has: a bound for a server that never ends its answer. */
const MOST_BYTES = 256 * 1024 * 1024;
const FIRST_BYTES = 64 * 1024;

/** Buffers for the bodies of answers, used again: made anew for each page, dozens waited for the garbage collector. */
export type FreeBuffers = Buffer[];

/**
 * One exchange over HTTP: the whole answer, whatever it is. Each piece of its body is copied as it comes and kept by nobody,
 * so what the socket read into is free at once. Unsubscribing aborts it.
 *
 * @returns the answer, once; its body is used for another when that has been handled
 * @throws Error of the network, or of an answer that is too large
 */
export function exchange(
  agent: Agent,
  { url, ...request }: Omit<Dispatcher.DispatchOptions, 'origin' | 'path'> & { readonly url: URL },
  free: FreeBuffers,
): Observable<RawAnswer> {
  return new Observable(subscriber => {
    let buffer = free.pop() ?? Buffer.allocUnsafeSlow(FIRST_BYTES);
    let length = 0;
    let head: Pick<RawAnswer, 'status' | 'headers'>;
    let controller: Dispatcher.DispatchController | undefined;
    let isOver = false;

    agent.dispatch(
      { ...request, origin: url.origin, path: url.pathname + url.search },
      {
        onRequestStart: started => {
          controller = started;
          if (subscriber.closed) abort();
        },
        onResponseStart: (_, status, headers) => {
          head = { status, headers };
        },
        onResponseData: (_, chunk) => {
          if (isOver) return;
          if (length + chunk.length > MOST_BYTES) {
            return controller?.abort(new Error(`the answer has more than ${MOST_BYTES} bytes`));
          }
          if (length + chunk.length > buffer.length) {
            const larger = Buffer.allocUnsafeSlow(2 * (length + chunk.length));
            buffer.copy(larger, 0, 0, length);
            buffer = larger;
          }
          chunk.copy(buffer, length);
          length += chunk.length;
        },
        onResponseEnd: () => {
          isOver = true;
          subscriber.next({ ...head, body: buffer.subarray(0, length) });
          free.push(buffer);
          subscriber.complete();
        },
        onResponseError: (_, error) => {
          if (!isOver) free.push(buffer);
          isOver = true;
          subscriber.error(error);
        },
      },
    );

    function abort(): void {
      if (isOver) return;
      isOver = true;
      free.push(buffer);
      controller?.abort(new Error('it is no longer wanted'));
    }
    return abort;
  });
}
