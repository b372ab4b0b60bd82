import { fromEvent, lastValueFrom, map, merge, type Observable, of, take, takeUntil } from 'rxjs';
import { interrupted } from '../../sources/heartland/client.ts';

/** The last value of a cold stream; an abort unsubscribes from it, which cancels what it was doing. */
export async function settled<T>(
  source: Observable<T>,
  signal: AbortSignal,
  doing: string,
): Promise<T> {
  if (signal.aborted) throw interrupted(doing);
  const stop = merge(signal.aborted ? of(null) : fromEvent(signal, 'abort')).pipe(take(1));
  const values = await lastValueFrom(
    source.pipe(
      map(value => [value] as const),
      takeUntil(stop),
    ),
    { defaultValue: undefined },
  );
  if (values === undefined || signal.aborted) throw interrupted(doing);
  return values[0];
}
