import { AsyncSubject, concat, defer, EMPTY, finalize, type Observable } from 'rxjs';

/**
 * Runs observables one after another, in the order they were subscribed to.
 *
 * Pages arrive concurrently, and a transaction's one connection takes one of them at a time.
 */
export function serialize(): <T>(work: Observable<T>) => Observable<T> {
  let previous: Observable<never> = EMPTY;
  return work =>
    defer(() => {
      const before = previous;
      const done = new AsyncSubject<never>();
      previous = done;
      // In a microtask: when all of them are unsubscribed at once, the next one must not start.
      return concat(before, work).pipe(finalize(() => queueMicrotask(() => done.complete())));
    });
}
