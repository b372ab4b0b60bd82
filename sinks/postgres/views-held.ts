import type pg from 'pg';
import { statement } from './statement.ts';

/** Who has one of these views open, or a table that their file changes, in words. */
export async function whoHolds(client: pg.PoolClient, views: readonly string[]): Promise<string> {
  const { rows } = await client.query<{ role: string; pid: number; since: Date | null }>(
    statement('warehouse/who-holds'),
    [views],
  );
  if (rows.length === 0) return 'another session has it open in a transaction';
  return rows
    .map(({ role, pid, since }) => {
      const when = since === null ? '' : ` since ${since.toISOString().slice(0, 16)}Z`;
      return `${role} has it open in a transaction${when} (process ${pid})`;
    })
    .join('; ');
}
