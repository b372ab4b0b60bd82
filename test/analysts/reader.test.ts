import pg from 'pg';
import { expect, inject, onTestFinished, test } from 'vitest';
import { allTables } from '../../pipelines/run/tables.ts';
import { migrate } from '../../sinks/postgres/migrate.ts';
import {
  forbidReader,
  readerRole,
  readerState,
  setReaderPassword,
} from '../../sinks/postgres/reader.ts';
import { SECRET_COLUMNS } from '../../sinks/postgres/secret-columns.ts';
import { openWarehouse, type Warehouse } from '../../sinks/postgres/warehouse.ts';
import { catalogue } from '../../sources/heartland/streams/catalogue.ts';
import { freshMerchant } from '../postgres/fresh-work.ts';
import { folderWith, tillstream } from '../setup/tillstream.ts';

const TABLES = allTables(catalogue);
const SETTINGS = { timezone: 'UTC', upc_field: 'public_id', class_code_field: 'custom@class_code' };

function merchant(url = inject('warehouseUrl')): Warehouse {
  const warehouse = openWarehouse({ url, schema: freshMerchant(), connections: 2 });
  onTestFinished(() => warehouse.close());
  return warehouse;
}

async function logIn(role: string, password: string): Promise<pg.Client> {
  const url = new URL(inject('warehouseUrl'));
  url.username = role;
  url.password = encodeURIComponent(password);
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}

test('the reader sees tables and views, those made later too, and can change nothing', async () => {
  const warehouse = merchant();
  await migrate(warehouse, TABLES, SETTINGS);
  await setReaderPassword(warehouse, 'a password: with %signs');
  const reader = await logIn(readerRole(warehouse.schema), 'a password: with %signs');

  expect((await reader.query('select count(*)::int as n from items')).rows).toEqual([{ n: 0 }]);
  expect((await reader.query('select * from sales_by_day')).rows).toEqual([]);
  await warehouse.query('create table made_later (a int)');
  await warehouse.query('create view seen_later as select a from made_later');
  await reader.query('select * from made_later');
  await reader.query('select * from seen_later');

  await reader.query('set default_transaction_read_only to off');
  for (const attempt of [
    'insert into made_later values (1)',
    'delete from items',
    'create table mine (a int)',
    'drop view sales_by_day',
    `alter role ${readerRole(warehouse.schema)} superuser`,
  ])
    await expect(reader.query(attempt), attempt).rejects.toThrow(/permission denied|must be owner/);
});

test('the reader sees no secret column, and every other column of every table and view', async () => {
  const warehouse = merchant();
  await migrate(warehouse, TABLES, SETTINGS);
  await setReaderPassword(warehouse, 'p');
  const reader = await logIn(readerRole(warehouse.schema), 'p');
  const columns = await warehouse.query<{ table: string; column: string }>(
    `select table_name as table, column_name as column from information_schema.columns where table_schema = $1`,
    [warehouse.schema],
  );
  const there = columns.map(({ table, column }) => `${table}.${column}`);
  const secret = Object.entries(SECRET_COLUMNS).flatMap(([table, names]) =>
    names.map(name => `${table}.${name}`),
  );
  for (const name of [...secret, 'gift_cards.number', 'webhooks.url', 'locally_orders.cart'])
    expect(there).toContain(name);

  for (const { table, column } of columns) {
    const attempt = reader.query(`select "${column}" from "${table}"`);
    if (secret.includes(`${table}.${column}`))
      await expect(attempt, `${table}.${column}`).rejects.toThrow(/permission denied/);
    else await attempt;
  }
  await expect(reader.query('select * from gift_cards')).rejects.toThrow(/permission denied/);
  await reader.query('select count(*) from gift_cards');
  const shown = await warehouse.query(
    `select view_name from information_schema.view_column_usage
     where table_schema = $1 and table_name || '.' || column_name = any ($2)`,
    [warehouse.schema, secret],
  );
  expect(shown).toEqual([]);
});

test('a reader that could see secrets cannot any more, and sees columns that came later', async () => {
  const warehouse = merchant();
  await migrate(warehouse, TABLES, SETTINGS);
  const role = readerRole(warehouse.schema);
  await warehouse.query(`grant select on all tables in schema ${warehouse.schema} to ${role}`);
  await warehouse.query('alter table webhooks add column made_later text');
  const state = () => readerState(warehouse);
  expect((await state()).exposed).toContain('gift_cards.number');

  await migrate(warehouse, TABLES, SETTINGS);
  expect(await state()).toMatchObject({ isGranted: true, exposed: [] });
  await setReaderPassword(warehouse, 'p');
  const reader = await logIn(role, 'p');
  await reader.query('select id, made_later from webhooks');
  await expect(reader.query('select number from gift_cards')).rejects.toThrow(/permission denied/);
});

test('the reader of one merchant cannot see another', async () => {
  const [mine, other] = [merchant(), merchant()];
  await migrate(mine, TABLES, SETTINGS);
  await migrate(other, TABLES, SETTINGS);
  await setReaderPassword(mine, 'secret');
  const reader = await logIn(readerRole(mine.schema), 'secret');
  await expect(reader.query(`select * from ${other.schema}.items`)).rejects.toThrow(
    `permission denied for schema ${other.schema}`,
  );
});

test('a role without a password cannot log in, nor one whose log-in was taken away', async () => {
  const warehouse = merchant();
  await migrate(warehouse, TABLES, SETTINGS);
  const role = readerRole(warehouse.schema);
  await expect(logIn(role, 'x')).rejects.toThrow();
  await setReaderPassword(warehouse, 'x');
  await logIn(role, 'x');
  await forbidReader(warehouse);
  await expect(logIn(role, 'x')).rejects.toThrow();
});

test('a warehouse user who may not create roles still gets the schema; a role made for it is granted', async () => {
  const admin = merchant();
  const owner = `o_${admin.schema}`;
  await admin.pool.query(
    `create role ${owner} login password 'p'; grant create on database warehouse to ${owner}`,
  );
  const url = new URL(inject('warehouseUrl'));
  url.username = owner;
  url.password = 'p';
  const warehouse = merchant(url.href);
  await migrate(warehouse, TABLES, SETTINGS);
  expect(await readerState(warehouse)).toMatchObject({
    exists: false,
    mayCreate: false,
    isGranted: false,
  });
  await admin.pool.query(`create role ${readerRole(warehouse.schema)} login password 'r'`);
  await migrate(warehouse, TABLES, SETTINGS);
  const reader = await logIn(readerRole(warehouse.schema), 'r');
  await reader.query(`select * from ${warehouse.schema}.sales_by_day`);

  // Secrets are taken away even where somebody else's table stands in the way of granting the rest.
  await admin.pool.query(
    `create table ${warehouse.schema}.of_somebody_else (a int);
     grant select on all tables in schema ${warehouse.schema} to ${readerRole(warehouse.schema)}`,
  );
  await migrate(warehouse, TABLES, SETTINGS);
  expect(await readerState(warehouse)).toMatchObject({ exposed: [] });
  await expect(reader.query(`select number from ${warehouse.schema}.gift_cards`)).rejects.toThrow(
    /permission denied/,
  );
});

test('tillstream grant-reader lets an analyst in, and out again', async () => {
  const name = freshMerchant();
  const folder = await folderWith({
    merchant: name,
    timezone: 'America/Chicago',
    heartland: { base_url: 'http://127.0.0.1:1/api', token: 'unused' },
    warehouse: { url: inject('warehouseUrl') },
  });
  const before = await tillstream(folder, ['grant-reader']);
  expect(before).toMatchObject({ code: 0, stdout: expect.stringContaining('cannot log in') });

  const shown = await tillstream(folder, ['grant-reader', '--new-password', '--json']);
  const { role, password } = JSON.parse(shown.stdout);
  expect(role).toBe(`${name}_reader`);
  await (await logIn(role, password)).query('select * from open_to_buy');

  const refused = await tillstream(
    folder,
    ['grant-reader', '--password-stdin'],
    {},
    'kürzlich geändert\n',
  );
  expect(refused.code).toBe(2);
  expect(refused.stderr).not.toContain('geändert');
  const given = await tillstream(
    folder,
    ['grant-reader', '--password-stdin'],
    {},
    'plain words here\n',
  );
  expect(given.stdout + given.stderr).not.toContain('plain words here');
  await logIn(role, 'plain words here');

  expect((await tillstream(folder, ['grant-reader', '--off'])).code).toBe(0);
  await expect(logIn(role, 'plain words here')).rejects.toThrow();
});
