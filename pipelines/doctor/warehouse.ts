import { access, constants } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { defer, lastValueFrom } from 'rxjs';
import { startEmbedded } from '../../sinks/postgres/embedded/server.ts';
import { OLDEST_SERVER } from '../../sinks/postgres/migrate.ts';
import { readerState } from '../../sinks/postgres/reader.ts';
import { statement } from '../../sinks/postgres/statement.ts';
import { openWarehouse, transaction, type Warehouse } from '../../sinks/postgres/warehouse.ts';
import { warehouseError } from '../../sinks/postgres/warehouse-error.ts';
import { EXIT } from '../../transforms/errors.ts';
import type { Configuration } from '../configuration/schema.ts';
import { knownStreams } from '../configured-streams.ts';
import { checkUpcField, upcFieldOf } from '../locally/upc-field.ts';
import { UNREAD_MEANS } from '../quarantine.ts';
import { allTables } from '../tables.ts';
import { type Finding, fail, ok, warn } from './finding.ts';
import { checkRights } from './rights.ts';

interface ServerState {
  readonly version: string;
  readonly version_number: number;
  readonly is_read_only: boolean;
  readonly encoding: string;
  readonly has_schema: boolean;
  readonly has_views: boolean;
}

/** Whether the warehouse can be reached and written to, and how its parts stand. Nothing is made in it. */
export async function checkWarehouse(configuration: Configuration): Promise<readonly Finding[]> {
  const { warehouse, data_folder: folder } = configuration;
  if (warehouse.url !== undefined) return checkServer(warehouse.url, configuration);
  const home = join(folder, 'postgres');
  if (!(await exists(join(home, 'data', 'PG_VERSION')))) return [await notYet(folder)];
  const embedded = await startEmbedded({ folder: home });
  try {
    return await checkServer(embedded.url, configuration);
  } finally {
    await embedded.leave();
  }
}

async function checkServer(url: string, configuration: Configuration): Promise<readonly Finding[]> {
  const { merchant } = configuration;
  const warehouse = openWarehouse({ url, schema: merchant, connections: 2, isForLooking: true });
  try {
    const [server] = await warehouse.query<ServerState>(statement('doctor/warehouse'), [merchant]);
    const whole = wholeServer(server!, merchant);
    if (whole.status === 'FAIL') return [whole];
    const tables = allTables(knownStreams(configuration)).map(({ name }) => name);
    const rights = await checkRights(warehouse, tables);
    const state = rights.length === 0 ? [whole] : rights;
    if (!server!.has_views) return state;
    const upcs = await checkUpcs(warehouse, configuration);
    return [...state, ...(await checkParts(warehouse)), ...upcs];
  } catch (error) {
    throw warehouseError(error, url);
  } finally {
    await warehouse.close();
  }
}

/** Whether the UPCs of the items that were pulled end in their check digit. */
async function checkUpcs(
  warehouse: Warehouse,
  configuration: Configuration,
): Promise<readonly Finding[]> {
  if (configuration.locally === undefined) return [];
  const [table] = await warehouse.query<{ there: boolean }>(
    `select to_regclass('items') is not null as there`,
  );
  if (!table!.there) return [];
  const field = await lastValueFrom(
    transaction(warehouse, client => defer(() => upcFieldOf(client, configuration))),
  );
  return checkUpcField(field).map(({ name, detail }) =>
    warn(
      name,
      detail,
      'Enter the UPCs with all their digits in Heartland, or say in item_fields.upc_check_digit whether they end in their check digit.',
    ),
  );
}

function wholeServer(server: ServerState, merchant: string): Finding {
  const { version, version_number: number, is_read_only: isReadOnly, encoding } = server;
  const wrong = (says: string, fix: string) => fail('warehouse', says, fix, EXIT.usage);
  if (number < OLDEST_SERVER)
    return wrong(
      `It is Postgres ${version}, which is too old`,
      'Use Postgres 14 or newer, or the embedded one.',
    );
  if (isReadOnly)
    return wrong('It can only be read', 'Name the primary server in warehouse.url, not a replica.');
  if (encoding !== 'UTF8')
    return wrong(`Its encoding is ${encoding}`, 'Make a database with encoding UTF8 for it.');
  const schema = server.has_schema ? `the schema ${merchant} is there` : 'the first sync fills it';
  return ok('warehouse', `Postgres ${version}, can be written to; ${schema}`);
}

async function checkParts(warehouse: Warehouse): Promise<readonly Finding[]> {
  const [views] = await warehouse.query<{ because: string | null; files: string }>(
    'select min(kept_because) as because, count(*) as files from _views',
  );
  const reader = await readerState(warehouse);
  return [
    ...(await unreadRows(warehouse)),
    views!.because === null
      ? ok('views', 'The views for analysts are up to date')
      : warn(
          'views',
          `Some views for analysts are not up to date: ${views!.because}`,
          'End what is named there, drop it (and make it anew afterwards), or turn the table on; then run any command.',
        ),
    reader.exposed.length > 0
      ? warn(
          'reader',
          `${reader.role} may read what is not for analysts: ${reader.exposed.join(', ')}`,
          'Run any command, which takes it away. If it stays, the role has it from elsewhere: let an administrator look at the roles it belongs to, and at grants to public.',
        )
      : reader.exists && reader.isGranted
        ? ok('reader', `${reader.role} may read; it ${reader.mayLogIn ? 'can' : 'cannot'} log in`)
        : warn(
            'reader',
            reader.exists
              ? `${reader.role} may not read everything`
              : `There is no read-only role ${reader.role}, and the warehouse’s user may not make it`,
            `Let an administrator run: create role ${pg.escapeIdentifier(reader.role)} login password '…'; any command then grants it the schema.`,
          ),
  ];
}

/** Rows that could not be read and were not replaced since. */
async function unreadRows(warehouse: Warehouse): Promise<readonly Finding[]> {
  const bad = await warehouse.query<{ stream: string; rows: string; reason: string }>(
    statement('doctor/unread'),
  );
  if (bad.length === 0) return [ok('rows', 'Every row that Heartland sent could be read')];
  const words = bad.map(({ stream, rows, reason }) => `${rows} of ${stream} (as ${reason})`);
  return [
    warn('rows', `Rows from Heartland could not be read: ${words.join('; ')}`, `${UNREAD_MEANS}.`),
  ];
}

async function notYet(folder: string): Promise<Finding> {
  const nearest = (await exists(folder)) ? folder : dirname(folder);
  const canWrite = await access(nearest, constants.W_OK).then(
    () => true,
    () => false,
  );
  return canWrite
    ? ok('warehouse', `The embedded Postgres; the first sync makes it in ${folder}`)
    : fail(
        'warehouse',
        `The embedded Postgres cannot be made: ${nearest} cannot be written to`,
        'Name another place with data_folder.',
        EXIT.usage,
      );
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
