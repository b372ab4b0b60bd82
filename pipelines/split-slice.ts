import { FailedRequest } from '../sources/heartland/answer.ts';
import { SourceError } from '../transforms/errors.ts';
import type { Slice } from './slices.ts';

/** A span of time that is asked for, by the field it is asked of. */
export interface TimeWindow {
  readonly field: 'created_at' | 'updated_at';
  /** Included; ISO 8601. */
  readonly from: string;
  /** Not included; undefined where it is open. */
  readonly to: string | undefined;
}

/** A window is not cut further than this. */
const SHORTEST_MS = 86_400_000;

/** The filter that asks for a window. */
export function clauseOf({ field, from, to }: TimeWindow): object {
  return { [field]: { $gte: from, ...(to !== undefined && { $lt: to }) } };
}

/**
 * Whether Heartland may have failed because too much was asked for at once: wide windows of tickets and reports were
 * seen to answer 500, every time.
 */
export function isTooWide(error: unknown): boolean {
  return (
    error instanceof SourceError &&
    error.cause instanceof FailedRequest &&
    error.cause.status === 500
  );
}

/**
 * The two halves of a slice's window, to be pulled one after the other; undefined where it has none, or it is a day
 * already. The cursor goes as far as the halves that are in: with the first, to the middle.
 */
export function splitSlice(slice: Slice, now: Date): readonly [Slice, Slice] | undefined {
  const { window } = slice;
  if (window === undefined) return undefined;
  const from = Date.parse(window.from);
  const to = window.to === undefined ? now.getTime() : Date.parse(window.to);
  if (to - from <= SHORTEST_MS) return undefined;
  const middle = new Date(from + (to - from) / 2).toISOString();
  const { moveTo, sinceRun: _, ...rest } = slice;
  const half = (part: TimeWindow) => ({
    ...rest,
    label: `${part.field} ${part.from} to ${part.to ?? 'now'}`,
    window: part,
    clauses: [clauseOf(part)],
    // A record that changes meanwhile goes from one half to the other, so neither tells what is gone.
    ...(rest.scope.kind === 'since' && { scope: { kind: 'changes' } as const }),
  });
  const first = half({ ...window, to: middle });
  const second = half({ ...window, from: middle });
  // An instant that is reached by updates is safe to go on from; one of creation says nothing about updates.
  const firstMove = moveTo === 'highest id' ? moveTo : middle;
  const canMoveFirst = moveTo === 'highest id' || window.field === 'updated_at';
  return [
    moveTo !== undefined && canMoveFirst ? { ...first, moveTo: firstMove } : first,
    moveTo === undefined ? second : { ...second, moveTo },
  ];
}
