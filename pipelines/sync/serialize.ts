import { AsyncSubject, concat, defer, EMPTY, finalize, type Observable } from 'rxjs';

/**
 * Makes pieces of work go one after another, in the order they were subscribed to: pages arrive side by side, and a
 * transaction's one connection takes one of them at a time.
 */
export function serialize(): <T>(work: Observable<T>) => Observable<T> {
  let previous: Observable<never> = EMPTY;
  return work =>
    defer(() => {
      const before = previous;
      const done = new AsyncSubject<never>();
      previous = done;
      // A moment later: when all of them are being unsubscribed from, the next one must not begin in between.
      return concat(before, work).pipe(finalize(() => queueMicrotask(() => done.complete())));
    });
}
