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
import { PullConnection } from '../../sinks/postgres/pull-connection.ts';
import { statement } from '../../sinks/postgres/statement.ts';
import { transaction, type Warehouse } from '../../sinks/postgres/warehouse.ts';
import { applyFieldPolicyToRows } from '../../sources/heartland/field-policy.ts';
import type { ChildStream, Stream } from '../../sources/heartland/streams/stream.ts';
import { knownStreams } from '../run/configured-streams.ts';
import { tableOf } from '../run/tables.ts';
import type { Work } from '../run/work.ts';
import { DueAgain } from './due-again.ts';
import { Loading } from './loading.ts';

/** An invalid row that no valid row has replaced since. */
export interface QuarantinedRow {
  readonly quarantine_id: string;
  readonly stream: string;
  readonly slice: string;
  readonly row_key: string | null;
  readonly reason: string;
  readonly quarantined_at: Date;
  readonly content: unknown;
}

/** The result of a replay, for one table. */
export interface Replayed {
  readonly stream: string;
  /** Rows that are in their table now. */
  readonly fixed: number;
  /** Rows that are still invalid. */
  readonly stillInvalid: number;
}

/** What invalid rows mean for the tables, and what to do about them. */
export const UNREAD_MEANS =
  'The last valid versions of these rows stay, and no row that may be among them counts as deleted. List them with: tillstream quarantine list';

/** Rows replayed at once, so that memory does not grow with the quarantine. */
const BATCH = 1000;

/** The open rows of the quarantine, the oldest first. */
export function openRows(warehouse: Warehouse, limit: number): Promise<QuarantinedRow[]> {
  return warehouse.query<QuarantinedRow>(statement('quarantine/open'), [limit]);
}

/** The number of open rows. */
export async function countOpenRows(warehouse: Warehouse): Promise<number> {
  const [counted] = await warehouse.query<{ open: number }>(
    'select count(*)::int as open from _quarantine where resolved_at is null',
  );
  return counted!.open;
}

/**
 * Validates the open rows of the quarantine again, and merges those that are valid now.
 *
 * A row is open only until a valid one with its key arrives, so nothing newer is overwritten. Rows of slices (a day's
 * sales, a location's stock) are skipped: the next pull replaces their slice whole.
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

/** A table whose invalid rows are read again. */
interface ReplayedTable {
  readonly table: Stream | ChildStream;
  /** Keys that belong to other tables. */
  readonly ignored: readonly string[];
  readonly dueAgain: DueAgain | undefined;
}

/** Replays a table in batches, each in its own transaction. */
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
        fixed: (sum?.fixed ?? 0) + replayed.fixed,
        stillInvalid: (sum?.stillInvalid ?? 0) + replayed.stillInvalid,
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
  const fixed: string[] = [];
  for (const { quarantine_id: id, content } of rows) {
    const taken = loading.take(applyFieldPolicyToRows(stream, [content]));
    // A row that is still invalid is in the quarantine already.
    if (taken.accepted === 0) continue;
    await lastValueFrom(loading.land(taken), { defaultValue: undefined });
    fixed.push(id);
  }
  await loading.merge({ kind: 'changes' });
  await loading.resolveQuarantined('changes');
  await client.query(statement('quarantine/resolve'), [fixed]);
  return {
    stream: stream.name,
    fixed: fixed.length,
    stillInvalid: rows.length - fixed.length,
  };
}
