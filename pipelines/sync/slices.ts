import { DateTime } from 'luxon';
import { type Cursor, readCursor } from '../../sinks/postgres/cursors.ts';
import type { MergeScope } from '../../sinks/postgres/merge.ts';
import type { ReadAgain } from '../../sinks/postgres/quarantine.ts';
import { statement } from '../../sinks/postgres/statement.ts';
import type { KeyWalk, SlicedWalk, Stream } from '../../sources/heartland/streams/stream.ts';
import { daysOf, localDate } from '../../transforms/day.ts';
import type { Work } from '../run/work.ts';
import { firstRunOf } from './definition.ts';
import { hasMergedItems, slicesOfMergedItems } from './merged-items.ts';
import { clauseOf, type TimeWindow } from './time-window.ts';

/** A part of a stream that is pulled, verified and committed in one transaction. */
export interface Slice {
  /** Empty if the stream has no slices. */
  readonly label: string;
  /** Which records, in Heartland's filter language; for streams read by key. */
  readonly clauses: readonly object[];
  readonly scope: MergeScope;
  /** The time window of the clauses, if any: it can be split if Heartland cannot answer it at once. */
  readonly window?: TimeWindow;
  /** Where the cursor moves after the pull; `highest id` is known only then. */
  readonly moveTo?: string | 'highest id';
  /** Whether every record is requested, which finds deletions. */
  readonly sweeps: boolean;
  /** Whether every row is compared again, even if the pages are the same as before. */
  readonly rereads?: boolean;
  /** For changes since a cursor: the run that moved the cursor; `0` if everything is read. */
  readonly sinceRun?: string | undefined;
}

/** How much a pull of the slice reads again of what earlier runs have read. */
export function readAgainBy({ scope, sinceRun }: Slice): ReadAgain {
  switch (scope.kind) {
    case 'sweep':
      return 'table';
    case 'since':
      return { sinceRun: '0' };
    case 'slice':
      return 'slice';
    default:
      return sinceRun === undefined ? 'changes' : { sinceRun };
  }
}

export interface SliceRequest {
  /** Read everything again, whatever the cursor. */
  readonly full?: boolean;
  /** Accept a sweep with unusually many deletions. */
  readonly acceptDeletes?: boolean;
  /** Exactly these days or month ends, for a month-end file that needs current values. */
  readonly days?: readonly string[];
}

/** A weekly sweep of all keys finds deletions and missed updates. */
const SWEEP_EVERY_DAYS = 7;
/** New ids may be committed slightly out of order; this many are read again. */
const ID_LOOKBACK = 500;
/** A recorded time that is further in the future comes from a wrong clock. */
const CLOCK_TOLERANCE_MS = 3_600_000;
/** Month ends that a first sync pulls; others are pulled when a file needs them. */
const MONTH_ENDS = 2;

/** The due slices of a stream. */
export async function slicesDue(
  work: Work,
  stream: Stream,
  request: SliceRequest = {},
): Promise<readonly Slice[]> {
  const { walk } = stream;
  if (walk.kind === 'by_key') {
    const cursor =
      walk.changedBy === undefined || request.full
        ? undefined
        : await cursorToResumeFrom(work, stream);
    const slice = keySlice(work, walk, cursor);
    return [{ ...slice, scope: sweeping(slice.scope, request), rereads: request.full ?? false }];
  }
  if (walk.slicedBy === 'nothing') {
    return [
      {
        label: '',
        clauses: [],
        scope: sweeping({ kind: 'sweep' }, request),
        sweeps: true,
        rereads: request.full ?? false,
      },
    ];
  }
  const values = request.days ?? (await pageSlices(work, stream, walk, request.full ?? false));
  return values.map(label => ({
    label,
    clauses: [],
    scope: { kind: 'slice', column: walk.sliceColumn, value: label },
    sweeps: false,
    rereads: request.full ?? false,
  }));
}

function sweeping(scope: MergeScope, { acceptDeletes = false }: SliceRequest): MergeScope {
  return scope.kind === 'sweep' || scope.kind === 'since'
    ? { ...scope, acceptsDeletes: acceptDeletes }
    : scope;
}

function keySlice(work: Work, walk: KeyWalk, cursor: Cursor | undefined): Slice {
  const { changedBy } = walk;
  const whole = { label: '', sweeps: true, scope: { kind: 'sweep' }, clauses: [] } as const;
  if (changedBy === undefined) return whole;
  // Fixed before the first request: later changes are for the next run.
  const moveTo = changedBy === 'id' ? 'highest id' : changesKnownUpTo(work).toISOString();
  if (cursor === undefined || isSweepDue(work, cursor))
    return { ...whole, moveTo, ...(walk.fromHistoryStart && sinceHistoryStart(work, changedBy)) };
  const some = {
    ...({ label: '', scope: { kind: 'changes' }, moveTo, sweeps: false } as const),
    sinceRun: cursor.runId,
  };
  if (changedBy === 'id')
    return { ...some, clauses: [newIds(cursor), ...fromTheBeginning(work, walk).clauses] };
  const { lookback_minutes } = work.configuration.heartland;
  const lookback = Date.parse(cursor.position) - lookback_minutes * 60_000;
  const start = walk.fromHistoryStart ? Date.parse(historyStartsAt(work)) : lookback;
  const from = new Date(Math.max(lookback, start)).toISOString();
  // A cursor in the future was moved by a wrong clock: the changes since that run are unknown.
  if (lookback >= Date.parse(moveTo))
    return { ...whole, moveTo, ...(walk.fromHistoryStart && sinceHistoryStart(work, changedBy)) };
  return { ...some, ...within({ field: 'updated_at', from, to: moveTo }) };
}

/**
 * The end of the window of changes: the earlier of our clock and Heartland's.
 *
 * A clock that is ahead would move the cursor past future changes.
 */
function changesKnownUpTo({ now, heartland }: Work): Date {
  return new Date(now().getTime() + Math.min(0, heartland.clockSkewMs));
}

/** Whether a sweep is due; also if the last one seems to be in the future, because a clock was wrong. */
function isSweepDue({ now }: Work, { sweptAt }: Cursor): boolean {
  if (sweptAt === undefined) return true;
  const age = now().getTime() - sweptAt.getTime();
  return age > SWEEP_EVERY_DAYS * 86_400_000 || age < -CLOCK_TOLERANCE_MS;
}

async function pageSlices(
  work: Work,
  stream: Stream,
  walk: SlicedWalk,
  full: boolean,
): Promise<readonly string[]> {
  // Also by the earlier clock: a day that has not begun has nothing to pull.
  const until = localDate(changesKnownUpTo(work), work.configuration.timezone);
  switch (walk.slicedBy) {
    case 'location': {
      const names = { table: stream.name, slice: walk.sliceColumn };
      const rows = await work.warehouse.query<{ id: string }>(
        statement('warehouse/locations-to-pull', names),
      );
      return rows.map(row => row.id);
    }
    case 'day':
      return unsettled(
        work,
        stream,
        daysOf({ start: walk.from ?? historyStart(work), end: until }),
        full,
      );
    case 'month':
      return unsettled(work, stream, monthsOf(walk.from ?? historyStart(work), until), full);
    case 'month_end':
      return unsettled(work, stream, lastMonthEnds(until, MONTH_ENDS), full);
  }
}

/**
 * The days that are not final yet.
 *
 * Tickets are voided and back-dated for some time, so a day is final once it was pulled `restate_days` after it. If a
 * record behind a final day changes, the day is due again.
 */
async function unsettled(
  work: Work,
  stream: Stream,
  days: readonly string[],
  full: boolean,
): Promise<readonly string[]> {
  if (full) return days;
  const { warehouse, configuration } = work;
  const rows = await warehouse.query<{ slice: string }>(
    `select slice from _run_streams
     where stream = $1 and status = 'complete' and run_id >= $5 and started_at <= $6
       and (started_at at time zone $2)::date
           - (slice::date + case when $4 then interval '1 month - 1 day' else interval '0' end)::date >= $3
     group by slice
     -- A day with invalid rows is pulled again, however old it is.
     having (array_agg(quarantined order by run_id desc))[1] = 0`,
    [
      stream.name,
      configuration.timezone,
      Math.max(1, configuration.history.restate_days),
      stream.walk.kind === 'by_page' && stream.walk.slicedBy === 'month',
      String(await firstRunOf(work, stream)),
      // A wrong clock may have been ahead of a day.
      new Date(work.now().getTime() + CLOCK_TOLERANCE_MS),
    ],
  );
  const final = new Set(rows.map(row => row.slice));
  const again = await slicesOfMergedItems(work, stream);
  const due = await warehouse.query<{ slice: string }>(statement('due/of-stream'), [stream.name]);
  const notFinal = days.filter(day => !final.has(day) || again.has(day));
  // Whatever their age: the table also has days before the history that were requested once.
  return [...new Set([...due.map(({ slice }) => slice), ...notFinal])].sort();
}

/**
 * The cursor to resume from; undefined if everything has to be read again.
 *
 * That is so the first time, and after new columns, new children or merged items.
 */
async function cursorToResumeFrom(work: Work, stream: Stream): Promise<Cursor | undefined> {
  const firstRun = await firstRunOf(work, stream);
  const cursor = await readCursor(work.warehouse, stream.name);
  if (cursor === undefined || BigInt(cursor.runId) < firstRun) return undefined;
  const isDueAgain =
    (await hasNewChildren(work, stream)) || (await hasMergedItems(work, stream, cursor));
  return isDueAgain ? undefined : cursor;
}

async function hasNewChildren({ warehouse }: Work, { children = [] }: Stream): Promise<boolean> {
  if (children.length === 0) return false;
  const names = children.map(child => child.name);
  const rows = await warehouse.query<{ stream: string }>(
    `select distinct stream from _run_streams where stream = any($1) and status = 'complete'`,
    [names],
  );
  return rows.length < names.length;
}

/**
 * The slice of every record changed since the start of the history.
 *
 * That includes older records that were completed or voided since, which reports of those days count too. Of records that
 * never change, those created since.
 */
function sinceHistoryStart(
  work: Work,
  changedBy: 'id' | 'updated_at',
): Pick<Slice, 'clauses' | 'window' | 'scope'> {
  const from = historyStartsAt(work);
  const field = changedBy === 'id' ? 'created_at' : 'updated_at';
  return {
    ...within({ field, from, to: undefined }),
    scope: { kind: 'since', column: field, from },
  };
}

/** The filter for ids from a little before the cursor. */
function newIds({ position }: Cursor): object {
  return { id: { $gt: Math.max(0, Number(position) - ID_LOOKBACK) } };
}

/** The filter for records that never change: all, or those created since the start of the history. */
function fromTheBeginning(
  work: Work,
  { fromHistoryStart }: KeyWalk,
): Pick<Slice, 'clauses' | 'window'> {
  if (!fromHistoryStart) return { clauses: [] };
  return within({ field: 'created_at', from: historyStartsAt(work), to: undefined });
}

/** The start of the history in the earliest time zone, since stores may have any. */
function historyStartsAt(work: Work): string {
  return DateTime.fromISO(`${historyStart(work)}T00:00:00+14:00`)
    .toUTC()
    .toISO()!;
}

function within(window: TimeWindow): Pick<Slice, 'clauses' | 'window'> {
  return { clauses: [clauseOf(window)], window };
}

/** The first business date of the history: as configured, else the first of the month 13 months ago. */
export function historyStart(work: Work): string {
  return (
    work.configuration.history.from ??
    DateTime.fromISO(today(work)).minus({ months: 13 }).startOf('month').toISODate()!
  );
}

/** The merchant's date now. */
export function today({ now, configuration }: Work): string {
  return localDate(now(), configuration.timezone);
}

/** The first days of the months from one date to another. */
function monthsOf(from: string, to: string): readonly string[] {
  const months: string[] = [];
  let month = DateTime.fromISO(from).startOf('month');
  for (; month.toISODate()! <= to; month = month.plus({ months: 1 })) {
    months.push(month.toISODate()!);
  }
  return months;
}

function lastMonthEnds(date: string, count: number): readonly string[] {
  const month = DateTime.fromISO(date).startOf('month');
  return Array.from(
    { length: count },
    (_, back) => month.minus({ months: count - 1 - back, days: 1 }).toISODate()!,
  );
}
