import { expect, inject, onTestFinished, test } from 'vitest';
import { allTables } from '../../pipelines/tables.ts';
import { migrate } from '../../sinks/postgres/migrate.ts';
import { waitingViews } from '../../sinks/postgres/views.ts';
import { openWarehouse, type Warehouse } from '../../sinks/postgres/warehouse.ts';
import { catalogue } from '../../sources/heartland/catalogue.ts';
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
    connections: 3,
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

test('a merchant’s own view that needs a column of the old version keeps that view alone as it was', async () => {
  const warehouse = merchant();
  await migrate(warehouse, TABLES, SETTINGS);
  await growOld(warehouse);
  await warehouse.query(`update _views set sha256 = 'old'`);
  await warehouse.query(`comment on view stock is 'of old'`);
  await warehouse.query('create view my_report as select something_else from stock_by_vendor');
  await migrate(warehouse, TABLES, SETTINGS);
  expect(await columnsOf(warehouse, 'stock_by_vendor')).toEqual(['something_else']);
  expect(await columnsOf(warehouse, 'my_report')).toEqual(['something_else']);
  const [waiting, ...others] = await waitingViews(warehouse);
  expect(others).toEqual([]);
  expect(waiting!.views).toEqual(['stock_by_vendor']);
  const [stock] = await warehouse.query<{ said: string }>(
    `select obj_description('stock'::regclass) as said`,
  );
  expect(stock!.said).not.toBe('of old');
  expect(waiting!.because).toContain('my_report');
  await warehouse.query('drop view my_report');
  await migrate(warehouse, TABLES, SETTINGS);
  expect(await columnsOf(warehouse, 'stock_by_vendor')).toContain('vendor');
  expect(await waitingViews(warehouse)).toEqual([]);
});

test('a merchant’s own view on a view that is made anew is made again, with its owner and grants', async () => {
  const warehouse = merchant();
  await migrate(warehouse, TABLES, SETTINGS);
  const analyst = `${warehouse.schema}_analyst`;
  await warehouse.query(`create role ${analyst}`);
  await growOld(warehouse);
  await warehouse.query('create view my_report as select 7 as seven from stock_by_vendor');
  await warehouse.query(
    'create view my_summary with (security_barrier) as select * from my_report',
  );
  await warehouse.query(
    `grant select on my_summary, stock_by_vendor to ${analyst}; comment on view my_summary is 'Mine'`,
  );
  await warehouse.query(`alter view my_summary owner to ${analyst}`);
  const state = () =>
    warehouse.query(
      `select relname, reloptions, relacl::text, pg_get_viewdef(oid), pg_get_userbyid(relowner), obj_description(oid)
       from pg_class where relname like 'my_%' and relnamespace = $1::regnamespace order by relname`,
      [warehouse.schema],
    );
  const before = await state();
  await migrate(warehouse, TABLES, SETTINGS);
  expect(await columnsOf(warehouse, 'stock_by_vendor')).toContain('vendor');
  expect(await state()).toEqual(before);
  expect(
    await warehouse.query(`select has_table_privilege($1, 'stock_by_vendor', 'select') as may`, [
      analyst,
    ]),
  ).toEqual([{ may: true }]);
  await warehouse.query(`drop owned by ${analyst}; drop role ${analyst}`);
});

test('a view that an analyst has open is updated later, the others at once, and nobody waits long', async () => {
  const warehouse = merchant();
  await migrate(warehouse, TABLES, SETTINGS);
  await growOld(warehouse);
  await warehouse.query(`comment on view stock_by_class is 'of old'`);
  await warehouse.query(`update _views set sha256 = 'old' where file like '040%'`);
  const analyst = await warehouse.pool.connect();
  await analyst.query('begin');
  await analyst.query(`select from ${warehouse.schema}.stock_by_vendor`);
  await migrate(warehouse, TABLES, SETTINGS);
  const [waiting, ...others] = await waitingViews(warehouse);
  expect(others).toEqual([]);
  expect(waiting).toEqual({
    views: ['stock_by_vendor'],
    because: expect.stringMatching(/^\w+ has it open in a transaction since \S+Z \(process \d+\)$/),
  });
  const comment = `select obj_description('stock_by_class'::regclass) as said`;
  expect((await warehouse.query<{ said: string }>(comment))[0]!.said).not.toBe('of old');
  await analyst.query('commit');
  analyst.release();
  await migrate(warehouse, TABLES, SETTINGS);
  expect(await columnsOf(warehouse, 'stock_by_vendor')).toContain('vendor');
  expect(await waitingViews(warehouse)).toEqual([]);
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
