/**
 * Which days of reports are due again because something they are made of changed: documents say on which days they count,
 * records what is shown of them. It is noted in the transaction that changes their rows, and pulled again by the same sync,
 * since reports come after what they are made of.
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

/** The records behind each part of a report's vocabulary. */
const RECORDS: Readonly<Record<string, string>> = {
  items: 'item',
  locations: 'location',
  vendors: 'vendor',
  customers: 'customer',
  users: 'user',
  payment_types: 'payment',
};
/** What says nothing about a figure: texts that lines repeat from their items, and when a record was last touched. */
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

/** What a table's changes make due. */
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
   * For a table that reports are made of; undefined for any other.
   *
   * @param parent the stream whose records the table's rows belong to, if they do
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

  /** Merges, and notes what became due by what the merge changes. */
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
    if (merged.deleted > 0) await changed.addGone();
    await changed.noteDays(derived);
    if (this.#record === undefined) return merged;
    for (const { table, shows } of this.#reports) {
      const shown = this.#shownIn(shows);
      if (shown !== undefined) await changed.noteShown(table, shown);
    }
    return merged;
  }

  /** The columns of this table's records that a report shows; undefined where it has nothing to do with them. */
  #shownIn(shows: readonly string[]): ShownColumns | undefined {
    const own = shows.flatMap(name =>
      name.startsWith(`${this.#record}.`) ? [name.slice(this.#record!.length + 1)] : [],
    );
    // That there is an item at all, every figure follows from.
    if (own.length === 0 && this.#record !== 'item') return undefined;
    const custom = own.flatMap(name => (name.startsWith('custom@') ? [name.slice(7)] : []));
    const named = own.filter(name => !name.startsWith('custom@'));
    const areColumns = named.every(name => this.#columns.includes(name));
    return { columns: areColumns ? named : this.#columns, custom };
  }
}

/** Notes that a slice of a report was pulled, and that its costs follow where its rows changed. */
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

/** The streams that are computed from other records, as far as the configuration knows them. */
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
