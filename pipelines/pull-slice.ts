import {
  catchError,
  concat,
  concatMap,
  defer,
  finalize,
  from,
  ignoreElements,
  type Observable,
  retry,
  throwError,
  timer,
} from 'rxjs';
import { moveCursor } from '../sinks/postgres/cursors.ts';
import type { Merged, MergeScope } from '../sinks/postgres/merge.ts';
import { PullConnection } from '../sinks/postgres/pull-connection.ts';
import { recordStream, type StreamRecord } from '../sinks/postgres/runs.ts';
import { forgetPages, keepPages, readPages } from '../sinks/postgres/slices.ts';
import { transaction } from '../sinks/postgres/warehouse.ts';
import { mayPass } from '../sinks/postgres/warehouse-error.ts';
import type { ChildStream, Stream } from '../sources/heartland/stream.ts';
import type { Claim } from '../sources/heartland/walk.ts';
import { walkByKey } from '../sources/heartland/walk-by-key.ts';
import { walkByPage } from '../sources/heartland/walk-by-page.ts';
import { whyIncomplete } from '../transforms/completeness.ts';
import { IncompleteError, SourceError, WarehouseError } from '../transforms/errors.ts';
import { fingerprint, type SeenPage, SeenPages } from '../transforms/seen-pages.ts';
import { asConfiguredOrRefused } from './configured-streams.ts';
import { DueAgain, notePulled } from './due-again.ts';
import { Loading, placeOf, type TakenRows } from './loading.ts';
import { readAgainBy, type Slice } from './slices.ts';
import { tableOf } from './tables.ts';
import { takingTurns } from './taking-turns.ts';
import { areWorthAskingAgain } from './unread-rows.ts';
import type { Work } from './work.ts';

/** A slice that arrives short is pulled again this often before it is given up. */
const ATTEMPTS = 3;
const PAUSE_BEFORE_AGAIN_MS = 500;
/** So often a pull is tried while another session has the warehouse locked, or connections break. */
const WAREHOUSE_ATTEMPTS = 3;
const UNCHANGED: Merged = { inserted: 0, updated: 0, deleted: 0 };

/** The tables that one pull fills: the stream's own, and one for each kind of children its records have. */
interface Tables {
  readonly rows: Loading;
  readonly children: readonly { readonly child: ChildStream; readonly loading: Loading }[];
  readonly all: readonly Loading[];
  /** The slice's pages when it was last read whole, if those are of use. */
  readonly lastPages: readonly SeenPage[] | undefined;
}

/** What a page brings to one of the tables. */
interface Part {
  readonly loading: Loading;
  readonly taken: TakenRows;
}

/** A pull that was read whole. */
interface Whole {
  readonly claim: Claim;
  /** Whether it is what is there already; then a merge would find nothing to do. */
  readonly isUnchanged: boolean;
}

/**
 * Pulls one slice of a stream: every page fetched, checked and staged; counted against what Heartland says it holds;
 * merged, the cursor moved and the record written, all in one transaction. When it fails, nothing of it is there
 * but the record of why.
 *
 * @throws ConfigurationError when it is personal data that the configuration does not turn on
 * @throws SourceError when Heartland refused, or failed every time
 * @throws IncompleteError when the slice still cannot be proved complete after being pulled {@link ATTEMPTS} times
 */
export function pullSlice(work: Work, asked: Stream, slice: Slice): Observable<StreamRecord> {
  // Whoever asks, what must not be kept is not pulled.
  const stream = asConfiguredOrRefused(work.configuration, asked);
  const startedAt = work.now();
  const origin = { runId: work.runId, slice: slice.label };
  let inTurn = takingTurns();
  let seen = new SeenPages(undefined);
  let attempts = 0;

  return transaction(work.warehouse, pooled => {
    inTurn = takingTurns();
    const client = new PullConnection(pooled);
    return defer(() => from(openTables(client))).pipe(
      concatMap(tables =>
        attempt(client, tables).pipe(
          retry({ count: ATTEMPTS - 1, delay: pullAgain }),
          concatMap(whole => from(keep(client, tables, whole))),
          finalize(() => {
            for (const loading of tables.all) loading.close();
          }),
        ),
      ),
    );
  }).pipe(
    retry({ count: WAREHOUSE_ATTEMPTS - 1, delay: tryAgain }),
    catchError(error => {
      if (!(error instanceof SourceError)) throw error;
      return concat(
        recordFailure(error).pipe(ignoreElements()),
        throwError(() => error),
      );
    }),
  );

  async function openTables(client: PullConnection): Promise<Tables> {
    const { scope } = slice;
    const isComparable = scope.kind !== 'changes' && !slice.rereads;
    const rows = await Loading.open(client, {
      origin,
      table: tableOf(stream),
      row: stream.row,
      ignored: stream.children?.map(({ path }) => path) ?? [],
      dueAgain: DueAgain.of(work.configuration, stream),
      ...placeOf(stream, slice),
    });
    const children = [];
    for (const child of stream.children ?? []) {
      const { row, parentKey } = child;
      const dueAgain = DueAgain.of(work.configuration, child, stream);
      const options = { origin, table: tableOf(child), row, parentKey, dueAgain };
      children.push({ child, loading: await Loading.open(client, options) });
    }
    // Rows that are not there any more cannot be what came last time.
    const lastPages =
      isComparable && !rows.stage.isDirect
        ? await readPages(client, stream.name, slice.label)
        : undefined;
    await client.query('savepoint before_pull');
    return { rows, children, all: [rows, ...children.map(({ loading }) => loading)], lastPages };
  }

  function attempt(client: PullConnection, tables: Tables): Observable<Whole> {
    return defer(() => from(startOver(client, tables))).pipe(
      concatMap(() => walk(tables)),
      concatMap(claim => from(conclude(tables, claim))),
    );
  }

  async function startOver(client: PullConnection, { all, lastPages }: Tables): Promise<void> {
    attempts++;
    if (attempts > 1) await client.rollBackTo('before_pull');
    seen = new SeenPages(lastPages);
    for (const loading of all) await loading.startOver(seen);
  }

  function walk(tables: Tables): Observable<Claim> {
    const { rows, children } = tables;
    const { in_flight: inFlight, per_page: perPage } = work.configuration.heartland;
    const { heartland: client, slots, lacks = new Set() } = work;
    const context = { client, slots, inFlight, perPage, lacks };
    if (stream.walk.kind === 'by_key') {
      return walkByKey(context, stream, slice.clauses, page =>
        land(page.ordinal, [
          { loading: rows, taken: rows.take(page.rows) },
          ...children.map(({ child, loading }) => ({
            loading,
            taken: loading.take(page.children[child.name] ?? []),
          })),
        ]),
      );
    }
    return walkByPage(context, stream, stream.walk, slice.label, rows.read, (ordinal, taken) =>
      land(ordinal, [{ loading: rows, taken }]),
    );
  }

  /** Brings a page to its tables, the record's own first. */
  function land(ordinal: number, parts: readonly [Part, ...Part[]]): Observable<never> {
    return defer(() => {
      const [{ taken: first }] = parts;
      const whole =
        parts.length === 1
          ? first.fingerprint
          : fingerprint(...parts.map(({ taken }) => taken.fingerprint));
      seen.add({ ordinal, fingerprint: whole, answer: first.answer });
      const { accepted, rejected } = first;
      const count = accepted + rejected.length;
      work.report({ kind: 'rows', stream: stream.name, slice: slice.label, rows: count });
      return inTurn(concat(...parts.map(({ loading, taken }) => loading.land(taken))));
    });
  }

  /**
   * Sees whether a slice that was read to its end is the one that is there already, and whether it is whole. One that is as it
   * was when it was last proved has as many keys as then.
   */
  async function conclude({ rows, children, all }: Tables, claim: Claim): Promise<Whole> {
    const isUnchanged = seen.areAsLastTime();
    if (!isUnchanged) for (const loading of all) await loading.finish();
    await prove(rows, claim, isUnchanged);
    // Children were counted parent by parent when they were fetched; what is left to see is whether one came twice.
    for (const { loading } of children) {
      const own = { before: loading.seen, after: loading.seen, otherTotals: [] };
      await prove(loading, own, isUnchanged);
    }
    return { claim, isUnchanged };
  }

  async function prove(
    { stage, seen, accepted }: Loading,
    claim: Claim,
    isUnchanged: boolean,
  ): Promise<void> {
    if (!isUnchanged) await stage.checkKeys(accepted);
    const why = whyIncomplete({ ...claim, seen }, stream.walk.kind);
    if (why === undefined) return;
    throw new IncompleteError('INCOMPLETE', {
      problem: `${stage.table.name}${slice.label && ` (${slice.label})`} did not arrive whole: ${why}`,
      next: 'Run the command again; if it persists, Heartland itself counts wrong there.',
    });
  }

  function pullAgain(error: unknown): Observable<unknown> {
    if (!(error instanceof IncompleteError)) return throwError(() => error);
    work.report({ kind: 'again', stream: stream.name, slice: slice.label, because: error.message });
    return timer(PAUSE_BEFORE_AGAIN_MS);
  }

  /** The transaction is gone with all that was in it, so nothing can come twice. */
  function tryAgain(error: unknown): Observable<unknown> {
    if (!(error instanceof WarehouseError) || !mayPass(error.cause)) return throwError(() => error);
    work.report({ kind: 'again', stream: stream.name, slice: slice.label, because: error.message });
    return timer(PAUSE_BEFORE_AGAIN_MS);
  }

  async function keep(
    client: PullConnection,
    { rows, children }: Tables,
    { claim, isUnchanged }: Whole,
  ): Promise<StreamRecord> {
    if (!isUnchanged) await remember(client, rows);
    const readAgain = readAgainBy(slice);
    const merged = isUnchanged ? UNCHANGED : await rows.merge(slice.scope);
    await rows.settleBadRows(readAgain);
    for (const { child, loading } of children) {
      // A record without a usable id was not asked for its lines.
      const isEach = rows.unread.withoutKey === 0;
      const ofSweep = slice.scope.kind === 'sweep' && isEach;
      const scope: MergeScope = {
        kind: 'lines',
        parents: rows.stage,
        parentKey: child.parentKey,
        ofSweep,
      };
      const mergedRows = isUnchanged ? UNCHANGED : await loading.merge(scope);
      await loading.settleBadRows(isEach ? readAgain : 'changes');
      await recordStream(client, work.runId, recordOf(loading, mergedRows, loading.seen));
    }
    if (slice.scope.kind === 'slice')
      await notePulled(client, stream, slice.label, merged, work.runId);
    const position = await advance(client, rows, children, isUnchanged);
    const record = recordOf(rows, merged, claim.before, position);
    await recordStream(client, work.runId, record);
    return record;
  }

  /** So that the next pull can tell whether anything changed. */
  async function remember(client: PullConnection, rows: Loading): Promise<void> {
    if (slice.scope.kind !== 'changes')
      await keepPages(client, stream.name, slice.label, seen.all(), work.runId);
    else if (rows.seen > 0) await forgetPages(client, stream.name, slice.label);
  }

  async function advance(
    client: PullConnection,
    rows: Loading,
    children: Tables['children'],
    isUnchanged: boolean,
  ): Promise<string | undefined> {
    const { moveTo, sweeps } = slice;
    // Of a pull that brought nothing new nothing was staged: its rows are those of the table.
    const position = moveTo === 'highest id' ? await rows.stage.highestId(isUnchanged) : moveTo;
    if (position === undefined) return undefined;
    if (await areWorthAskingAgain(client, rows, children, origin, sweeps)) return undefined;
    await moveCursor(client, stream.name, position, sweeps ? startedAt : undefined, work.runId);
    return position;
  }

  /** Written down apart, since the transaction of the pull is rolled back. */
  function recordFailure(error: SourceError): Observable<void> {
    const nothing = { ...UNCHANGED, claimed: undefined, seen: 0, quarantined: 0 };
    const record: StreamRecord = {
      stream: stream.name,
      slice: slice.label,
      status: error instanceof IncompleteError ? 'incomplete' : 'failed',
      ...nothing,
      attempts,
      startedAt,
      message: error.message,
    };
    return transaction(work.warehouse, client =>
      defer(() => recordStream(client, work.runId, record)),
    );
  }

  function recordOf(
    { stage, seen, rejected }: Loading,
    merged: Merged,
    claimed: number,
    position?: string,
  ): StreamRecord {
    return {
      stream: stage.table.name,
      slice: slice.label,
      status: 'complete',
      attempts,
      claimed,
      seen,
      ...merged,
      quarantined: rejected,
      position,
      startedAt,
    };
  }
}
