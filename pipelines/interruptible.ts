import { type MonoTypeOperatorFunction, Observable } from 'rxjs';
import { InterruptedError } from '../transforms/errors.ts';

/**
 * Ends a stream with an `InterruptedError` when the signal fires. Unsubscribing from its source is what aborts the
 * requests under way and rolls the open transactions back.
 *
 * @param doing what is stopped, as "sync"
 */
export function interruptible<T>(signal: AbortSignal, doing: string): MonoTypeOperatorFunction<T> {
  return source =>
    new Observable(subscriber => {
      const stop = () =>
        subscriber.error(
          new InterruptedError('INTERRUPTED', {
            problem: `${doing} was stopped on request; what was not finished is rolled back`,
            next: 'Run the command again to go on where it stopped.',
          }),
        );
      if (signal.aborted) return stop();
      signal.addEventListener('abort', stop, { once: true });
      const running = source.subscribe(subscriber);
      return () => {
        signal.removeEventListener('abort', stop);
        running.unsubscribe();
      };
    });
}
