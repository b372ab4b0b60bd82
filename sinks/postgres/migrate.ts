import { fileURLToPath } from 'node:url';
import pg from 'pg';
import Postgrator from 'postgrator';
import type { Column } from '../../transforms/columns.ts';
import { ConfigurationError, WarehouseError } from '../../transforms/errors.ts';
import { restoreReaderGrants } from './reader.ts';
import { type Settings, saveSettings } from './settings.ts';
import { SQL_FOLDER } from './sql-folder.ts';
import { statement } from './statement.ts';
import { createViews } from './views.ts';
import { inTransaction, type Warehouse } from './warehouse.ts';

/** A table as the stream catalogue describes it. */
export interface TableDescription {
  readonly name: string;
  readonly about: string;
  readonly key: readonly string[];
  readonly columns: readonly Column[];
  /** The column with the record that a row is a line of; rows are looked up by it. */
  readonly parentKey?: string;
  /** Whether other tables hold lines of its records. */
  readonly hasChildren?: boolean;
}

const MIGRATIONS = fileURLToPath(new URL('migrations/*', SQL_FOLDER));
/** Replacing triggers with `create or replace trigger` needs 14; as `server_version_num`. */
export const OLDEST_SERVER = 140_000;
/** Postgres' codes for what another first run has made in this moment. */
const MADE_MEANWHILE: readonly unknown[] = ['23505', '42P06', '42P07', '42710'];
const FIRST_ATTEMPTS = 5;
/** No request is waited for in between, so a silent client is down. */
const IDLE_TIMEOUT_MS = 60_000;
const END_WITHIN_MS = 300_000;

/**
 * Brings a merchant's schema up to date: the schema itself, the numbered migrations, a table for each stream with the
 * columns its catalogue entry has now, the settings, the views, and the read-only role. Columns are added, never dropped:
 * what was collected stays. All of it, or nothing.
 *
 * @param settings what the views take from the configuration
 */
export async function migrate(
  warehouse: Warehouse,
  tables: readonly TableDescription[],
  settings: Settings,
): Promise<void> {
  await makeSchema(warehouse);
  const limits = { idleTimeoutMs: IDLE_TIMEOUT_MS, endWithinMs: END_WITHIN_MS };
  await inTransaction(
    warehouse,
    async client => {
      // One at a time: a schema is changed by one command while others wait. A reader may look into it, but not lock it.
      await client.query('lock table _migrations in exclusive mode');
      await migrations(client, warehouse.schema);
      await checkKeys(client, tables);
      await createTables(client, tables);
      await saveSettings(client, settings);
      await createViews(client);
      await restoreReaderGrants(client, warehouse.schema);
    },
    limits,
  );
}

interface SchemaState {
  readonly schema: boolean;
  readonly migrations: boolean;
  readonly version: string;
  readonly version_number: number;
}

/** Rather than a syntax error in the middle of the views. */
function tooOld(version: string): WarehouseError {
  return new WarehouseError('POSTGRES_TOO_OLD', {
    problem: 'The warehouse’s Postgres is too old',
    found: version,
    expected: '14 or newer',
    next: 'Name another server in warehouse.url, or leave it out to use the embedded one.',
  });
}

/** The schema, and in it the table of migrations, where they are missing; two first runs may want to make them at once. */
async function makeSchema(warehouse: Warehouse): Promise<void> {
  const names = { schema: warehouse.schema };
  for (let attempt = 1; ; attempt++) {
    const [there] = await warehouse.query<SchemaState>(statement('warehouse/has-schema'), [
      warehouse.schema,
    ]);
    if (there!.version_number < OLDEST_SERVER) throw tooOld(there!.version);
    if (there!.schema && there!.migrations) return;
    try {
      await inTransaction(warehouse, async client => {
        if (!there!.schema) await client.query(statement('warehouse/create-schema', names));
        await client.query(statement('warehouse/create-migrations', names));
      });
    } catch (error) {
      const { cause } = error as { cause?: { code?: unknown } };
      if (attempt === FIRST_ATTEMPTS || !MADE_MEANWHILE.includes(cause?.code)) throw error;
    }
  }
}

async function migrations(client: pg.PoolClient, schema: string): Promise<void> {
  const postgrator = new Postgrator({
    migrationPattern: MIGRATIONS,
    driver: 'pg',
    schemaTable: `${schema}._migrations`,
    execQuery: query => client.query(query),
    execSqlScript: async script => {
      await client.query(script);
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
      ...indexesOf(table),
    ];
  }
  if (missing.length === 0) return [];
  return [
    `alter table ${name} ${columns.map(column => `add column ${column}`).join(', ')}`,
    ...comments,
  ];
}

/** What a sync looks up without reading the whole history: the lines of a record, and the records that a run deleted. */
function indexesOf({ name, key, parentKey, hasChildren }: TableDescription): string[] {
  const table = pg.escapeIdentifier(name);
  return [
    ...(parentKey === undefined || parentKey === key[0]
      ? []
      : [`create index on ${table} (${pg.escapeIdentifier(parentKey)})`]),
    ...(hasChildren ? [`create index on ${table} (_run_id) where _deleted_at is not null`] : []),
  ];
}

/**
 * Refuses tables whose key has changed since they were created, as of a report with other groups: their rows cannot be
 * converted.
 *
 * @throws ConfigurationError that names the table
 */
async function checkKeys(
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
