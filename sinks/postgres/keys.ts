import type pg from 'pg';
import { ConfigurationError } from '../../transforms/errors.ts';
import type { TableDescription } from './migrate.ts';
import { statement } from './statement.ts';

/**
 * Refuses tables whose rows are told apart otherwise than when they were made, as a report with other groups: what is
 * in them cannot be turned into what is asked for now.
 *
 * @throws ConfigurationError that names the table
 */
export async function checkKeys(
  client: pg.PoolClient,
  tables: readonly TableDescription[],
): Promise<void> {
  const { rows } = await client.query<{ table: string; key: string[] }>(
    statement('warehouse/primary-keys'),
  );
  const keys = new Map(rows.map(({ table, key }) => [table, key]));
  for (const { name, key } of tables) {
    const found = keys.get(name);
    if (found === undefined || found.toSorted().join() === key.toSorted().join()) continue;
    throw new ConfigurationError('TABLE_KEY_CHANGED', {
      problem: `The table ${name} was made for other groups than it has now`,
      found: found.join(', '),
      expected: key.join(', '),
      next: `Give the report another name, or drop the table to have it made again: drop table ${name}.`,
    });
  }
}
