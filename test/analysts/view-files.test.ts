import { expect, inject, onTestFinished, test } from 'vitest';
import { allTables } from '../../pipelines/run/tables.ts';
import { migrate } from '../../sinks/postgres/migrate.ts';
import { openWarehouse, type Warehouse } from '../../sinks/postgres/warehouse.ts';
import { catalogue } from '../../sources/heartland/streams/catalogue.ts';
import { freshMerchant } from '../postgres/fresh-work.ts';

const TABLES = allTables(catalogue);
const SETTINGS = {
  timezone: 'America/Chicago',
  upc_field: 'custom@upc',
  class_code_field: 'custom@class_code',
  class_codes: null,
};

function merchant(): Warehouse {
  const warehouse = openWarehouse({
    url: inject('warehouseUrl'),
    schema: freshMerchant(),
    connections: 2,
  });
  onTestFinished(() => warehouse.close());
  return warehouse;
}

/** As after an upgrade in which a view got other columns. */
async function growOld(warehouse: Warehouse): Promise<void> {
  await warehouse.query('drop view stock_by_vendor');
  await warehouse.query('create view stock_by_vendor as select 1 as something_else');
  await warehouse.query(`update _views set sha256 = 'old' where 'stock_by_vendor' = any (views)`);
}

const columnsOf = async (warehouse: Warehouse, view: string) =>
  (
    await warehouse.query<{ column_name: string }>(
      'select column_name from information_schema.columns where table_schema = $1 and table_name = $2',
      [warehouse.schema, view],
    )
  ).map(row => row.column_name);

test('views are made once, and not touched again while their text is the same', async () => {
  const warehouse = merchant();
  await migrate(warehouse, TABLES, SETTINGS);
  const state = () =>
    warehouse.query(
      `select oid, xmin from pg_class where relnamespace = $1::regnamespace and relkind = 'v' order by oid`,
      [warehouse.schema],
    );
  const before = await state();
  expect(before.length).toBeGreaterThan(20);
  await migrate(warehouse, TABLES, SETTINGS);
  expect(await state()).toEqual(before);
});

test('a view whose columns are others now is made anew', async () => {
  const warehouse = merchant();
  await migrate(warehouse, TABLES, SETTINGS);
  const wanted = await columnsOf(warehouse, 'stock_by_vendor');
  await growOld(warehouse);
  await migrate(warehouse, TABLES, SETTINGS);
  expect(await columnsOf(warehouse, 'stock_by_vendor')).toEqual(wanted);
});

test('a merchant’s own view on ours keeps the old version, says so, and stops nothing', async () => {
  const warehouse = merchant();
  await migrate(warehouse, TABLES, SETTINGS);
  await growOld(warehouse);
  await warehouse.query('create view my_report as select something_else from stock_by_vendor');
  await migrate(warehouse, TABLES, SETTINGS);
  expect(await columnsOf(warehouse, 'stock_by_vendor')).toEqual(['something_else']);
  const [kept] = await warehouse.query<{ kept_because: string }>(
    'select kept_because from _views limit 1',
  );
  expect(kept!.kept_because).toContain('my_report');
  await warehouse.query('drop view my_report');
  await migrate(warehouse, TABLES, SETTINGS);
  expect(await columnsOf(warehouse, 'stock_by_vendor')).toContain('vendor');
  expect(await warehouse.query('select from _views where kept_because is not null')).toEqual([]);
});

test('a table that the views read can be given a column', async () => {
  const warehouse = merchant();
  await migrate(warehouse, TABLES, SETTINGS);
  const wider = TABLES.map(table =>
    ['items', 'sales_daily', 'inventory_values', 'purchase_orders'].includes(table.name)
      ? {
          ...table,
          columns: [
            ...table.columns,
            {
              name: 'aged',
              keys: ['aged'],
              kind: 'text',
              required: false,
              comment: 'New',
            } as const,
          ],
        }
      : table,
  );
  await migrate(warehouse, wider, SETTINGS);
  expect(await columnsOf(warehouse, 'items')).toContain('aged');
});

test('another class code field in the configuration shows in the views at once', async () => {
  const warehouse = merchant();
  await migrate(warehouse, TABLES, SETTINGS);
  await warehouse.query(
    `insert into items (id, public_id, custom, _run_id) values (1, 'A', '{"class_code": "110", "otb": "7"}', 1)`,
  );
  const codes = () => warehouse.query('select class_code from item_master');
  expect(await codes()).toEqual([{ class_code: '110' }]);
  await migrate(warehouse, TABLES, { ...SETTINGS, class_code_field: 'custom@otb' });
  expect(await codes()).toEqual([{ class_code: '7' }]);
  expect(await warehouse.query('select class_code from item_history')).toEqual([
    { class_code: '7' },
  ]);
});

test('where a table is turned off, the views on it are left out and the others are there', async () => {
  const warehouse = merchant();
  const without = TABLES.filter(table => table.name !== 'purchase_order_lines');
  await migrate(warehouse, without, SETTINGS);
  expect(await columnsOf(warehouse, 'open_order_lines')).toEqual([]);
  expect(await columnsOf(warehouse, 'stock_by_class')).toContain('class_code');
  await migrate(warehouse, TABLES, SETTINGS);
  expect(await columnsOf(warehouse, 'open_to_buy')).toContain('open_to_buy');
});
