/**
 * Finds the days of reports that are due again because records behind them changed.
 *
 * Documents have the day on which they count; other records have fields that reports show. Due slices are recorded in the
 * transaction that changes the rows, and the same sync pulls them, since reports come after the records behind them.
 */
import {
  ChangedRows,
  type DerivedTable,
  type ShownColumns,
  type Watched,
} from '../../sinks/postgres/due-slices.ts';
import type { Merged } from '../../sinks/postgres/merge.ts';
import type { Queryable } from '../../sinks/postgres/pull-connection.ts';
import type { Stage } from '../../sinks/postgres/stage.ts';
import { statement } from '../../sinks/postgres/statement.ts';
import type { ChildStream, SlicedWalk, Stream } from '../../sources/heartland/streams/stream.ts';
import { columnsOf } from '../../transforms/columns.ts';
import { allStreams } from '../run/configured-streams.ts';
import type { Configuration } from '../settings/schema.ts';

/** The name under which reports show the fields of each table. */
const RECORDS: Readonly<Record<string, string>> = {
  items: 'item',
  locations: 'location',
  vendors: 'vendor',
  customers: 'customer',
  users: 'user',
  payment_types: 'payment',
};
/** Columns that change no figure: texts that lines repeat from their items, and change times. */
const REPEATED = [
  'description',
  'item_custom',
  'public_id',
  'name',
  'line_display_id',
  'updated_at',
  'local_updated_at',
  'updated_by_user_id',
];
const TOUCHED = ['updated_at', 'updated_by_user_id'];

interface Report {
  readonly table: DerivedTable;
  readonly shows: readonly string[];
}

/** The report slices that changes of one table make due. */
export class DueAgain {
  readonly #watched: Watched;
  readonly #reports: readonly Report[];
  readonly #record: string | undefined;
  readonly #columns: readonly string[];

  private constructor(
    watched: Watched,
    reports: readonly Report[],
    record: string | undefined,
    columns: readonly string[],
  ) {
    this.#watched = watched;
    this.#reports = reports;
    this.#record = record;
    this.#columns = columns;
  }

  /**
   * For a table that reports are computed from; undefined for any other.
   *
   * @param parent the stream whose records the table's rows belong to, if any
   */
  static of(
    configuration: Pick<Configuration, 'reports'>,
    table: Stream | ChildStream,
    parent?: Stream,
  ): DueAgain | undefined {
    const dates = (parent ?? (table as Stream)).countsOn;
    const record = RECORDS[table.name];
    if (dates === undefined && record === undefined) return undefined;
    const ignored = parent !== undefined ? REPEATED : record !== undefined ? TOUCHED : [];
    const counting = columnsOf(table.row)
      .map(({ name }) => name)
      .filter(name => !ignored.includes(name));
    const known = (parent ?? table).row.shape;
    const watched = {
      counting,
      dates: dates && {
        columns: dates.filter(name => name in known),
        table: (parent ?? table).name,
      },
      parentKey: parent === undefined ? undefined : (table as ChildStream).parentKey,
      names: record === undefined ? [] : counting,
    };
    return new DueAgain(watched, reportsOf(configuration), record, counting);
  }

  /** Merges, and records the slices that became due through the changed rows. */
  async around(
    client: Queryable,
    stage: Stage,
    runId: string,
    merge: () => Promise<Merged>,
  ): Promise<Merged> {
    const derived = this.#reports.map(({ table }) => table);
    const changed = await ChangedRows.before(client, stage, this.#watched, derived, runId);
    const merged = await merge();
    if (changed === undefined) return merged;
    if (merged.deleted > 0) await changed.addDeleted();
    await changed.noteDays(derived);
    if (this.#record === undefined) return merged;
    for (const { table, shows } of this.#reports) {
      const shown = this.#shownIn(shows);
      if (shown !== undefined) await changed.noteShown(table, shown);
    }
    return merged;
  }

  /** The columns of this table that a report shows; undefined if it shows none and does not depend on it. */
  #shownIn(shows: readonly string[]): ShownColumns | undefined {
    const own = shows.flatMap(name =>
      name.startsWith(`${this.#record}.`) ? [name.slice(this.#record!.length + 1)] : [],
    );
    // Every figure depends on whether its item exists.
    if (own.length === 0 && this.#record !== 'item') return undefined;
    const custom = own.flatMap(name => (name.startsWith('custom@') ? [name.slice(7)] : []));
    const named = own.filter(name => !name.startsWith('custom@'));
    const areColumns = named.every(name => this.#columns.includes(name));
    return { columns: areColumns ? named : this.#columns, custom };
  }
}

/** Records that a slice of a report was pulled; if its rows changed, its costs are due. */
export async function notePulled(
  client: Queryable,
  { name, walk }: Stream,
  slice: string,
  { inserted, updated, deleted }: Merged,
  runId: string,
): Promise<void> {
  await client.query(statement('due/pulled'), [name, slice]);
  const costs = walk.kind === 'by_page' && walk.slicedBy !== 'nothing' ? walk.costsIn : undefined;
  if (costs !== undefined && inserted + updated + deleted > 0)
    await client.query(statement('due/note-costs'), [costs, slice, name, runId]);
}

/** The configured streams that are computed from other records. */
function reportsOf(configuration: Pick<Configuration, 'reports'>): readonly Report[] {
  return allStreams(configuration).flatMap(({ name, row, walk }) =>
    walk.kind === 'by_page' && isDerived(walk)
      ? [
          {
            table: {
              stream: name,
              slicedBy: walk.slicedBy,
              sliceColumn: walk.sliceColumn,
              isStock: walk.isStock ?? false,
              hasItems: 'item_number' in row.shape,
            },
            shows: walk.shows ?? [],
          },
        ]
      : [],
  );
}

function isDerived(walk: {
  readonly slicedBy: string;
}): walk is SlicedWalk & { readonly slicedBy: DerivedTable['slicedBy'] } {
  return ['day', 'month', 'month_end'].includes(walk.slicedBy);
}
