import type { ColumnValue } from '../../transforms/columns.ts';
import { NOT_SET } from '../../transforms/columns.ts';
import { IncompleteError } from '../../transforms/errors.ts';
import type { TableDescription } from './migrate.ts';
import type { PullConnection } from './pull-connection.ts';
import { statement } from './statement.ts';

/**
 * Where the rows of one pull are collected: a temporary table, or the table itself if it is empty.
 *
 * Only the pull's transaction sees it. Its columns are the table's, then `_extra` and `_run_id`.
 */
export interface Stage {
  /** The temporary table's name, or the table's own. */
  readonly name: string;
  readonly table: TableDescription;
  /** Whether rows go directly into the table: then nothing is merged, and its primary key finds duplicates. */
  readonly isDirect: boolean;
  /** Takes COPY text, as UTF-8; resolves when it takes more. Errors come with a later call, at the latest {@link end}. */
  copy(bytes: Uint8Array): Promise<void>;
  /**
   * Resolves when all rows are in the stage.
   *
   * @throws IncompleteError if rows came twice, if the stage is direct
   */
  end(): Promise<void>;
  /**
   * Checks that each of the `accepted` rows has a key of its own.
   *
   * @throws IncompleteError if rows came twice
   */
  checkKeys(accepted: number): Promise<void>;
  /**
   * The highest id among the rows; undefined if there are none.
   *
   * @param ofTable whether to look in the table instead of the stage
   */
  highestId(ofTable: boolean): Promise<string | undefined>;
}

/**
 * Opens the stage for one table, in the transaction of `client`.
 *
 * If the table, or the slice of it, is empty, rows go directly into it: the merge alone was measured to take twice as long
 * as COPY with its index.
 *
 * @param slice the slice's column and value; if left out, the whole table
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

/** `unique_violation` */
const DUPLICATE_KEY = '23505';

function cameTwice(table: string, key: string | undefined): IncompleteError {
  const otherwise = key?.includes(NOT_SET)
    ? `a value in Heartland is named ${NOT_SET}, which stands for a group that is not set: rename it there, or exclude it with the report’s filters.`
    : 'Heartland itself lists a row twice.';
  return new IncompleteError('CAME_TWICE', {
    problem: `Rows of ${table} came twice while they were read, so others may be missing`,
    found: key,
    next: `Run the command again; if it persists, ${otherwise}`,
  });
}
