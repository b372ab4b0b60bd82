import type { Column } from '../../transforms/columns.ts';
import { jsonText } from '../../transforms/json-text.ts';
import { plainText, type RejectedRow } from '../../transforms/validate.ts';
import type { TableDescription } from './migrate.ts';
import type { Queryable } from './pull-connection.ts';
import type { Stage } from './stage.ts';
import { statement } from './statement.ts';

/** The run and the slice that an invalid row came from. */
export interface Origin {
  readonly runId: string;
  readonly slice: string;
}

/** An invalid row, with its key as the warehouse writes it, if the row has a valid key. */
export interface BadRow extends RejectedRow {
  readonly key?: string | undefined;
}

/** Deletes what this run has quarantined of a slice, before the slice is pulled again. */
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

/** Stores the invalid rows of a page, whole, with the reason. */
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
 * What a pull has read again: its whole table or slice, all changes since a run (`0`: all changes), or some records.
 */
export type ReadAgain = 'table' | 'slice' | { readonly sinceRun: string } | 'changes';

/**
 * Resolves rows that earlier runs quarantined and this complete pull has read again.
 *
 * A row is resolved if it is valid now, if this run quarantined it again, or if it was deleted in Heartland.
 */
export async function resolveQuarantine(
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

/** Whether this run quarantined rows of a slice that no earlier run did: they may be valid when pulled again. */
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

/** The parts of the row's key that the row has, to show. */
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
