import type { Queryable } from './pull-connection.ts';
import type { Stage } from './stage.ts';
import { statement } from './statement.ts';

/** What a pull may change in a table, as far as reports are concerned. */
export interface Watched {
  /** Columns in which a difference counts. */
  readonly counting: readonly string[];
  /** Columns that say on which days a row counts, the first that is set, and where they are. */
  readonly dates?: { readonly columns: readonly string[]; readonly table: string } | undefined;
  /** The key of the row whose columns those are, where they are not the row's own. */
  readonly parentKey?: string | undefined;
  /** Other columns that are looked at. */
  readonly names: readonly string[];
}

/** A report's table, and what its slices follow from. */
export interface DerivedTable {
  readonly stream: string;
  readonly slicedBy: 'day' | 'month' | 'month_end';
  readonly sliceColumn: string;
  /** Whether a slice is what there was at its end, of everything that came before it. */
  readonly isStock: boolean;
  readonly hasItems: boolean;
}

/** Columns and custom fields of one kind of record that a report shows, or chooses by. */
export interface ShownColumns {
  readonly columns: readonly string[];
  readonly custom: readonly string[];
}

/** Days from the first to the last, as `YYYY-MM-DD`. */
interface Days {
  readonly first: string;
  readonly last: string;
}

/** When rows of other clocks than the warehouse's were pulled is known that well. */
const MARGIN_MS = 2 * 86_400_000;

/**
 * The rows that one pull changes in a table, kept for as long as its transaction, to tell which slices of reports follow
 * from them. Nothing is kept where no report was pulled yet.
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
   * Looks at what a merge is about to change; undefined where no report could follow from it.
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

  /** Adds the rows that the merge found gone. */
  async addGone(): Promise<void> {
    await this.#client.query(statement('due/add-gone', this.#names()), [this.#runId]);
  }

  /** Notes the slices of the days on which the rows count. */
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

  /** Notes the slices of a report that show what changed. */
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
