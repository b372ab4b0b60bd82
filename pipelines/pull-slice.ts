import type pg from 'pg';
import {
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
import { merge } from '../sinks/postgres/merge.ts';
import { clearQuarantine, quarantine, settleQuarantine } from '../sinks/postgres/quarantine.ts';
import { recordStream, type StreamRecord } from '../sinks/postgres/runs.ts';
import { type Stage, stageFor } from '../sinks/postgres/stage.ts';
import { transaction } from '../sinks/postgres/warehouse.ts';
import type { Stream } from '../sources/heartland/stream.ts';
import type { Claim, Land, Page } from '../sources/heartland/walk.ts';
import { walkByKey } from '../sources/heartland/walk-by-key.ts';
import { walkByPage } from '../sources/heartland/walk-by-page.ts';
import { whyIncomplete } from '../transforms/completeness.ts';
import { IncompleteError } from '../transforms/errors.ts';
import { type PageChecker, pageChecker } from '../transforms/validate.ts';
import type { Slice } from './slices.ts';
import { linesTableOf, tableOf } from './tables.ts';
import { takingTurns } from './taking-turns.ts';
import type { Work } from './work.ts';

/** A slice that arrives short is pulled again this often before it is given up. */
const ATTEMPTS = 3;
const PAUSE_BEFORE_AGAIN_MS = 500;

/** A table being filled: where its pages go, and how its rows are checked. */
interface Loading {
  readonly stage: Stage;
  readonly check: PageChecker;
  accepted: number;
  rejected: number;
}

/**
 * Pulls one slice of a stream: every page fetched, checked and staged; counted against what Heartland says it holds;
 * merged, the cursor moved and the record written, all in one transaction. When it fails, nothing of it is there.
 *
 * @throws IncompleteError when the slice still cannot be proved complete after being pulled {@link ATTEMPTS} times
 */
export function pullSlice(work: Work, stream: Stream, slice: Slice): Observable<StreamRecord> {
  const startedAt = work.now();
  const origin = { runId: work.runId, slice: slice.label };
  const inTurn = takingTurns();
  let attempts = 0;

  return transaction(work.warehouse, client => {
    const loading: Loading = {
      stage: stageFor(client, tableOf(stream)),
      check: pageChecker(stream.row, stream.lines ? ['lines'] : [], outsideOf(stream, slice)),
      accepted: 0,
      rejected: 0,
    };
    const linesTable = linesTableOf(stream);
    const lines: Loading | undefined = linesTable && {
      stage: stageFor(client, linesTable),
      check: pageChecker(stream.lines!.row),
      accepted: 0,
      rejected: 0,
    };
    const tables = lines === undefined ? [loading] : [loading, lines];

    return concat(
      defer(() => from(createStages(tables))).pipe(ignoreElements()),
      attempt(client, tables).pipe(
        retry({ count: ATTEMPTS - 1, delay: pullAgain }),
        concatMap(claim => keep(client, loading, lines, claim)),
      ),
    );
  });

  function attempt(client: pg.PoolClient, tables: readonly Loading[]): Observable<Claim> {
    return defer(() => {
      attempts++;
      return from(startOver(client, tables)).pipe(
        concatMap(() => walk(page => land(client, tables, page))),
        concatMap(claim => from(proveComplete(tables, claim))),
      );
    });
  }

  function walk(land: Land): Observable<Claim> {
    const { in_flight: inFlight, per_page: perPage } = work.configuration.heartland;
    const context = { client: work.heartland, slots: work.slots, inFlight, perPage };
    return stream.walk.kind === 'by_key'
      ? walkByKey(context, stream, slice.clauses, land)
      : walkByPage(context, stream, stream.walk, slice.label, land);
  }

  function land(
    client: pg.PoolClient,
    [rows, lines]: readonly Loading[],
    page: Page,
  ): Observable<never> {
    work.report({ kind: 'rows', stream: stream.name, slice: slice.label, rows: page.rows.length });
    return inTurn(
      concat(
        landTable(client, rows!, page.rows),
        ...(lines === undefined ? [] : [landTable(client, lines, page.lines)]),
      ),
    );
  }

  function landTable(
    client: pg.PoolClient,
    loading: Loading,
    rows: readonly unknown[],
  ): Observable<never> {
    return defer(() => {
      const { copy, accepted, rejected } = loading.check(rows);
      loading.accepted += accepted;
      loading.rejected += rejected.length;
      const kept = defer(() => from(quarantine(client, loading.stage.table, origin, rejected)));
      return concat(loading.stage.copy(copy), kept.pipe(ignoreElements()));
    });
  }

  async function startOver(client: pg.PoolClient, tables: readonly Loading[]): Promise<void> {
    for (const loading of tables) {
      loading.accepted = 0;
      loading.rejected = 0;
      await loading.stage.clear();
      await clearQuarantine(client, loading.stage.table.name, origin);
    }
  }

  async function proveComplete(tables: readonly Loading[], claim: Claim): Promise<Claim> {
    for (const [index, { stage, accepted, rejected }] of tables.entries()) {
      const seen = accepted + rejected;
      const { keys } = await stage.count();
      // Lines were counted parent by parent when they were fetched; what is left to see is whether a page came twice.
      const claimed = index === 0 ? claim : { before: seen, after: seen, otherTotals: [] };
      const why = whyIncomplete({ ...claimed, seen, accepted, keys }, stream.walk.kind);
      if (why !== undefined) throw incomplete(stage.table.name, why);
    }
    return claim;
  }

  function incomplete(table: string, why: string): IncompleteError {
    return new IncompleteError('INCOMPLETE', {
      problem: `${table}${slice.label && ` (${slice.label})`} did not arrive whole: ${why}`,
      next: 'Nothing was changed and no cursor moved. Run the command again; if it persists, Heartland itself counts wrong there.',
    });
  }

  function pullAgain(error: unknown): Observable<unknown> {
    if (!(error instanceof IncompleteError)) return throwError(() => error);
    work.report({ kind: 'again', stream: stream.name, slice: slice.label, because: error.message });
    return timer(PAUSE_BEFORE_AGAIN_MS);
  }

  function keep(
    client: pg.PoolClient,
    rows: Loading,
    lines: Loading | undefined,
    claim: Claim,
  ): Observable<StreamRecord> {
    return from(
      (async (): Promise<StreamRecord> => {
        const merged = await merge(client, rows.stage, slice.scope, work.runId);
        await settleQuarantine(client, rows.stage, origin, slice.scope.kind !== 'changes');
        if (lines !== undefined) {
          const scope = {
            kind: 'lines',
            parents: rows.stage,
            parentKey: stream.lines!.parentKey,
          } as const;
          const mergedLines = await merge(client, lines.stage, scope, work.runId);
          await settleQuarantine(client, lines.stage, origin, false);
          await recordStream(
            client,
            work.runId,
            recordOf(lines, mergedLines, lines.accepted + lines.rejected),
          );
        }
        const position = await advance(client, rows.stage);
        const record = recordOf(rows, merged, claim.before, position);
        await recordStream(client, work.runId, record);
        return record;
      })(),
    );
  }

  async function advance(client: pg.PoolClient, stage: Stage): Promise<string | undefined> {
    const position = slice.moveTo === 'highest id' ? await stage.highestId() : slice.moveTo;
    if (position !== undefined)
      await moveCursor(client, stream.name, position, slice.sweeps, work.runId);
    return position;
  }

  function recordOf(
    { stage, accepted, rejected }: Loading,
    merged: { inserted: number; updated: number; deleted: number },
    claimed: number,
    position?: string,
  ): StreamRecord {
    return {
      stream: stage.table.name,
      slice: slice.label,
      status: 'complete',
      attempts,
      claimed,
      seen: accepted + rejected,
      ...merged,
      quarantined: rejected,
      position,
      startedAt,
    };
  }
}

async function createStages(tables: readonly Loading[]): Promise<void> {
  for (const { stage } of tables) await stage.create();
}

/** A row of another slice than the one asked for must not replace anything in this one. */
function outsideOf(stream: Stream, slice: Slice) {
  const { walk } = stream;
  if (walk.kind !== 'by_page') return undefined;
  const column = tableOf(stream).columns.find(({ name }) => name === walk.sliceColumn)!;
  return (row: Readonly<Record<string, unknown>>) => {
    const value = column.keys.map(key => row[key]).find(candidate => candidate !== undefined);
    const found = column.kind === 'date' ? String(value).slice(0, 10) : String(value);
    return found === slice.label
      ? undefined
      : `${column.keys[0]} is ${JSON.stringify(value)}, which is outside of the slice ${slice.label} that was asked for`;
  };
}
