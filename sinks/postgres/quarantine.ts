import type { Column } from '../../transforms/columns.ts';
import { jsonText } from '../../transforms/json-text.ts';
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

/** A row that cannot be used, with its key as the warehouse writes it, where the row tells it for certain. */
export interface BadRow extends RejectedRow {
  readonly key?: string | undefined;
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
  rejected: readonly BadRow[],
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
      rejected.map(({ row, key }) => key ?? looseKeyOf(row, table)),
      rejected.map(({ row }) => jsonText(row)),
      rejected.map(({ reason }) => reason.replaceAll('\0', '\\0')),
    ],
  );
}

/**
 * What a pull read again of what earlier runs had read: everything there is of its table or of its slice, what was read
 * after a run ended (`0` for all that changes), or nothing but the records that changed.
 */
export type ReadAgain = 'table' | 'slice' | { readonly sinceRun: string } | 'changes';

/**
 * Settles what earlier runs had quarantined and this complete pull has read again: there is a good version now, or the row
 * came again and is kept from this run, or it is gone from the account.
 */
export async function settleQuarantine(
  client: Queryable,
  stage: Stage,
  { runId, slice }: Origin,
  read: ReadAgain,
): Promise<void> {
  const { name, key } = stage.table;
  if (read === 'slice' || read === 'table') {
    const all = read === 'table';
    await client.query(statement('warehouse/resolve-slice-quarantine'), [name, runId, slice, all]);
    return;
  }
  const sinceRun = read === 'changes' ? null : read.sinceRun;
  await client.query(statement('warehouse/resolve-quarantine', { stage: stage.name, key }), [
    name,
    runId,
    sinceRun,
  ]);
}

/**
 * Whether this run met bad rows of a slice that no earlier run has met: they may have been garbled on their way, and are
 * worth asking for once more.
 */
export async function hasNewBadRows(
  client: Queryable,
  tables: readonly string[],
  { runId, slice }: Origin,
): Promise<boolean> {
  const { rows } = await client.query<{ has: boolean }>(statement('warehouse/has-new-quarantine'), [
    runId,
    slice,
    tables,
  ]);
  return rows[0]!.has;
}

/** For people: as much of the row's key as the row has. */
function looseKeyOf(row: unknown, table: TableDescription): string {
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
