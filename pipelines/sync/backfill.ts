import { DateTime } from 'luxon';
import { concatMap, defer, from, type Observable } from 'rxjs';
import { statement } from '../../sinks/postgres/statement.ts';
import type { Stream } from '../../sources/heartland/streams/stream.ts';
import { type DayRange, daysOf } from '../../transforms/day.ts';
import { UsageError } from '../../transforms/errors.ts';
import { asConfiguredOrRefused } from '../run/configured-streams.ts';
import type { Work } from '../run/work.ts';
import type { Configuration } from '../settings/schema.ts';
import type { Slice } from './slices.ts';
import { pullSlices, type StreamResult } from './sync.ts';
import { clauseOf } from './time-window.ts';

/**
 * Pulls a range of days of one stream again, slice by slice; the stream's cursor stays.
 *
 * Each slice is committed by itself. A backfill that was stopped resumes when the same command is run again.
 *
 * @param command as recorded with the run; it identifies an earlier, unfinished run
 * @throws UsageError if the stream has no days; ConfigurationError if it is not pulled at all
 */
export function backfill(
  work: Work,
  requested: Stream,
  range: DayRange,
  command: string,
): Observable<StreamResult> {
  const stream = asBackfilled(work.configuration, requested);
  const slices = slicesOf(work, stream, range);
  return defer(() => from(finished(work, stream, command))).pipe(
    concatMap(done => {
      const left = slices.filter(slice => !done.has(slice.label));
      if (left.length < slices.length) {
        const done = (slices.length - left.length).toLocaleString('en-US');
        const all = slices.length.toLocaleString('en-US');
        const text = `${done} of ${all} slices were pulled before; resuming after them`;
        work.report({ kind: 'note', text });
      }
      return pullSlices(work, stream, left);
    }),
  );
}

/**
 * A stream as configured, if it can be backfilled.
 *
 * @throws UsageError if it has no days; ConfigurationError if it is not pulled at all
 */
export function asBackfilled(configuration: Configuration, requested: Stream): Stream {
  const stream = asConfiguredOrRefused(configuration, requested);
  const { walk } = stream;
  if (walk.kind === 'by_key') {
    if (walk.changedBy === undefined) throw hasNoDays(stream, 'every sync reads all of it');
  } else if (!DATED.includes(walk.slicedBy)) throw hasNoDays(stream, 'it has current values only');
  return stream;
}

const DATED = ['day', 'month', 'month_end'];

/** The slices that runs of the same command have completed since it last succeeded. */
async function finished(
  { warehouse }: Work,
  stream: Stream,
  command: string,
): Promise<ReadonlySet<string>> {
  const rows = await warehouse.query<{ slice: string }>(statement('warehouse/finished-slices'), [
    command,
    stream.name,
  ]);
  return new Set(rows.map(row => row.slice));
}

function slicesOf(work: Work, stream: Stream, range: DayRange): readonly Slice[] {
  const { walk } = stream;
  if (walk.kind === 'by_key') return monthsOf(range).map(month => createdIn(work, month));
  switch (walk.slicedBy) {
    case 'day':
      return daysOf(range).map(day => sliceOf(walk.sliceColumn, day));
    case 'month':
      return monthsOf(range).map(({ start }) =>
        sliceOf(walk.sliceColumn, DateTime.fromISO(start).startOf('month').toISODate()!),
      );
    case 'month_end': {
      // A single day is pulled as requested, whether or not a month ends on it.
      const days = range.start === range.end ? [range.end] : monthEndsIn(range);
      return days.map(day => sliceOf(walk.sliceColumn, day));
    }
    default:
      return [];
  }
}

function sliceOf(column: string, value: string): Slice {
  return {
    label: value,
    clauses: [],
    scope: { kind: 'slice', column, value },
    sweeps: false,
    rereads: true,
  };
}

/** The records created in a range of the merchant's days. The cursor follows changes, so it stays. */
function createdIn({ configuration }: Work, { start, end }: DayRange): Slice {
  const midnight = (day: string, plus: number) =>
    DateTime.fromISO(day, { zone: configuration.timezone }).plus({ days: plus }).toUTC().toISO()!;
  const window = { field: 'created_at', from: midnight(start, 0), to: midnight(end, 1) } as const;
  return {
    label: `created ${start} to ${end}`,
    clauses: [clauseOf(window)],
    window,
    scope: { kind: 'changes' },
    sweeps: false,
  };
}

/** The range, split at the ends of months. */
function monthsOf({ start, end }: DayRange): readonly DayRange[] {
  const months: DayRange[] = [];
  for (let from = start; from <= end; ) {
    const last = DateTime.fromISO(from).endOf('month');
    const lastDay = last.toISODate()!;
    months.push({ start: from, end: lastDay < end ? lastDay : end });
    from = last.plus({ days: 1 }).toISODate()!;
  }
  return months;
}

function monthEndsIn(range: DayRange): readonly string[] {
  return monthsOf(range)
    .map(({ end }) => end)
    .filter(day => DateTime.fromISO(day).endOf('month').toISODate() === day);
}

function hasNoDays({ name }: Stream, because: string): UsageError {
  return new UsageError('NO_BACKFILL', {
    problem: `${name} cannot be backfilled: ${because}`,
    next: `Run tillstream sync --only ${name} --full instead.`,
  });
}
