import type { Queryable } from './pull-connection.ts';
import type { Stage } from './stage.ts';
import { statement } from './statement.ts';

/** The columns of a table whose changes matter to reports. */
export interface Watched {
  /** Columns in which a difference matters. */
  readonly counting: readonly string[];
  /** Columns with the day on which a row counts (the first that is set), and their table. */
  readonly dates?: { readonly columns: readonly string[]; readonly table: string } | undefined;
  /** The column with the key of the row that has those dates, if it is a parent row. */
  readonly parentKey?: string | undefined;
  /** Other columns that are compared. */
  readonly names: readonly string[];
}

/** A report's table, and how its slices depend on other rows. */
export interface DerivedTable {
  readonly stream: string;
  readonly slicedBy: 'day' | 'month' | 'month_end';
  readonly sliceColumn: string;
  /** Whether a slice is the stock at its end, which depends on every movement before it. */
  readonly isStock: boolean;
  readonly hasItems: boolean;
}

/** Columns and custom fields of one kind of record that a report shows or filters by. */
export interface ShownColumns {
  readonly columns: readonly string[];
  readonly custom: readonly string[];
}

/** Days from the first to the last, as `YYYY-MM-DD`. */
interface Days {
  readonly first: string;
  readonly last: string;
}

/** How far other clocks may be from the warehouse's. */
const MARGIN_MS = 2 * 86_400_000;

/**
 * The rows that one pull changes in a table, from which the due slices of reports are computed.
 *
 * They live in a temporary table until the transaction ends; before the first report was pulled there is none.
 */
export class ChangedRows {
  readonly #client: Queryable;
  readonly #stage: Stage;
  readonly #watched: Watched;
  readonly #runId: string;
  readonly #name: string;

  private constructor(client: Queryable, stage: Stage, watched: Watched, runId: string) {
    this.#client = client;
    this.#stage = stage;
    this.#watched = watched;
    this.#runId = runId;
    this.#name = `_changed_${stage.table.name}`;
  }

  /**
   * Collects the rows that a merge is about to change; undefined if no report can depend on them.
   *
   * @param derived the reports' tables
   */
  static async before(
    client: Queryable,
    stage: Stage,
    watched: Watched,
    derived: readonly DerivedTable[],
    runId: string,
  ): Promise<ChangedRows | undefined> {
    const pulled = await client.query<{ at: Date | null }>(statement('due/first-pull'), [
      derived.map(({ stream }) => stream),
    ]);
    const firstPull = pulled.rows[0]!.at;
    if (firstPull === null) return undefined;
    const changed = new ChangedRows(client, stage, watched, runId);
    const names = changed.#names();
    if (stage.isDirect)
      await client.query(statement('due/create-loaded', names), [
        new Date(firstPull.getTime() - MARGIN_MS),
      ]);
    else await client.query(statement('due/create-changed', names));
    return changed;
  }

  /** Adds the rows that the merge marked as deleted. */
  async addDeleted(): Promise<void> {
    await this.#client.query(statement('due/add-deleted', this.#names()), [this.#runId]);
  }

  /** Records the slices of the days on which the rows count as due. */
  async noteDays(derived: readonly DerivedTable[]): Promise<void> {
    const { dates, parentKey } = this.#watched;
    if (dates === undefined) return;
    const names = { changed: this.#name, dates: dates.table };
    const { rows: days } = await this.#client.query<Days>(statement('due/days', names), [
      dates.columns,
      parentKey,
    ]);
    if (days.length === 0) return;
    await this.#client.query(statement('due/note-days'), [
      days.map(({ first }) => first),
      days.map(({ last }) => last),
      derived.map(({ stream }) => stream),
      derived.map(({ slicedBy }) => slicedBy),
      derived.map(({ isStock }) => isStock),
      this.#stage.table.name,
      this.#runId,
    ]);
  }

  /** Records the slices of a report that show changed fields as due. */
  async noteShown(report: DerivedTable, shown: ShownColumns): Promise<void> {
    const values = [
      shown.columns,
      shown.custom,
      report.stream,
      this.#stage.table.name,
      this.#runId,
    ];
    const isByItem = report.hasItems && this.#stage.table.name === 'items';
    const names = { changed: this.#name, report: report.stream, slice: report.sliceColumn };
    await this.#client.query(
      statement(isByItem ? 'due/note-holding' : 'due/note-all', names),
      values,
    );
  }

  #names() {
    const { counting, dates, parentKey, names } = this.#watched;
    const { table, name: stage } = this.#stage;
    const own = parentKey === undefined ? (dates?.columns ?? []) : [parentKey];
    const needed = [...new Set([...table.key, ...own, ...names])];
    return {
      changed: this.#name,
      table: table.name,
      stage,
      key: table.key,
      id: table.key[0]!,
      counting,
      needed,
    };
  }
}
