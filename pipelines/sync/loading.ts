import { concat, defer, from, ignoreElements, type Observable } from 'rxjs';
import { noteDrift } from '../../sinks/postgres/drift.ts';
import { type Merged, type MergeScope, merge, type Unread } from '../../sinks/postgres/merge.ts';
import type { TableDescription } from '../../sinks/postgres/migrate.ts';
import type { PullConnection } from '../../sinks/postgres/pull-connection.ts';
import {
  type BadRow,
  clearQuarantine,
  type Origin,
  quarantine,
  type ReadAgain,
  resolveQuarantine,
} from '../../sinks/postgres/quarantine.ts';
import { openStage, type Stage } from '../../sinks/postgres/stage.ts';
import { SpillBuffer } from '../../sinks/spill-buffer.ts';
import type { Stream } from '../../sources/heartland/streams/stream.ts';
import type { ReadRows } from '../../sources/heartland/walks/walk.ts';
import { type AnswerReader, answerReader } from '../../transforms/answer-reader.ts';
import { lineEnd } from '../../transforms/copy-encoder.ts';
import { jsonText } from '../../transforms/json-text.ts';
import { type KeyReader, keyReader } from '../../transforms/row-key.ts';
import { fingerprint, type KnownAnswer, SeenPages } from '../../transforms/seen-pages.ts';
import {
  isRecord,
  type PageChecker,
  pageChecker,
  type RejectedRow,
} from '../../transforms/validate.ts';
import type { DueAgain } from './due-again.ts';
import { type ReaderOptions, readerVersion } from './reader-version.ts';

/** The table to fill, and how its rows are read. */
export interface LoadingOptions extends ReaderOptions {
  readonly table: TableDescription;
  readonly origin: Origin;
  /** Of lines: the column of the parent's id. */
  readonly parentKey?: string;
  /** The report slices that changes of its rows make due. */
  readonly dueAgain?: DueAgain | undefined;
}

/** The slice's column and value, and whether we write it into the rows. */
export function placeOf(
  { walk }: Stream,
  slice: { readonly label: string },
): Pick<LoadingOptions, 'slice' | 'isStamped'> {
  if (walk.kind !== 'by_page' || walk.slicedBy === 'nothing') return {};
  return {
    slice: { column: walk.sliceColumn, value: slice.label },
    isStamped: walk.stampSlice === true,
  };
}

/** Limit of the parents of invalid lines that are stored one by one. */
const MOST_PARENTS = 10_000;

/** The validated rows of one page. */
export interface TakenRows {
  readonly accepted: number;
  readonly rejected: readonly RejectedRow[];
  /** COPY text of the valid rows, as UTF-8; left out if the whole answer is buffered. */
  readonly copy?: Uint8Array;
  /** A hash of all rows, independent of the run: the same hash means that nothing changed. */
  readonly fingerprint: string;
  /** Set if the same answer need not be read again. */
  readonly answer?: KnownAnswer | undefined;
}

/**
 * Fills one table in a pull's transaction.
 *
 * As long as all pages are the same as last time, they are buffered outside of Postgres: for an unchanged slice nothing is
 * read, copied or merged.
 */
export class Loading {
  readonly stage: Stage;
  accepted = 0;
  rejected = 0;
  readonly #client: PullConnection;
  readonly #options: LoadingOptions;
  readonly #unknown = new Set<string>();
  #withoutKey = 0;
  #withoutParent = 0;
  readonly #parents = new Set<number>();
  readonly #check: PageChecker;
  readonly #keyOf: KeyReader;
  readonly #readAnswer: AnswerReader;
  readonly #readerVersion: string;
  readonly #buffer = new SpillBuffer();
  /** Whether the buffer has whole answers rather than COPY text. */
  #buffersAnswers = false;
  #seen = new SeenPages(undefined);

  private constructor(client: PullConnection, options: LoadingOptions, stage: Stage) {
    const { row, origin, ignored = [], slice, isStamped } = options;
    this.#client = client;
    this.#options = options;
    this.stage = stage;
    const common = { runId: origin.runId, ignored, unknown: this.#unknown, within: slice };
    this.#check = pageChecker(row, common);
    this.#keyOf = keyReader(row, options.table.key, slice);
    this.#readAnswer = answerReader(row, { ...common, ...(isStamped && { stamp: slice }) });
    this.#readerVersion = readerVersion(options);
  }

  static async open(client: PullConnection, options: LoadingOptions): Promise<Loading> {
    const stage = await openStage(client, options.table, options.slice);
    return new Loading(client, options, stage);
  }

  /** The invalid rows that arrived. */
  get unread(): Unread {
    return {
      rows: this.rejected,
      withoutKey: this.#withoutKey,
      withoutParent: this.#withoutParent,
      parents: this.#parents,
    };
  }

  /** The number of rows that arrived, valid and invalid. */
  get seen(): number {
    return this.accepted + this.rejected;
  }

  /**
   * Resets the counts, the buffer and the quarantine for a new attempt.
   *
   * @param seen the pages of the pull, to which the caller adds each page that lands
   */
  async startOver(seen: SeenPages): Promise<void> {
    this.#seen = seen;
    this.accepted = 0;
    this.rejected = 0;
    this.#withoutKey = 0;
    this.#withoutParent = 0;
    this.#parents.clear();
    this.#buffer.clear();
    await clearQuarantine(this.#client, this.#options.table.name, this.#options.origin);
  }

  /** Deletes the buffer. */
  close(): void {
    this.#buffer.close();
  }

  /** Validates parsed rows. */
  readonly take = (rows: readonly unknown[]): TakenRows => {
    const { copy, accepted, rejected } = this.#check(rows);
    return this.#taken(Buffer.from(copy), accepted, rejected);
  };

  /** Reads and validates an answer, unless it is known; buffers it while the slice may be unchanged. */
  readonly read: ReadRows<TakenRows> = (body, sift) => {
    if (sift !== undefined) {
      const { envelope, arrived, rows } = this.#readAnswer(body, sift);
      return { envelope, arrived, rows: this.#taken(rows.copy, rows.accepted, rows.rejected) };
    }
    const content = fingerprint(this.#readerVersion, body);
    const known = this.#seen.known(content);
    if (known !== undefined) {
      this.#buffersAnswers = true;
      this.#buffer.add(body);
    }
    if (known?.answer !== undefined) {
      const { arrived, total, pages } = known.answer;
      const rows = { accepted: arrived, rejected: [], fingerprint: content, answer: known.answer };
      return { envelope: { total, pages, results: [] }, arrived, rows };
    }
    const { envelope, arrived, rows } = this.#readAnswer(body);
    const { copy, accepted, rejected } = rows;
    const { total, pages } = (envelope ?? {}) as Record<string, unknown>;
    const answer = rejected.length === 0 ? { arrived, total, pages } : undefined;
    const others = { accepted, rejected, fingerprint: content, answer };
    return { envelope, arrived, rows: known === undefined ? { ...others, copy } : others };
  };

  #taken(copy: Buffer, accepted: number, rejected: readonly RejectedRow[]): TakenRows {
    // One character a byte, without the run's id: the same rows give the same hash in every run.
    const good = copy.toString('latin1').replaceAll(lineEnd(this.#options.origin.runId), '\n');
    const bad = rejected.map(({ row }) => jsonText(row)).join('\n');
    return { copy, accepted, rejected, fingerprint: fingerprint(good, bad) };
  }

  /** Counts the rows of a page, then stages the valid ones and quarantines the others. */
  land({ copy, accepted, rejected }: TakenRows): Observable<never> {
    this.accepted += accepted;
    this.rejected += rejected.length;
    const bad = rejected.map(each => ({ ...each, key: this.#keyOf(each.row) }));
    for (const each of bad) this.#count(each);
    return concat(
      completion(() => this.#stageRows(copy)),
      completion(() => this.#quarantine(bad)),
    );
  }

  #count({ key, row }: BadRow): void {
    const { parentKey } = this.#options;
    if (key === undefined) this.#withoutKey++;
    if (parentKey === undefined) return;
    const parent = isRecord(row) ? row[parentKey] : undefined;
    const isKnown = typeof parent === 'number' && Number.isSafeInteger(parent);
    if (isKnown && this.#parents.size < MOST_PARENTS) this.#parents.add(parent);
    else this.#withoutParent++;
  }

  async #stageRows(copy: Uint8Array | undefined): Promise<void> {
    if (!this.#seen.isSameSoFar) {
      await this.#stageBuffer();
      if (copy !== undefined) await this.stage.copy(copy);
    } else if (copy !== undefined) {
      this.#buffer.add(copy);
    }
  }

  async #stageBuffer(): Promise<void> {
    for (const page of this.#buffer.take()) {
      await this.stage.copy(this.#buffersAnswers ? this.#readAnswer(page).rows.copy : page);
    }
  }

  async #quarantine(rejected: readonly BadRow[]): Promise<void> {
    const { table, origin } = this.#options;
    await quarantine(this.#client, table, origin, rejected);
  }

  /** Stages everything that is buffered; resolves when Postgres has taken all rows. */
  async finish(): Promise<void> {
    await this.#stageBuffer();
    await this.stage.end();
  }

  /** Merges the staged rows into the table. */
  async merge(scope: MergeScope): Promise<Merged> {
    const { table, origin, dueAgain } = this.#options;
    const { accepted, unread } = this;
    const mergeRows = () => merge(this.#client, this.stage, scope, accepted, unread, origin.runId);
    const merged = await (dueAgain === undefined
      ? mergeRows()
      : dueAgain.around(this.#client, this.stage, origin.runId, mergeRows));
    await noteDrift(this.#client, table.name, this.#unknown, origin.runId);
    return merged;
  }

  /** Resolves rows that earlier runs quarantined. */
  async resolveQuarantined(read: ReadAgain): Promise<void> {
    await resolveQuarantine(this.#client, this.stage, this.#options.origin, read);
  }
}

/** Runs a step; emits nothing. */
function completion(step: () => Promise<void>): Observable<never> {
  return defer(() => from(step())).pipe(ignoreElements());
}
