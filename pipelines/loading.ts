import { concat, defer, from, ignoreElements, type Observable } from 'rxjs';
import type { z } from 'zod';
import { HeldPages } from '../sinks/held-pages.ts';
import { noteDrift } from '../sinks/postgres/drift.ts';
import { type Merged, type MergeScope, merge, type Unread } from '../sinks/postgres/merge.ts';
import type { TableDescription } from '../sinks/postgres/migrate.ts';
import type { PullConnection } from '../sinks/postgres/pull-connection.ts';
import {
  type BadRow,
  clearQuarantine,
  type Origin,
  quarantine,
  type ReadAgain,
  settleQuarantine,
} from '../sinks/postgres/quarantine.ts';
import { openStage, type Stage } from '../sinks/postgres/stage.ts';
import type { Stream } from '../sources/heartland/stream.ts';
import type { ReadRows } from '../sources/heartland/walk.ts';
import { type AnswerReader, answerReader } from '../transforms/answer-reader.ts';
import type { ColumnValue } from '../transforms/columns.ts';
import { lineEnd } from '../transforms/copy-encoder.ts';
import { jsonText } from '../transforms/json-text.ts';
import { type KeyReader, keyReader } from '../transforms/row-key.ts';
import { fingerprint, type KnownAnswer, SeenPages } from '../transforms/seen-pages.ts';
import {
  isRecord,
  type PageChecker,
  pageChecker,
  type RejectedRow,
} from '../transforms/validate.ts';
import type { DueAgain } from './due-again.ts';
import { readingFingerprint } from './reading-fingerprint.ts';

/** What one table is filled with, and from where. */
export interface LoadingOptions {
  readonly table: TableDescription;
  readonly row: z.ZodObject;
  readonly origin: Origin;
  /** Keys that belong to other tables. */
  readonly ignored?: readonly string[];
  /** The slice's place in the table; left out, the whole table. */
  readonly slice?: ColumnValue | undefined;
  /** Of lines: the column of the parent's id. */
  readonly parentKey?: string;
  /** Whether Heartland leaves it to us to write the slice into its rows. */
  readonly isStamped?: boolean;
  /** What changes of its rows make due again. */
  readonly dueAgain?: DueAgain | undefined;
}

/** The slice's place in the stream's table, and who writes it into the rows. */
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

/** Parents of lines that could not be read which are remembered one by one. */
const MOST_PARENTS = 10_000;

/** The rows of one page, checked. */
export interface TakenRows {
  readonly accepted: number;
  readonly rejected: readonly RejectedRow[];
  /** COPY text of the good ones, as UTF-8; left out where the whole answer is held. */
  readonly copy?: Uint8Array;
  /** What came, good and bad, whichever run it came in: the same again means that nothing changed. */
  readonly fingerprint: string;
  /** Set where the same answer need not be read again. */
  readonly answer?: KnownAnswer | undefined;
}

/**
 * A table being filled by one pull, inside the pull's transaction. As long as all pages are those of last time they are held
 * outside of Postgres: of a slice that did not change, nothing is read, copied or merged.
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
  readonly #reading: string;
  readonly #held = new HeldPages();
  /** Whether it is answers that are held, as they came, rather than COPY text. */
  #holdsAnswers = false;
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
    this.#reading = readingFingerprint(options);
  }

  static async open(client: PullConnection, options: LoadingOptions): Promise<Loading> {
    const stage = await openStage(client, options.table, options.slice);
    return new Loading(client, options, stage);
  }

  /** What arrived and could not be read. */
  get unread(): Unread {
    return {
      rows: this.rejected,
      withoutKey: this.#withoutKey,
      withoutParent: this.#withoutParent,
      parents: this.#parents,
    };
  }

  /** Rows that arrived, good and bad. */
  get seen(): number {
    return this.accepted + this.rejected;
  }

  /**
   * Forgets the counts and what is held, when the pull starts (again).
   *
   * @param seen the pages of the pull, which whoever lands them adds to it
   */
  async startOver(seen: SeenPages): Promise<void> {
    this.#seen = seen;
    this.accepted = 0;
    this.rejected = 0;
    this.#withoutKey = 0;
    this.#withoutParent = 0;
    this.#parents.clear();
    this.#held.clear();
    await clearQuarantine(this.#client, this.#options.table.name, this.#options.origin);
  }

  /** Gives back what is held. */
  close(): void {
    this.#held.close();
  }

  /** Checks rows that were parsed. */
  readonly take = (rows: readonly unknown[]): TakenRows => {
    const { copy, accepted, rejected } = this.#check(rows);
    return this.#taken(Buffer.from(copy), accepted, rejected);
  };

  /** Reads and checks the rows of an answer, unless it is known; holds it while it may be that nothing changed. */
  readonly read: ReadRows<TakenRows> = (body, sift) => {
    if (sift !== undefined) {
      const { envelope, arrived, rows } = this.#readAnswer(body, sift);
      return { envelope, arrived, rows: this.#taken(rows.copy, rows.accepted, rows.rejected) };
    }
    const content = fingerprint(this.#reading, body);
    const known = this.#seen.known(content);
    if (known !== undefined) {
      this.#holdsAnswers = true;
      this.#held.add(body);
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
    // One character a byte, without the run: the same rows are the same in every run.
    const good = copy.toString('latin1').replaceAll(lineEnd(this.#options.origin.runId), '\n');
    const bad = rejected.map(({ row }) => jsonText(row)).join('\n');
    return { copy, accepted, rejected, fingerprint: fingerprint(good, bad) };
  }

  /** Counts rows, and answers what brings them to where they have to be for now. */
  land({ copy, accepted, rejected }: TakenRows): Observable<never> {
    this.accepted += accepted;
    this.rejected += rejected.length;
    const bad = rejected.map(each => ({ ...each, key: this.#keyOf(each.row) }));
    for (const each of bad) this.#count(each);
    return concat(
      quietly(() => this.#bring(copy)),
      quietly(() => this.#setAside(bad)),
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

  async #bring(copy: Uint8Array | undefined): Promise<void> {
    if (!this.#seen.isSameSoFar) {
      await this.#release();
      if (copy !== undefined) await this.stage.copy(copy);
    } else if (copy !== undefined) {
      this.#held.add(copy);
    }
  }

  async #release(): Promise<void> {
    for (const page of this.#held.take()) {
      await this.stage.copy(this.#holdsAnswers ? this.#readAnswer(page).rows.copy : page);
    }
  }

  async #setAside(rejected: readonly BadRow[]): Promise<void> {
    const { table, origin } = this.#options;
    await quarantine(this.#client, table, origin, rejected);
  }

  /** Brings all that is held into the stage; resolves when Postgres has taken everything. */
  async finish(): Promise<void> {
    await this.#release();
    await this.stage.end();
  }

  /** Brings what was collected into the table. */
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

  /** Settles what was bad in earlier runs. */
  async settleBadRows(read: ReadAgain): Promise<void> {
    await settleQuarantine(this.#client, this.stage, this.#options.origin, read);
  }
}

/** A step that only ends. */
function quietly(step: () => Promise<void>): Observable<never> {
  return defer(() => from(step())).pipe(ignoreElements());
}
