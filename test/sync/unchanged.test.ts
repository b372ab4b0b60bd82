import { expect, test } from 'vitest';
import { type SmallAccount, smallAccount } from './small-account.ts';

/** Where every row lies and which transaction wrote it: a row that is rewritten lies elsewhere afterwards. */
async function layoutOf({ warehouse }: SmallAccount) {
  const layout: Record<string, unknown> = {};
  const tables = await warehouse.query<{ name: string }>(
    `select relname as name from pg_class
     where relnamespace = current_schema::regnamespace and relkind = 'r' and relname not like E'\\\\_%'`,
  );
  for (const { name } of tables)
    layout[name] = await warehouse.query(
      `select ctid::text, xmin::text from ${name} order by ctid`,
    );
  return layout;
}

async function writesOf({ warehouse }: SmallAccount) {
  return warehouse.query(
    `select relname, n_tup_ins, n_tup_upd, n_tup_del from pg_stat_user_tables
     where schemaname = current_schema and relname not like E'\\\\_%' order by relname`,
  );
}

test.concurrent('a second sync of unchanged data rewrites no row', async () => {
  const account = await smallAccount();
  await account.sync();
  const before = await layoutOf(account);
  const rows = Object.values(before).flatMap(table => table as unknown[]);
  expect(rows.length).toBeGreaterThan(1000);
  const writes = await writesOf(account);
  const { results } = await account.sync();
  expect(await layoutOf(account)).toEqual(before);
  expect(await writesOf(account)).toEqual(writes);
  for (const { records } of results)
    for (const { inserted, updated, deleted } of records)
      expect([inserted, updated, deleted]).toEqual([0, 0, 0]);
});

test.concurrent('nor does one that reads everything again', async () => {
  const account = await smallAccount();
  await account.sync();
  const before = await layoutOf(account);
  const { failures } = await account.sync(undefined, { full: true });
  expect(failures).toEqual({});
  expect(await layoutOf(account)).toEqual(before);
});

test.concurrent('a record that changed is rewritten alone', async () => {
  const account = await smallAccount();
  await account.sync(['items']);
  const before = await account.warehouse.query('select id, ctid::text from items order by id');
  const [, changed] = account.heartland.ledger.items;
  account.heartland.ledger.changeItem(changed!.id, { priceCents: 12_345 });
  await account.sync(['items']);
  const after = await account.warehouse.query('select id, ctid::text from items order by id');
  const moved = after.filter((row, n) => row.ctid !== before[n]!.ctid);
  expect(moved.map(({ id }) => id)).toEqual([String(changed!.id)]);
});

test.concurrent('a slice that looks as it did is recognised in a later run, until a row of it is another', async () => {
  const account = await smallAccount();
  const streams = ['locations', 'inventory_values'];
  const seenBy = () =>
    account.warehouse.query<{ slice: string; run_id: string }>(
      `select slice, run_id from _slice_pages
       where stream = 'inventory_values' and slice in (select location_id::text from inventory_values)
       order by slice`,
    );
  await account.sync(streams);
  const before = await seenBy();
  await account.sync(streams);
  expect(await seenBy()).toEqual(before);
  const { ledger } = account.heartland;
  const [store] = ledger.locations;
  ledger.adjust({
    locationId: store!.id,
    reasonId: 100_001,
    note: null,
    lines: [{ itemId: ledger.items[30]!.id, qty: 1 }],
  });
  await account.sync(streams);
  const changed = (await seenBy()).filter(({ run_id }, n) => run_id !== before[n]!.run_id);
  expect(changed.map(({ slice }) => slice)).toEqual([String(store!.id)]);
});
