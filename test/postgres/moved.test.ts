import pg from 'pg';
import { expect, inject, onTestFinished, test } from 'vitest';
import { allTables } from '../../pipelines/run/tables.ts';
import { migrate } from '../../sinks/postgres/migrate.ts';
import { openWarehouse, type Warehouse } from '../../sinks/postgres/warehouse.ts';
import { catalogue } from '../../sources/heartland/streams/catalogue.ts';
import { freshMerchant } from './fresh-work.ts';

const TABLES = allTables(catalogue);
const SETTINGS = { timezone: 'UTC', upc_field: 'public_id', class_code_field: 'custom@class_code' };

function merchant(schema: string, url = inject('warehouseUrl')): Warehouse {
  const warehouse = openWarehouse({ url, schema, connections: 2 });
  onTestFinished(() => warehouse.close());
  return warehouse;
}

async function administrator(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: inject('warehouseUrl') });
  await client.connect();
  onTestFinished(() => client.end());
  return client;
}

const put = (warehouse: Warehouse, price: number) =>
  warehouse.query(
    `insert into items (id, public_id, price, _run_id) values (1, 'A-1', $1, 1)
     on conflict (id) do update set price = excluded.price`,
    [price],
  );

const prices = async (warehouse: Warehouse) =>
  (await warehouse.query('select price from item_history order by version')).map(({ price }) =>
    Number(price),
  );

test('a schema under another name keeps the history of items, before and after the next command', async () => {
  const before = merchant(freshMerchant());
  await migrate(before, TABLES, SETTINGS);
  await put(before, 10);
  const after = merchant(freshMerchant());
  const admin = await administrator();
  await admin.query(`alter schema ${before.schema} rename to ${after.schema}`);
  await put(after, 11);
  expect(await prices(after)).toEqual([10, 11]);

  // Somebody who changes a row by hand stands in another schema, or in none.
  await admin.query(`set search_path to ''; update ${after.schema}.items set price = 12`);
  expect(await prices(after)).toEqual([10, 11, 12]);
  const asked = await admin.query(`select price::int from ${after.schema}.items_as_of(now())`);
  expect(asked.rows).toEqual([{ price: 12 }]);

  await migrate(after, TABLES, SETTINGS);
  await put(after, 13);
  expect(await prices(after)).toEqual([10, 11, 12, 13]);
  const functions = await after.query<{ text: string }>(
    `select pg_get_functiondef(oid) as text from pg_proc where pronamespace = $1::regnamespace`,
    [after.schema],
  );
  expect(functions.length).toBeGreaterThan(1);
  expect(functions.filter(({ text }) => text.includes(before.schema))).toEqual([]);
});

test('views that a function of ours is bound to are made again when their columns are others', async () => {
  const warehouse = merchant(freshMerchant());
  await migrate(warehouse, TABLES, SETTINGS);
  await put(warehouse, 10);
  await warehouse.query('drop function items_as_of; drop view item_history cascade');
  await warehouse.query(
    `create view item_history as select 1 as version, 2 as other;
     create function items_as_of(moment timestamptz) returns table (item_id int) language sql
       begin atomic select other from item_history; end;
     update _views set sha256 = 'old' where 'item_history' = any (views)`,
  );
  await migrate(warehouse, TABLES, SETTINGS);
  expect(await prices(warehouse)).toEqual([10]);
  expect(await warehouse.query('select price::int from items_as_of(now())')).toEqual([
    { price: 10 },
  ]);
  expect(await warehouse.query('select from _views where not_applied_because is not null')).toEqual(
    [],
  );
});

test('a schema under another owner is written on', async () => {
  const schema = freshMerchant();
  const admin = await administrator();
  const [first, second] = [`one_${schema}`, `two_${schema}`];
  const urlOf = (role: string) => {
    const url = new URL(inject('warehouseUrl'));
    url.username = role;
    url.password = 'p';
    return url.href;
  };
  for (const role of [first, second])
    await admin.query(
      `create role ${role} login password 'p'; grant create on database warehouse to ${role}`,
    );
  const before = merchant(schema, urlOf(first));
  await migrate(before, TABLES, SETTINGS);
  await put(before, 10);
  await admin.query(`reassign owned by ${first} to ${second}`);
  const after = merchant(schema, urlOf(second));
  await migrate(after, TABLES, SETTINGS);
  await put(after, 11);
  expect(await prices(after)).toEqual([10, 11]);
});
