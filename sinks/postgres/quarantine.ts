import type { Column } from '../../transforms/columns.ts';
import { plainText, type RejectedRow } from '../../transforms/validate.ts';
import type { TableDescription } from './migrate.ts';
import type { Queryable } from './pull-connection.ts';
import type { Stage } from './stage.ts';
import { statement } from './statement.ts';

/** Where a bad row came from. */
export interface Origin {
  readonly runId: string;
  readonly slice: string;
}

/** Forgets what this run has quarantined of a slice, before the slice is pulled (again). */
export async function clearQuarantine(
  client: Queryable,
  stream: string,
  { runId, slice }: Origin,
): Promise<void> {
  await client.query('delete from _quarantine where run_id = $1 and stream = $2 and slice = $3', [
    runId,
    stream,
    slice,
  ]);
}

/** Keeps the bad rows of a page, whole, with their reason. */
export async function quarantine(
  client: Queryable,
  table: TableDescription,
  { runId, slice }: Origin,
  rejected: readonly RejectedRow[],
): Promise<void> {
  if (rejected.length === 0) return;
  await client.query(
    `insert into _quarantine (run_id, stream, slice, row_key, content, reason)
     select $1, $2, $3, bad.key, bad.content, bad.reason
     from unnest($4::text[], $5::json[], $6::text[]) as bad (key, content, reason)`,
    [
      runId,
      table.name,
      slice,
      rejected.map(({ row }) => keyOf(row, table)),
      rejected.map(({ row }) => JSON.stringify(row)),
      rejected.map(({ reason }) => reason.replaceAll('\0', '\\0')),
    ],
  );
}

/**
 * Settles what earlier runs had quarantined and this complete pull has read again.
 *
 * @param wholeSlice whether the pull read all there is, so that a bad row it did not meet is gone from the account
 */
export async function resolveQuarantine(
  client: Queryable,
  stage: Stage,
  { runId, slice }: Origin,
  wholeSlice: boolean,
): Promise<void> {
  const { name, key } = stage.table;
  await client.query(
    wholeSlice
      ? statement('warehouse/resolve-slice-quarantine')
      : statement('warehouse/resolve-quarantine', { stage: stage.name, key }),
    wholeSlice ? [name, runId, slice] : [name, runId],
  );
}

/** The row's key as one text, the way the warehouse writes it; as much of it as the row has. */
function keyOf(row: unknown, table: TableDescription): string {
  const values = (row ?? {}) as Readonly<Record<string, unknown>>;
  const byName = new Map<string, Column>(table.columns.map(column => [column.name, column]));
  return table.key
    .map(name => {
      const { keys, kind } = byName.get(name)!;
      const value = keys.map(key => values[key]).find(candidate => candidate !== undefined);
      const text = plainText(value ?? '').replaceAll('\0', '');
      return kind === 'date' ? text.slice(0, 10) : text;
    })
    .join('|');
}
