import type pg from 'pg';
import { concat, defer, from, ignoreElements, type Observable } from 'rxjs';
import type { z } from 'zod';
import { noteDrift } from '../sinks/postgres/drift.ts';
import { type Merged, type MergeScope, merge } from '../sinks/postgres/merge.ts';
import type { TableDescription } from '../sinks/postgres/migrate.ts';
import {
  clearQuarantine,
  type Origin,
  quarantine,
  settleQuarantine,
} from '../sinks/postgres/quarantine.ts';
import { openStage, type SlicePlace, type Stage } from '../sinks/postgres/stage.ts';
import type { RejectedRow } from '../transforms/validate.ts';
import { pageChecker } from '../transforms/validate.ts';

/** What one table is filled with, and from where. */
export interface LoadingOptions {
  readonly table: TableDescription;
  readonly row: z.ZodObject;
  readonly origin: Origin;
  /** Keys that belong to other tables. */
  readonly ignored?: readonly string[];
  /** Why a row does not belong into this slice. */
  readonly alsoWrong?: ((row: Readonly<Record<string, unknown>>) => string | undefined) | undefined;
  /** The slice's place in the table; left out, the whole table. */
  readonly slice?: SlicePlace | undefined;
}

/** The rows of one page, checked. */
interface Taken {
  /** What came, good and bad, whichever run it came in: the same again means that nothing changed. */
  readonly content: readonly string[];
  readonly land: Observable<never>;
}

/** A table being filled by one pull, inside the pull's transaction. */
export class Loading {
  readonly stage: Stage;
  accepted = 0;
  rejected = 0;
  readonly #client: pg.PoolClient;
  readonly #options: LoadingOptions;
  readonly #unknown = new Set<string>();
  readonly #check: ReturnType<typeof pageChecker>;

  private constructor(client: pg.PoolClient, options: LoadingOptions, stage: Stage) {
    this.#client = client;
    this.#options = options;
    this.stage = stage;
    this.#check = pageChecker(
      options.row,
      { ignored: options.ignored ?? [], tail: options.origin.runId, unknown: this.#unknown },
      options.alsoWrong,
    );
  }

  static async open(client: pg.PoolClient, options: LoadingOptions): Promise<Loading> {
    return new Loading(client, options, await openStage(client, options.table, options.slice));
  }

  /** Rows that arrived, good and bad. */
  get seen(): number {
    return this.accepted + this.rejected;
  }

  /** Forgets the counts, when the pull starts (again). */
  async startOver(): Promise<void> {
    this.accepted = 0;
    this.rejected = 0;
    await clearQuarantine(this.#client, this.#options.table.name, this.#options.origin);
  }

  /** Checks rows and answers what they are, and what brings them into the warehouse. */
  take(rows: readonly unknown[]): Taken {
    const { copy, accepted, rejected } = this.#check(rows);
    this.accepted += accepted;
    this.rejected += rejected.length;
    const bad = rejected.map(({ row }) => JSON.stringify(row)).join('\n');
    // Each line ends with the run, which is another one each time.
    const good = copy.replaceAll(`\t${this.#options.origin.runId}\n`, '\n');
    return { content: [good, bad], land: concat(this.stage.copy(copy), this.#setAside(rejected)) };
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
