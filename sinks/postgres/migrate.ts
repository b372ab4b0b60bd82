import { fileURLToPath } from 'node:url';
import pg from 'pg';
import Postgrator from 'postgrator';
import type { Column } from '../../transforms/columns.ts';
import { checkKeys } from './keys.ts';
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
    await checkKeys(client, tables);
    await createTables(client, tables);
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

/** Everything that is missing, in one script: a statement at a time, a first run took seconds. */
async function createTables(
  client: pg.PoolClient,
  tables: readonly TableDescription[],
): Promise<void> {
  const { rows } = await client.query<{ table: string; columns: string[] }>(
    statement('warehouse/columns'),
  );
  const there = new Map(rows.map(({ table, columns }) => [table, columns]));
  const script = tables.flatMap(table => changesTo(table, there.get(table.name)));
  if (script.length > 0) await client.query(script.join(';\n'));
}

/** The statements that give a table the columns it lacks, or all of it. */
function changesTo(table: TableDescription, there: readonly string[] | undefined): string[] {
  const name = pg.escapeIdentifier(table.name);
  const missing = table.columns.filter(column => !there?.includes(column.name));
  const columns = missing.map(column => `${pg.escapeIdentifier(column.name)} ${column.kind}`);
  const comments = missing.map(
    column =>
      `comment on column ${name}.${pg.escapeIdentifier(column.name)} is ${pg.escapeLiteral(column.comment)}`,
  );
  if (there === undefined) {
    const all = [...columns, statement('warehouse/bookkeeping-columns', { key: table.key })];
    return [
      // In one statement: with columns added one after the other, a first run takes half as long again.
      `create table ${name} (\n  ${all.join(',\n  ')})`,
      ...comments,
      statement('warehouse/bookkeeping-comments', { table: table.name }),
      `comment on table ${name} is ${pg.escapeLiteral(table.about)}`,
    ];
  }
  if (missing.length === 0) return [];
  return [
    `alter table ${name} ${columns.map(column => `add column ${column}`).join(', ')}`,
    ...comments,
  ];
}
