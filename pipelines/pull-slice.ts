import type pg from 'pg';
import {
  catchError,
  concat,
  concatMap,
  defer,
  from,
  ignoreElements,
  type Observable,
  retry,
  throwError,
  timer,
} from 'rxjs';
import { moveCursor } from '../sinks/postgres/cursors.ts';
import { dropDigest, keepDigest, readDigest } from '../sinks/postgres/digests.ts';
import type { Merged } from '../sinks/postgres/merge.ts';
import { recordStream, type StreamRecord } from '../sinks/postgres/runs.ts';
import { transaction } from '../sinks/postgres/warehouse.ts';
import type { ChildStream, Stream } from '../sources/heartland/stream.ts';
import type { Claim, Land, Page } from '../sources/heartland/walk.ts';
import { walkByKey } from '../sources/heartland/walk-by-key.ts';
import { walkByPage } from '../sources/heartland/walk-by-page.ts';
import { whyIncomplete } from '../transforms/completeness.ts';
import { IncompleteError, SourceError } from '../transforms/errors.ts';
import { PullDigest } from '../transforms/pull-digest.ts';
import { plainText } from '../transforms/validate.ts';
import { asConfiguredOrRefused } from './configured-streams.ts';
import { Loading } from './loading.ts';
import type { Slice } from './slices.ts';
import { tableOf } from './tables.ts';
import { takingTurns } from './taking-turns.ts';
import type { Work } from './work.ts';

/** A slice that arrives short is pulled again this often before it is given up. */
const ATTEMPTS = 3;
const PAUSE_BEFORE_AGAIN_MS = 500;
const UNCHANGED: Merged = { inserted: 0, updated: 0, deleted: 0 };

/** The tables that one pull fills: the stream's own, and one for each kind of children its records have. */
interface Tables {
  readonly rows: Loading;
  readonly children: readonly { readonly child: ChildStream; readonly loading: Loading }[];
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
  const inTurn = takingTurns();
  const digest = new PullDigest();
  let attempts = 0;

  return transaction(work.warehouse, client =>
    defer(() => from(openTables(client))).pipe(
      concatMap(tables =>
        attempt(client, tables).pipe(
          retry({ count: ATTEMPTS - 1, delay: pullAgain }),
          concatMap(claim => from(keep(client, tables, claim))),
        ),
      ),
    ),
  ).pipe(
    catchError(error => {
      if (!(error instanceof SourceError)) throw error;
      return concat(
        recordFailure(error).pipe(ignoreElements()),
        throwError(() => error),
      );
    }),
  );

  async function openTables(client: pg.PoolClient): Promise<Tables> {
    const { scope } = slice;
    const rows = await Loading.open(client, {
      table: tableOf(stream),
      row: stream.row,
      origin,
      ignored: stream.children?.map(({ path }) => path) ?? [],
      alsoWrong: outsideOf(stream, slice),
      slice: scope.kind === 'slice' ? { column: scope.column, value: scope.value } : undefined,
    });
    const children = [];
    for (const child of stream.children ?? []) {
      const loading = await Loading.open(client, { table: tableOf(child), row: child.row, origin });
      children.push({ child, loading });
    }
    await client.query('savepoint before_pull');
    return { rows, children };
  }

  function attempt(client: pg.PoolClient, tables: Tables): Observable<Claim> {
    return defer(() => from(startOver(client, tables))).pipe(
      concatMap(() => walk(page => land(tables, page))),
      concatMap(claim => from(proveComplete(tables, claim))),
    );
  }

  async function startOver(client: pg.PoolClient, { rows, children }: Tables): Promise<void> {
    attempts++;
    if (attempts > 1) await client.query('rollback to savepoint before_pull');
    digest.clear();
    await rows.startOver();
    for (const { loading } of children) await loading.startOver();
  }

  function walk(land: Land): Observable<Claim> {
    const { in_flight: inFlight, per_page: perPage } = work.configuration.heartland;
    const context = { client: work.heartland, slots: work.slots, inFlight, perPage };
    return stream.walk.kind === 'by_key'
      ? walkByKey(context, stream, slice.clauses, land)
      : walkByPage(context, stream, stream.walk, slice.label, land);
  }

  function land({ rows, children }: Tables, page: Page): Observable<never> {
    return defer(() => {
      const taken = [
        rows.take(page.rows),
        ...children.map(({ child, loading }) => loading.take(page.children[child.name] ?? [])),
      ];
      digest.add(page.ordinal, ...taken.flatMap(({ content }) => content));
      work.report({
        kind: 'rows',
        stream: stream.name,
        slice: slice.label,
        rows: page.rows.length,
      });
      return inTurn(concat(...taken.map(table => table.land)));
    });
  }

  async function proveComplete({ rows, children }: Tables, claim: Claim): Promise<Claim> {
    await prove(rows, claim);
    // Children were counted parent by parent when they were fetched; what is left to see is whether one came twice.
    for (const { loading } of children) {
      await prove(loading, { before: loading.seen, after: loading.seen, otherTotals: [] });
    }
    return claim;
  }

  async function prove({ stage, seen, accepted }: Loading, claim: Claim): Promise<void> {
    const keys = await stage.countKeys(accepted);
    const why = whyIncomplete({ ...claim, seen, accepted, keys }, stream.walk.kind);
    if (why === undefined) return;
    throw new IncompleteError('INCOMPLETE', {
      problem: `${stage.table.name}${slice.label && ` (${slice.label})`} did not arrive whole: ${why}`,
      next: 'Nothing was changed and no cursor moved. Run the command again; if it persists, Heartland itself counts wrong there.',
    });
  }

  function pullAgain(error: unknown): Observable<unknown> {
    if (!(error instanceof IncompleteError)) return throwError(() => error);
    work.report({ kind: 'again', stream: stream.name, slice: slice.label, because: error.message });
    return timer(PAUSE_BEFORE_AGAIN_MS);
  }

  async function keep(client: pg.PoolClient, tables: Tables, claim: Claim): Promise<StreamRecord> {
    const { rows, children } = tables;
    const isUnchanged = await looksAsBefore(client, rows);
    const merged = isUnchanged ? UNCHANGED : await rows.settle(slice.scope);
    if (isUnchanged) await rows.settleBadRows(true);
    for (const { child, loading } of children) {
      const { parentKey } = child;
      const ofSweep = slice.scope.kind === 'sweep';
      const scope = { kind: 'lines', parents: rows.stage, parentKey, ofSweep } as const;
      const mergedRows = isUnchanged ? UNCHANGED : await loading.settle(scope);
      if (isUnchanged) await loading.settleBadRows(true);
      await recordStream(client, work.runId, recordOf(loading, mergedRows, loading.seen));
    }
    const position = await advance(client, rows);
    const record = recordOf(rows, merged, claim.before, position);
    await recordStream(client, work.runId, record);
    return record;
  }

  /** Whether a slice that was read whole is the one that is there already; then a merge would find nothing to do. */
  async function looksAsBefore(client: pg.PoolClient, rows: Loading): Promise<boolean> {
    if (slice.scope.kind === 'changes') {
      if (rows.seen > 0) await dropDigest(client, stream.name, slice.label);
      return false;
    }
    const now = digest.value();
    if (!slice.rereads && !rows.stage.isDirect) {
      if (now === (await readDigest(client, stream.name, slice.label))) return true;
    }
    await keepDigest(client, stream.name, slice.label, now, work.runId);
    return false;
  }

  async function advance(client: pg.PoolClient, { stage }: Loading): Promise<string | undefined> {
    const position = slice.moveTo === 'highest id' ? await stage.highestId() : slice.moveTo;
    const sweptAt = slice.sweeps ? startedAt : undefined;
    if (position !== undefined)
      await moveCursor(client, stream.name, position, sweptAt, work.runId);
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

/** A row of another slice than the one asked for must not replace anything in this one. */
function outsideOf(stream: Stream, slice: Slice) {
  const { walk } = stream;
  if (walk.kind !== 'by_page' || walk.slicedBy === 'nothing') return undefined;
  const column = tableOf(stream).columns.find(({ name }) => name === walk.sliceColumn)!;
  return (row: Readonly<Record<string, unknown>>) => {
    const value = column.keys.map(key => row[key]).find(candidate => candidate !== undefined);
    const found = column.kind === 'date' ? plainText(value).slice(0, 10) : plainText(value);
    return found === slice.label
      ? undefined
      : `${column.keys[0]} is ${JSON.stringify(value) ?? 'missing'}, which is outside of the slice ${slice.label} that was asked for`;
  };
}
