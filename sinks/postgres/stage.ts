import { defer, type Observable } from 'rxjs';
import { IncompleteError } from '../../transforms/errors.ts';
import type { Fixed } from '../../transforms/flat-rows.ts';
import { HeldBytes } from '../held-bytes.ts';
import type { TableDescription } from './migrate.ts';
import type { PullConnection } from './pull-connection.ts';
import { statement } from './statement.ts';

/**
 * Where the rows of one pull are collected, seen by its transaction alone: a temporary table, or the table itself
 * where it holds nothing that they could meet. Its columns are the table's, then `_extra` and, by default, `_run_id`.
 */
export interface Stage {
  /** The temporary table's name, or the table's own. */
  readonly name: string;
  readonly table: TableDescription;
  /** Whether rows go straight into the table: then there is nothing to merge, and its key watches over them. */
  readonly isDirect: boolean;
  /** Takes one page of COPY text, as UTF-8; completes when it is where it has to be for now. */
  copy(bytes: Uint8Array): Observable<never>;
  /** Completes when all that was taken is in the stage, what was held included. */
  release(): Promise<void>;
  /** Forgets what is held; what is in Postgres, a rollback takes away. */
  startOver(): void;
  /** Forgets it for good. */
  close(): Promise<void>;
  /** How many different keys the collected rows have. */
  countKeys(accepted: number): Promise<number>;
  /** The highest id among the rows, undefined when there are none. */
  highestId(): Promise<string | undefined>;
}

export interface StageOptions {
  /** The slice's place in the table; left out, the whole table. */
  readonly slice?: Fixed | undefined;
  /** Whether rows are held outside of Postgres until they are released, as they may turn out not to be needed. */
  readonly holds?: boolean | undefined;
}

/**
 * Prepares the collecting of one table's rows inside the transaction that `client` is in.
 *
 * Rows go straight into the table where it, or the slice of it, is still empty: the merge alone was measured twice
 * as long as COPY and its index together.
 */
export async function openStage(
  client: PullConnection,
  table: TableDescription,
  runId: string,
  { slice, holds = false }: StageOptions = {},
): Promise<Stage> {
  await client.query(`select set_config('tillstream.run_id', $1, true)`, [runId]);
  const isDirect = await isEmpty(client, table, slice);
  const held = holds && !isDirect ? new HeldBytes() : undefined;
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
    copy: bytes =>
      defer(async () => {
        if (bytes.length === 0) return;
        if (held === undefined) await client.copy(target, bytes);
        else await held.add(bytes);
      }) as Observable<never>,
    release: async () => {
      for await (const piece of held?.take() ?? []) await client.copy(target, piece);
      await client.endCopy();
    },
    startOver: () => held?.clear(),
    close: async () => held?.close(),
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
  slice: Fixed | undefined,
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
