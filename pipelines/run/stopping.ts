import { fromEvent, lastValueFrom, type Observable, takeUntil, throwIfEmpty } from 'rxjs';
import { interrupted, stopIfAborted } from '../../transforms/interruption.ts';

/**
 * Waits for the last value of `work`; an abort unsubscribes, which rolls back open transactions.
 *
 * @param doing the subject of the message, as "The sync"
 * @throws InterruptedError after an abort
 */
export async function untilAborted<T>(
  work: Observable<T>,
  signal: AbortSignal,
  doing: string,
): Promise<T> {
  stopIfAborted(signal, doing);
  return lastValueFrom(
    work.pipe(
      takeUntil(fromEvent(signal, 'abort')),
      throwIfEmpty(() => interrupted(doing)),
    ),
  );
}
