import { concat, concatMap, defer, from, type Observable } from 'rxjs';
import { moveCursor } from '../../sinks/postgres/cursors.ts';
import type { Merged, MergeScope } from '../../sinks/postgres/merge.ts';
import type { PullConnection } from '../../sinks/postgres/pull-connection.ts';
import { recordStream, type StreamRecord } from '../../sinks/postgres/runs.ts';
import { deletePageHashes, readPageHashes, savePageHashes } from '../../sinks/postgres/slices.ts';
import type { ChildStream, Stream } from '../../sources/heartland/streams/stream.ts';
import { walkByKey } from '../../sources/heartland/walks/by-key.ts';
import { walkByPage } from '../../sources/heartland/walks/by-page.ts';
import type { ReportedTotal } from '../../sources/heartland/walks/walk.ts';
import { whyIncomplete } from '../../transforms/completeness.ts';
import { IncompleteError } from '../../transforms/errors.ts';
import { fingerprint, type SeenPage, SeenPages } from '../../transforms/seen-pages.ts';
import { tableOf } from '../run/tables.ts';
import type { Work } from '../run/work.ts';
import { DueAgain, notePulled } from './due-again.ts';
import { Loading, placeOf, type TakenRows } from './loading.ts';
import { serialize } from './serialize.ts';
import { readAgainBy, type Slice } from './slices.ts';
import { hasRowsToRetry } from './unread-rows.ts';

/** A merge that changed nothing. */
export const UNCHANGED: Merged = { inserted: 0, updated: 0, deleted: 0 };

/** The pull of one slice, over all its attempts. */
export interface Pull {
  readonly work: Work;
  readonly stream: Stream;
  readonly slice: Slice;
  readonly startedAt: Date;
  /** Attempts so far, for the record. */
  attempts: number;
}

/** The tables that a pull fills: the stream's own, and one for each kind of child rows. */
interface Tables {
  readonly rows: Loading;
  readonly children: readonly { readonly child: ChildStream; readonly loading: Loading }[];
  readonly all: readonly Loading[];
  /** The page hashes of the slice's last whole pull, if they can be compared. */
  readonly lastPages: readonly SeenPage[] | undefined;
}

/** The rows of a page for one of the tables. */
interface Part {
  readonly loading: Loading;
  readonly taken: TakenRows;
}

/** A slice that was read completely. */
interface CompleteRead {
  readonly reported: ReportedTotal;
  /** Whether every page is the same as last time: then there is nothing to merge. */
  readonly isUnchanged: boolean;
}

/** One transaction of a pull: reads the slice as often as needed, then merges it. */
export class PullTransaction {
  readonly #pull: Pull;
  readonly #client: PullConnection;
  readonly #tables: Tables;
  /** Pages arrive concurrently; the connection takes one at a time. */
  readonly #inTurn = serialize();
  #seen = new SeenPages(undefined);

  private constructor(pull: Pull, client: PullConnection, tables: Tables) {
    this.#pull = pull;
    this.#client = client;
    this.#tables = tables;
  }

  /** Opens the stages of the pull, with a savepoint after them. */
  static async open(pull: Pull, client: PullConnection): Promise<PullTransaction> {
    const tables = await openTables(pull, client);
    await client.query('savepoint before_pull');
    return new PullTransaction(pull, client, tables);
  }

  /** Releases buffers and temporary files. */
  close(): void {
    for (const loading of this.#tables.all) loading.close();
  }

  /**
   * Reads and stages the whole slice; each subscription starts over.
   *
   * @throws IncompleteError if the rows differ from the reported total, or one came twice
   */
  readSlice(): Observable<CompleteRead> {
    return defer(() => from(this.#startOver())).pipe(
      concatMap(() => this.#walk()),
      concatMap(reported => from(this.#verifyComplete(reported))),
    );
  }

  async #startOver(): Promise<void> {
    const { all, lastPages } = this.#tables;
    this.#pull.attempts++;
    if (this.#pull.attempts > 1) await this.#client.rollBackTo('before_pull');
    this.#seen = new SeenPages(lastPages);
    for (const loading of all) await loading.startOver(this.#seen);
  }

  #walk(): Observable<ReportedTotal> {
    const { work, stream, slice } = this.#pull;
    const { rows, children } = this.#tables;
    const { in_flight: inFlight, per_page: perPage } = work.configuration.heartland;
    const { heartland: client, slots, lacks = new Set() } = work;
    const context = { client, slots, inFlight, perPage, lacks };
    if (stream.walk.kind === 'by_key') {
      return walkByKey(context, stream, slice.clauses, page =>
        this.#land(page.ordinal, [
          { loading: rows, taken: rows.take(page.rows) },
          ...children.map(({ child, loading }) => ({
            loading,
            taken: loading.take(page.children[child.name] ?? []),
          })),
        ]),
      );
    }
    return walkByPage(context, stream, stream.walk, slice.label, rows.read, (ordinal, taken) =>
      this.#land(ordinal, [{ loading: rows, taken }]),
    );
  }

  /** Stages the rows of a page, those of the stream's own table first. */
  #land(ordinal: number, parts: readonly [Part, ...Part[]]): Observable<never> {
    const { work, stream, slice } = this.#pull;
    return defer(() => {
      const [{ taken: first }] = parts;
      const whole =
        parts.length === 1
          ? first.fingerprint
          : fingerprint(...parts.map(({ taken }) => taken.fingerprint));
      this.#seen.add({ ordinal, fingerprint: whole, answer: first.answer });
      const count = first.accepted + first.rejected.length;
      work.report({ kind: 'rows', stream: stream.name, slice: slice.label, rows: count });
      return this.#inTurn(concat(...parts.map(({ loading, taken }) => loading.land(taken))));
    });
  }

  /** Compares the slice with the last pull and with its total. An unchanged slice has the keys it had before. */
  async #verifyComplete(reported: ReportedTotal): Promise<CompleteRead> {
    const { rows, children, all } = this.#tables;
    const isUnchanged = this.#seen.areUnchanged();
    if (!isUnchanged) for (const loading of all) await loading.finish();
    await this.#verifyTotal(rows, reported, isUnchanged);
    // Children were counted parent by parent on arrival; this finds those that came twice.
    for (const { loading } of children) {
      const own = { before: loading.seen, after: loading.seen, otherTotals: [] };
      await this.#verifyTotal(loading, own, isUnchanged);
    }
    return { reported, isUnchanged };
  }

  async #verifyTotal(
    { stage, seen, accepted }: Loading,
    reported: ReportedTotal,
    isUnchanged: boolean,
  ): Promise<void> {
    const { stream, slice } = this.#pull;
    if (!isUnchanged) await stage.checkKeys(accepted);
    const why = whyIncomplete({ ...reported, seen }, stream.walk.kind);
    if (why === undefined) return;
    throw new IncompleteError('INCOMPLETE', {
      problem: `${stage.table.name}${slice.label && ` (${slice.label})`} is incomplete: ${why}`,
      next: 'Run the command again; if it persists, report it to Heartland: its total does not match its rows.',
    });
  }

  /** Merges the staged rows, moves the cursor, and records the result. */
  async mergeAndRecord({ reported, isUnchanged }: CompleteRead): Promise<StreamRecord> {
    const { work, stream, slice } = this.#pull;
    const { rows } = this.#tables;
    if (!isUnchanged) await this.#savePages();
    const merged = isUnchanged ? UNCHANGED : await rows.merge(slice.scope);
    await rows.resolveQuarantined(readAgainBy(slice));
    for (const { child, loading } of this.#tables.children)
      await this.#mergeChildren(child, loading, isUnchanged);
    if (slice.scope.kind === 'slice')
      await notePulled(this.#client, stream, slice.label, merged, work.runId);
    const position = await this.#moveCursor(isUnchanged);
    const record = this.#recordOf(rows, merged, reported.before, position);
    await recordStream(this.#client, work.runId, record);
    return record;
  }

  async #mergeChildren(child: ChildStream, loading: Loading, isUnchanged: boolean): Promise<void> {
    const { work, slice } = this.#pull;
    const { rows } = this.#tables;
    // The lines of a record without a usable id were not requested.
    const hasAllParents = rows.unread.withoutKey === 0;
    const scope: MergeScope = {
      kind: 'lines',
      parents: rows.stage,
      parentKey: child.parentKey,
      ofSweep: slice.scope.kind === 'sweep' && hasAllParents,
    };
    const merged = isUnchanged ? UNCHANGED : await loading.merge(scope);
    await loading.resolveQuarantined(hasAllParents ? readAgainBy(slice) : 'changes');
    await recordStream(this.#client, work.runId, this.#recordOf(loading, merged, loading.seen));
  }

  /** Saves the page hashes, so that the next pull can tell whether anything changed. */
  async #savePages(): Promise<void> {
    const { work, stream, slice } = this.#pull;
    if (slice.scope.kind !== 'changes')
      await savePageHashes(this.#client, stream.name, slice.label, this.#seen.all(), work.runId);
    else if (this.#tables.rows.seen > 0)
      await deletePageHashes(this.#client, stream.name, slice.label);
  }

  async #moveCursor(isUnchanged: boolean): Promise<string | undefined> {
    const { work, stream, slice, startedAt } = this.#pull;
    const { rows, all, children } = this.#tables;
    const { moveTo, sweeps } = slice;
    // An unchanged pull staged nothing: its rows are those of the table.
    const position = moveTo === 'highest id' ? await rows.stage.highestId(isUnchanged) : moveTo;
    if (position === undefined) return undefined;
    const origin = { runId: work.runId, slice: slice.label };
    const lines = children.map(({ loading }) => loading);
    if (await hasRowsToRetry(this.#client, { rows, lines, all }, origin, sweeps)) return undefined;
    const sweptAt = sweeps ? startedAt : undefined;
    await moveCursor(this.#client, stream.name, position, sweptAt, work.runId);
    return position;
  }

  #recordOf(
    { stage, seen, rejected }: Loading,
    merged: Merged,
    reportedTotal: number,
    position?: string,
  ): StreamRecord {
    const { slice, attempts, startedAt } = this.#pull;
    return {
      stream: stage.table.name,
      slice: slice.label,
      status: 'complete',
      attempts,
      reportedTotal,
      seen,
      ...merged,
      quarantined: rejected,
      position,
      startedAt,
    };
  }
}

async function openTables({ work, stream, slice }: Pull, client: PullConnection): Promise<Tables> {
  const origin = { runId: work.runId, slice: slice.label };
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
  // An empty table cannot have the rows of the last pull.
  const isComparable = slice.scope.kind !== 'changes' && !slice.rereads && !rows.stage.isDirect;
  const lastPages = isComparable
    ? await readPageHashes(client, stream.name, slice.label)
    : undefined;
  return { rows, children, all: [rows, ...children.map(({ loading }) => loading)], lastPages };
}
