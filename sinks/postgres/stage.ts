import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { defer, type Observable } from 'rxjs';
import { IncompleteError } from '../../transforms/errors.ts';
import type { TableDescription } from './migrate.ts';
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
  /** Writes one page of COPY text; completes when Postgres has it. */
  copy(text: string): Observable<never>;
  /** How many different keys the collected rows have. */
  countKeys(accepted: number): Promise<number>;
  /** The highest id among the rows, undefined when there are none. */
  highestId(): Promise<string | undefined>;
}

/** One slice's place in its table; undefined stands for the whole table. */
export interface SlicePlace {
  readonly column: string;
  readonly value: string;
}

/**
 * Prepares the collecting of one table's rows inside the transaction that `client` is in.
 *
 * Rows go straight into the table where it, or the slice of it, is still empty: the merge alone was measured twice
 * as long as COPY and its index together.
 */
export async function openStage(
  client: pg.PoolClient,
  table: TableDescription,
  slice?: SlicePlace,
): Promise<Stage> {
  const isDirect = await isEmpty(client, table, slice);
  const name = isDirect ? table.name : `_stage_${table.name}`;
  const names = {
    stage: name,
    table: table.name,
    columns: table.columns.map(column => column.name),
    key: table.key,
  };
  if (!isDirect) await client.query(statement('warehouse/create-stage', names));

  return {
    name,
    table,
    isDirect,
    copy: text =>
      defer(async () => {
        if (text === '') return;
        const copy = client.query(copyFrom(statement('warehouse/copy', names)));
        try {
          // One write a page: one a row was measured five times slower.
          await pipeline(Readable.from([text]), copy);
        } catch (error) {
          throw cameTwice(error, table.name) ?? error;
        }
      }) as Observable<never>,
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
  client: pg.PoolClient,
  table: TableDescription,
  slice: SlicePlace | undefined,
): Promise<boolean> {
  const { rows } =
    slice === undefined
      ? await client.query(statement('warehouse/is-empty', { table: table.name }))
      : await client.query(
          statement('warehouse/is-slice-empty', { table: table.name, slice: slice.column }),
          [slice.value],
        );
  return rows[0].empty;
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
