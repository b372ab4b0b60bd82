import type { ColumnValue } from '../../transforms/columns.ts';
import { IncompleteError } from '../../transforms/errors.ts';
import type { TableDescription } from './migrate.ts';
import type { PullConnection } from './pull-connection.ts';
import { statement } from './statement.ts';

/**
 * Where the rows of one pull are collected, seen by its transaction alone: a temporary table, or the table itself
 * where it holds nothing that they could meet. Its columns are the table's, then `_extra` and `_run_id`.
 */
export interface Stage {
  /** The temporary table's name, or the table's own. */
  readonly name: string;
  readonly table: TableDescription;
  /** Whether rows go straight into the table: then there is nothing to merge, and its key watches over them. */
  readonly isDirect: boolean;
  /** Takes COPY text, as UTF-8; resolves when the next may come. What Postgres has against it comes later, at {@link end} at last. */
  copy(bytes: Uint8Array): Promise<void>;
  /**
   * Resolves when all that was taken is in the stage.
   *
   * @throws IncompleteError when rows came twice, where that shows at once
   */
  end(): Promise<void>;
  /** How many different keys the collected rows have. */
  countKeys(accepted: number): Promise<number>;
  /** The highest id among the rows, undefined when there are none. */
  highestId(): Promise<string | undefined>;
}

/**
 * Prepares the collecting of one table's rows inside the transaction that `client` is in.
 *
 * Rows go straight into the table where it, or the slice of it, is still empty: the merge alone was measured twice
 * as long as COPY and its index together.
 *
 * @param slice the slice's place in the table; left out, the whole table
 */
export async function openStage(
  client: PullConnection,
  table: TableDescription,
  slice?: ColumnValue,
): Promise<Stage> {
  const isDirect = await isEmpty(client, table, slice);
  const name = isDirect ? table.name : `_stage_${table.name}`;
  const names = {
    stage: name,
    table: table.name,
    columns: table.columns.map(column => column.name),
    key: table.key,
  };
  const target = {
    statement: statement('warehouse/copy', names),
    explain: (error: unknown) => cameTwice(error, table.name) ?? error,
  };
  if (!isDirect) await client.query(statement('warehouse/create-stage', names));

  return {
    name,
    table,
    isDirect,
    copy: async bytes => {
      if (bytes.length > 0) await client.copy(target, bytes);
    },
    end: () => client.endCopy(),
    countKeys: async accepted => {
      if (isDirect) return accepted;
      await client.query(statement('warehouse/analyze-stage', names));
      const { rows } = await client.query<{ keys: number }>(
        statement('warehouse/count-keys', names),
      );
      return rows[0]!.keys;
    },
    highestId: async () => {
      const { rows } = await client.query<{ id: string | null }>(
        statement('warehouse/highest-id', names),
      );
      return rows[0]!.id ?? undefined;
    },
  };
}

async function isEmpty(
  client: PullConnection,
  table: TableDescription,
  slice: ColumnValue | undefined,
): Promise<boolean> {
  const { rows } =
    slice === undefined
      ? await client.query<{ empty: boolean }>(
          statement('warehouse/is-empty', { table: table.name }),
        )
      : await client.query<{ empty: boolean }>(
          statement('warehouse/is-slice-empty', { table: table.name, slice: slice.column }),
          [slice.value],
        );
  return rows[0]!.empty;
}

/** A key that is there already, in a table that was empty before: the pages overlapped. */
function cameTwice(error: unknown, table: string): IncompleteError | undefined {
  if ((error as { code?: string }).code !== '23505') return undefined;
  return new IncompleteError('CAME_TWICE', {
    problem: `Rows of ${table} came twice while they were read, so others may be missing`,
    found: (error as { detail?: string }).detail,
    next: 'Nothing was changed. Run the command again; if it persists, Heartland itself lists a row twice.',
  });
}
