import { DateTime } from 'luxon';
import { type Cursor, readCursor } from '../sinks/postgres/cursors.ts';
import type { MergeScope } from '../sinks/postgres/merge.ts';
import type { ReadAgain } from '../sinks/postgres/quarantine.ts';
import { statement } from '../sinks/postgres/statement.ts';
import type { KeyWalk, SlicedWalk, Stream } from '../sources/heartland/stream.ts';
import { daysOf, localDate } from '../transforms/day.ts';
import { firstRunOf } from './definition.ts';
import { hasGoneItems, slicesOfGoneItems } from './gone-items.ts';
import { clauseOf, type TimeWindow } from './split-slice.ts';
import type { Work } from './work.ts';

/** One part of a stream that is pulled, checked and committed as one. */
export interface Slice {
  /** Empty where the stream has no slices. */
  readonly label: string;
  /** Which records, in Heartland's filter language; for streams walked by key. */
  readonly clauses: readonly object[];
  readonly scope: MergeScope;
  /** The span of time that the clauses ask for, where they do: it can be cut when it is too much at once. */
  readonly window?: TimeWindow;
  /** Where the cursor goes when the slice is in; `highest id` is known only then. */
  readonly moveTo?: string | 'highest id';
  /** Whether every record was asked for, which finds what was deleted. */
  readonly sweeps: boolean;
  /** Whether every row is to be compared again, even where the slice looks as it did before. */
  readonly rereads?: boolean;
  /** Where all that changed is read from a cursor on: the run that moved it there, `0` where it is read from the beginning. */
  readonly sinceRun?: string | undefined;
}

/** What a pull of the slice reads again of what earlier runs have read. */
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
  /** Read everything again, whatever the cursor says. */
  readonly full?: boolean;
  /** Believe a sweep in which much is gone. */
  readonly acceptDeletes?: boolean;
  /** Exactly these days or month ends, for a month-end file that needs them fresh. */
  readonly days?: readonly string[];
}

/** A sweep of all keys proves once a week that no update was missed, and finds deletes. */
const SWEEP_EVERY_DAYS = 7;
/** New ids may be committed a little out of order; this many are read again. */
const ID_LOOKBACK = 500;
/** Farther ahead than this, a moment that was written down is that of a clock that was wrong. */
const CLOCK_TOLERANCE_MS = 3_600_000;
/** Month ends that a first sync fetches; others are fetched when a file asks for them. */
const MONTH_ENDS = 2;

/** What is due of a stream now. */
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
        : await cursorToGoOnFrom(work, stream);
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
  // Frozen before the first request: what changes while we read is for the next run.
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
  // A cursor that is ahead was moved by a clock that was: what changed since that run is not known.
  if (lookback >= Date.parse(moveTo))
    return { ...whole, moveTo, ...(walk.fromHistoryStart && sinceHistoryStart(work, changedBy)) };
  return { ...some, ...asking({ field: 'updated_at', from, to: moveTo }) };
}

/**
 * Until when the changes of the account are asked for: by our clock or Heartland's, whichever is behind. One that is ahead would
 * move the cursor past changes that are still to come.
 */
function changesKnownUpTo({ now, heartland }: Work): Date {
  return new Date(now().getTime() + Math.min(0, heartland.clockSkewMs));
}

/** Whether it is time to read everything again; also where the last time seems to be yet to come, as the clock was wrong. */
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
  // By the earlier clock, too: a day that has not begun has nothing to pull.
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
 * The days that are not final yet. A day is final once it was pulled `restate_days` after it, because tickets are
 * voided and back-dated until then; however long nothing ran in between. A change of what it is made of makes a final day
 * due once more.
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
     -- What could not be read is worth asking for again, however old the day is.
     having (array_agg(quarantined order by run_id desc))[1] = 0`,
    [
      stream.name,
      configuration.timezone,
      Math.max(1, configuration.history.restate_days),
      stream.walk.kind === 'by_page' && stream.walk.slicedBy === 'month',
      String(await firstRunOf(work, stream)),
      // By a clock that was ahead, a day may have seemed over that had not begun.
      new Date(work.now().getTime() + CLOCK_TOLERANCE_MS),
    ],
  );
  const final = new Set(rows.map(row => row.slice));
  const again = await slicesOfGoneItems(work, stream);
  const due = await warehouse.query<{ slice: string }>(statement('due/of-stream'), [stream.name]);
  const notFinal = days.filter(day => !final.has(day) || again.has(day));
  // Whatever their age: those of before the kept history that were asked for once are in the table too.
  return [...new Set([...due.map(({ slice }) => slice), ...notFinal])].sort();
}

/**
 * Where to go on from; undefined where all is to be read from the beginning: the first time, when columns are wanted
 * that were left off before, when children are asked for that no run has brought yet, and when items were merged.
 */
async function cursorToGoOnFrom(work: Work, stream: Stream): Promise<Cursor | undefined> {
  const firstRun = await firstRunOf(work, stream);
  const cursor = await readCursor(work.warehouse, stream.name);
  if (cursor === undefined || BigInt(cursor.runId) < firstRun) return undefined;
  const isDueAgain =
    (await hasNewChildren(work, stream)) || (await hasGoneItems(work, stream, cursor));
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
 * Every record that changed since the start of the kept history: those that were made in it, and those made before
 * and completed or voided in it, which a report of its days counts too. Of records that never change, those made in it.
 */
function sinceHistoryStart(
  work: Work,
  changedBy: 'id' | 'updated_at',
): Pick<Slice, 'clauses' | 'window' | 'scope'> {
  const from = historyStartsAt(work);
  const field = changedBy === 'id' ? 'created_at' : 'updated_at';
  return {
    ...asking({ field, from, to: undefined }),
    scope: { kind: 'since', column: field, from },
  };
}

/** Ids from a little before the cursor on. */
function newIds({ position }: Cursor): object {
  return { id: { $gt: Math.max(0, Number(position) - ID_LOOKBACK) } };
}

/** What is kept of records that never change: everything, or what was made in the kept history. */
function fromTheBeginning(
  work: Work,
  { fromHistoryStart }: KeyWalk,
): Pick<Slice, 'clauses' | 'window'> {
  if (!fromHistoryStart) return { clauses: [] };
  return asking({ field: 'created_at', from: historyStartsAt(work), to: undefined });
}

/** The first moment of the kept history where its day begins first: stores have time zones of their own. */
function historyStartsAt(work: Work): string {
  return DateTime.fromISO(`${historyStart(work)}T00:00:00+14:00`)
    .toUTC()
    .toISO()!;
}

function asking(window: TimeWindow): Pick<Slice, 'clauses' | 'window'> {
  return { clauses: [clauseOf(window)], window };
}

/** First business date that is kept: as configured, else the first of the month 13 months ago. */
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
