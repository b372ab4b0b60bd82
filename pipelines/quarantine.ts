import {
  concat,
  concatMap,
  defer,
  EMPTY,
  expand,
  from,
  lastValueFrom,
  map,
  type Observable,
  reduce,
  toArray,
} from 'rxjs';
import { PullConnection } from '../sinks/postgres/pull-connection.ts';
import { statement } from '../sinks/postgres/statement.ts';
import { transaction, type Warehouse } from '../sinks/postgres/warehouse.ts';
import { limitedRows } from '../sources/heartland/limits.ts';
import type { ChildStream, Stream } from '../sources/heartland/stream.ts';
import { knownStreams } from './configured-streams.ts';
import { DueAgain } from './due-again.ts';
import { Loading } from './loading.ts';
import { tableOf } from './tables.ts';
import type { Work } from './work.ts';

/** A row that could not be used and has not been replaced since. */
export interface QuarantinedRow {
  readonly quarantine_id: string;
  readonly stream: string;
  readonly slice: string;
  readonly row_key: string | null;
  readonly reason: string;
  readonly put_at: Date;
  readonly content: unknown;
}

/** What a replay came to, for one table. */
export interface Replayed {
  readonly stream: string;
  /** Rows that are in their table now. */
  readonly mended: number;
  /** Rows that are as bad as before. */
  readonly stillBad: number;
}

/** What rows that could not be read mean for what is in the tables, and what to do about them. */
export const UNREAD_MEANS =
  'What they are about stays as it was last known, and nothing that may be among them counts as gone. Look at them with: tillstream quarantine list';

/** Rows of a table that are replayed at once, so that memory does not grow with the quarantine. */
const BATCH = 1000;

/** The open rows of the quarantine, the oldest first. */
export function openRows(warehouse: Warehouse, limit: number): Promise<QuarantinedRow[]> {
  return warehouse.query<QuarantinedRow>(statement('quarantine/open'), [limit]);
}

/** How many rows are open. */
export async function countOpenRows(warehouse: Warehouse): Promise<number> {
  const [counted] = await warehouse.query<{ open: number }>(
    'select count(*)::int as open from _quarantine where resolved_at is null',
  );
  return counted!.open;
}

/**
 * Reads the open rows of the quarantine again, by the rules of this version, and brings what it can use now into its
 * table. A row is open only as long as no good one with its key has come, so nothing newer is overwritten.
 *
 * Rows of slices (a day's sales, a location's stock) are left: their slice is replaced whole by the next pull of it.
 */
export function replayQuarantine(work: Work): Observable<readonly Replayed[]> {
  const records = knownStreams(work.configuration).filter(({ walk }) => walk.kind === 'by_key');
  const tables = records.flatMap(stream => {
    const children = stream.children ?? [];
    const own = {
      table: stream,
      ignored: children.map(({ path }) => path),
      dueAgain: DueAgain.of(work.configuration, stream),
    };
    return [
      own,
      ...children.map(child => ({
        table: child,
        ignored: [],
        dueAgain: DueAgain.of(work.configuration, child, stream),
      })),
    ];
  });
  return concat(...tables.map(each => replayTable(work, each))).pipe(toArray());
}

/** A table whose bad rows are read again. */
interface ReplayedTable {
  readonly table: Stream | ChildStream;
  /** Keys that belong to other tables. */
  readonly ignored: readonly string[];
  readonly dueAgain: DueAgain | undefined;
}

/** Replays a table batch after batch, each in a transaction of its own. */
function replayTable(work: Work, replayed: ReplayedTable): Observable<Replayed> {
  const { table: stream } = replayed;
  const open = (after: string) =>
    work.warehouse.query<QuarantinedRow>(statement('quarantine/open-in-stream'), [
      stream.name,
      BATCH,
      after,
    ]);
  const batch = (after: string): Observable<{ replayed: Replayed; last: string }> =>
    defer(() => from(open(after))).pipe(
      concatMap(rows =>
        rows.length === 0
          ? EMPTY
          : transaction(work.warehouse, client =>
              defer(() => from(replay(new PullConnection(client), work, replayed, rows))),
            ).pipe(map(replayed => ({ replayed, last: rows.at(-1)!.quarantine_id }))),
      ),
    );
  return batch('0').pipe(
    expand(({ last }) => batch(last)),
    reduce<{ replayed: Replayed }, Replayed | undefined>(
      (sum, { replayed }) => ({
        stream: stream.name,
        mended: (sum?.mended ?? 0) + replayed.mended,
        stillBad: (sum?.stillBad ?? 0) + replayed.stillBad,
      }),
      undefined,
    ),
    concatMap(sum => (sum === undefined ? EMPTY : [sum])),
  );
}

async function replay(
  client: PullConnection,
  work: Work,
  { table: stream, ignored, dueAgain }: ReplayedTable,
  rows: readonly QuarantinedRow[],
): Promise<Replayed> {
  const origin = { runId: work.runId, slice: 'replay' };
  const table = tableOf(stream);
  const loading = await Loading.open(client, {
    table,
    row: stream.row,
    ignored,
    origin,
    dueAgain,
  });
  const mended: string[] = [];
  for (const { quarantine_id: id, content } of rows) {
    const taken = loading.take(limitedRows(stream, [content]));
    // A row that is still bad is in the quarantine already.
    if (taken.accepted === 0) continue;
    await lastValueFrom(loading.land(taken), { defaultValue: undefined });
    mended.push(id);
  }
  await loading.merge({ kind: 'changes' });
  await loading.settleBadRows('changes');
  await client.query(statement('quarantine/resolve'), [mended]);
  return { stream: stream.name, mended: mended.length, stillBad: rows.length - mended.length };
}
