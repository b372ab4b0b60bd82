import { fileURLToPath } from 'node:url';
import pg from 'pg';
import Postgrator from 'postgrator';
import type { Column } from '../../transforms/columns.ts';
import { keepReader } from './reader.ts';
import { keepSettings, type Settings } from './settings.ts';
import { statement } from './statement.ts';
import { createViews } from './views.ts';
import type { Warehouse } from './warehouse.ts';

/** A table as the stream catalogue describes it. */
export interface TableDescription {
  readonly name: string;
  readonly about: string;
  readonly key: readonly string[];
  readonly columns: readonly Column[];
}

const MIGRATIONS = fileURLToPath(new URL('../../sql/migrations/*', import.meta.url));
/** Held while a schema is changed, so that two first runs do not create it twice. */
const MIGRATION_LOCK = 0x7111;

/**
 * Brings a merchant's schema up to date: the schema itself, the numbered migrations, a table for each stream with the
 * columns its catalogue entry has now, the settings, the views, and the read-only role. Columns are added, never dropped:
 * what was collected stays.
 *
 * @param settings what the views take from the configuration
 */
export async function migrate(
  warehouse: Warehouse,
  tables: readonly TableDescription[],
  settings: Settings,
): Promise<void> {
  const client = await warehouse.pool.connect();
  try {
    await client.query('select pg_advisory_lock($1, hashtext($2))', [
      MIGRATION_LOCK,
      warehouse.schema,
    ]);
    await client.query(`create schema if not exists ${pg.escapeIdentifier(warehouse.schema)}`);
    await migrations(client, warehouse.schema);
    await client.query('begin');
    for (const table of tables) await createTable(client, table);
    await keepSettings(client, settings);
    await createViews(client);
    await keepReader(client, warehouse.schema);
    await client.query('commit');
  } finally {
    // Releasing the connection for good also drops the lock and an open transaction.
    client.release(true);
  }
}

async function migrations(client: pg.PoolClient, schema: string): Promise<void> {
  const postgrator = new Postgrator({
    migrationPattern: MIGRATIONS,
    driver: 'pg',
    schemaTable: `${schema}._migrations`,
    execQuery: query => client.query(query),
    execSqlScript: async script => {
      await client.query(`begin; ${script}; commit`);
    },
  });
  await postgrator.migrate();
}

async function createTable(client: pg.PoolClient, table: TableDescription): Promise<void> {
  const name = pg.escapeIdentifier(table.name);
  const existing = await client.query<{ column_name: string }>(
    'select column_name from information_schema.columns where table_schema = current_schema and table_name = $1',
    [table.name],
  );
  if (existing.rows.length === 0) {
    await client.query(statement('warehouse/create-table', { table: table.name }));
  }
  const there = new Set(existing.rows.map(row => row.column_name));
  const missing = table.columns.filter(column => !there.has(column.name));
  for (const column of missing) {
    const identifier = pg.escapeIdentifier(column.name);
    await client.query(`alter table ${name} add column ${identifier} ${column.kind}`);
    await client.query(
      `comment on column ${name}.${identifier} is ${pg.escapeLiteral(column.comment)}`,
    );
  }
  if (existing.rows.length === 0) {
    await client.query(
      statement('warehouse/add-bookkeeping', { table: table.name, key: table.key }),
    );
    await client.query(`comment on table ${name} is ${pg.escapeLiteral(table.about)}`);
  }
}
