import type { ColumnValue } from '../../transforms/columns.ts';
import { NOT_SET } from '../../transforms/columns.ts';
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
  /**
   * Resolves when each of the `accepted` rows is known to have a key of its own.
   *
   * @throws IncompleteError when rows came twice
   */
  checkKeys(accepted: number): Promise<void>;
  /**
   * The highest id among the rows, undefined when there are none.
   *
   * @param ofTable whether those that are in the table already are meant
   */
  highestId(ofTable: boolean): Promise<string | undefined>;
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
    explain: (error: unknown) => {
      const { code, detail } = error as { code?: string; detail?: string };
      return code === DUPLICATE_KEY ? cameTwice(table.name, detail) : error;
    },
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
    checkKeys: async accepted => {
      if (isDirect) return;
      await client.query(statement('warehouse/analyze-stage', names));
      const { rows } = await client.query<{ keys: number }>(
        statement('warehouse/count-keys', names),
      );
      if (rows[0]!.keys === accepted) return;
      const twice = await client.query<{ key: string }>(statement('warehouse/key-twice', names));
      throw cameTwice(table.name, twice.rows[0]?.key);
    },
    highestId: async ofTable => {
      const { rows } = await client.query<{ id: string | null }>(
        statement('warehouse/highest-id', { stage: ofTable ? table.name : name }),
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

/** Postgres' code for a key that is there already. */
const DUPLICATE_KEY = '23505';

function cameTwice(table: string, key: string | undefined): IncompleteError {
  const otherwise = key?.includes(NOT_SET)
    ? `a value in Heartland is called ${NOT_SET}, as a group is here that is not set: give the value another name there, or leave it out with the report’s filters.`
    : 'Heartland itself lists a row twice.';
  return new IncompleteError('CAME_TWICE', {
    problem: `Rows of ${table} came twice while they were read, so others may be missing`,
    found: key,
    next: `Run the command again; if it persists, ${otherwise}`,
  });
}
