import { concat, defer, from, ignoreElements, type Observable } from 'rxjs';
import type { z } from 'zod';
import { noteDrift } from '../sinks/postgres/drift.ts';
import { type Merged, type MergeScope, merge } from '../sinks/postgres/merge.ts';
import type { TableDescription } from '../sinks/postgres/migrate.ts';
import type { PullConnection } from '../sinks/postgres/pull-connection.ts';
import {
  clearQuarantine,
  type Origin,
  quarantine,
  settleQuarantine,
} from '../sinks/postgres/quarantine.ts';
import { openStage, type Stage } from '../sinks/postgres/stage.ts';
import type { ReadRows } from '../sources/heartland/walk.ts';
import { type AnswerReader, answerReader, type EncodedPage } from '../transforms/answer-reader.ts';
import type { Fixed } from '../transforms/flat-rows.ts';
import { fingerprint } from '../transforms/pull-digest.ts';
import { type PageChecker, pageChecker, type RejectedRow } from '../transforms/validate.ts';

/** What one table is filled with, and from where. */
export interface LoadingOptions {
  readonly table: TableDescription;
  readonly row: z.ZodObject;
  readonly origin: Origin;
  /** Keys that belong to other tables. */
  readonly ignored?: readonly string[];
  /** The slice's place in the table; left out, the whole table. */
  readonly slice?: Fixed | undefined;
  /** Whether Heartland leaves it to us to write the slice into its rows. */
  readonly isStamped?: boolean;
  /** Whether the rows may turn out to be those of last time: then they wait outside of Postgres until that is known. */
  readonly mayBeUnchanged?: boolean;
}

/** The rows of one page, checked. */
export interface TakenRows {
  readonly page: EncodedPage;
  /** What came, good and bad, whichever run it came in: the same again means that nothing changed. */
  readonly fingerprint: string;
}

/** A table being filled by one pull, inside the pull's transaction. */
export class Loading {
  readonly stage: Stage;
  accepted = 0;
  rejected = 0;
  readonly #client: PullConnection;
  readonly #options: LoadingOptions;
  readonly #unknown = new Set<string>();
  readonly #check: PageChecker;
  readonly #readAnswer: AnswerReader;

  private constructor(client: PullConnection, options: LoadingOptions, stage: Stage) {
    const { row, ignored = [], slice, isStamped } = options;
    this.#client = client;
    this.#options = options;
    this.stage = stage;
    const common = { ignored, unknown: this.#unknown, within: slice };
    this.#check = pageChecker(row, common);
    this.#readAnswer = answerReader(row, { ...common, ...(isStamped && { stamp: slice }) });
  }

  static async open(client: PullConnection, options: LoadingOptions): Promise<Loading> {
    const { table, origin, slice, mayBeUnchanged: holds } = options;
    const stage = await openStage(client, table, origin.runId, { slice, holds });
    return new Loading(client, options, stage);
  }

  /** Rows that arrived, good and bad. */
  get seen(): number {
    return this.accepted + this.rejected;
  }

  /** Forgets the counts, when the pull starts (again). */
  async startOver(): Promise<void> {
    this.accepted = 0;
    this.rejected = 0;
    this.stage.startOver();
    await clearQuarantine(this.#client, this.#options.table.name, this.#options.origin);
  }

  /** Checks rows that were parsed. */
  readonly take = (rows: readonly unknown[]): TakenRows => {
    const checked = this.#check(rows);
    return taken({ ...checked, copy: Buffer.from(checked.copy) });
  };

  /** Reads and checks the rows of an answer. */
  readonly read: ReadRows<TakenRows> = (body, sift) => {
    const { envelope, arrived, rows } = this.#readAnswer(body, sift);
    return { envelope, arrived, rows: taken(rows) };
  };

  /** Counts rows, and answers what brings them into the warehouse. */
  land({ page: { copy, accepted, rejected } }: TakenRows): Observable<never> {
    this.accepted += accepted;
    this.rejected += rejected.length;
    return concat(this.stage.copy(copy), this.#setAside(rejected));
  }

  #setAside(rejected: readonly RejectedRow[]): Observable<never> {
    const { table, origin } = this.#options;
    return defer(() => from(quarantine(this.#client, table, origin, rejected))).pipe(
      ignoreElements(),
    );
  }

  /** Brings what was collected into the table, and settles what was bad before. */
  async settle(scope: MergeScope): Promise<Merged> {
    const { table, origin } = this.#options;
    const merged = await merge(this.#client, this.stage, scope, this.accepted, origin.runId);
    await noteDrift(this.#client, table.name, this.#unknown, origin.runId);
    const isWhole = scope.kind === 'lines' ? scope.ofSweep : scope.kind !== 'changes';
    await this.settleBadRows(isWhole);
    return merged;
  }

  /** @param isWhole whether the pull read all there is of the slice */
  async settleBadRows(isWhole: boolean): Promise<void> {
    await settleQuarantine(
      this.#client,
      this.stage,
      this.#options.origin,
      isWhole || this.stage.isDirect,
    );
  }
}

function taken(page: EncodedPage): TakenRows {
  const bad = page.rejected.map(({ row }) => JSON.stringify(row)).join('\n');
  return { page, fingerprint: fingerprint(page.copy, bad) };
}
