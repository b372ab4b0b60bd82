import { FailedRequest } from '../../sources/heartland/http/answer.ts';
import { SourceError } from '../../transforms/errors.ts';
import type { Slice } from './slices.ts';
import { clauseOf, type TimeWindow } from './time-window.ts';

/** A shorter window is not split. */
const SHORTEST_MS = 86_400_000;

/**
 * Whether Heartland may have failed because the time window is too wide.
 *
 * Wide windows of tickets and reports were seen to answer 500 every time.
 */
export function isTooWide(error: unknown): boolean {
  return (
    error instanceof SourceError &&
    error.cause instanceof FailedRequest &&
    error.cause.status === 500
  );
}

/**
 * Splits a slice's time window in two, to be pulled one after the other.
 *
 * The first part moves the cursor to the middle.
 *
 * @returns undefined if the slice has no window, or one of a day or less
 */
export function splitSlice(slice: Slice, now: Date): readonly [Slice, Slice] | undefined {
  const { window } = slice;
  if (window === undefined) return undefined;
  const from = Date.parse(window.from);
  const to = window.to === undefined ? now.getTime() : Date.parse(window.to);
  if (to - from <= SHORTEST_MS) return undefined;
  const middle = new Date(from + (to - from) / 2).toISOString();
  const { moveTo, sinceRun: _, ...rest } = slice;
  const partOf = (part: TimeWindow) => ({
    ...rest,
    label: `${part.field} ${part.from} to ${part.to ?? 'now'}`,
    window: part,
    clauses: [clauseOf(part)],
    // A record that changes meanwhile moves from one part to the other, so neither can find deletions.
    ...(rest.scope.kind === 'since' && { scope: { kind: 'changes' } as const }),
  });
  const first = partOf({ ...window, to: middle });
  const second = partOf({ ...window, from: middle });
  // The cursor is a time of update; a time of creation says nothing about updates.
  const firstMove = moveTo === 'highest id' ? moveTo : middle;
  const canMoveFirst = moveTo === 'highest id' || window.field === 'updated_at';
  return [
    moveTo !== undefined && canMoveFirst ? { ...first, moveTo: firstMove } : first,
    moveTo === undefined ? second : { ...second, moveTo },
  ];
}
