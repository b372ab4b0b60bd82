import { fromEvent, lastValueFrom, type Observable, takeUntil, throwIfEmpty } from 'rxjs';
import { interrupted, stopIfAborted } from '../../transforms/interruption.ts';

/**
 * Waits for what `work` emits last; an abort unsubscribes from it at once, which rolls back whatever it had open.
 *
 * @param doing the beginning of a sentence, as "Making the feed"
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
