import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Account, syncedAccount } from './account.ts';

let account: Account;
beforeEach(async () => {
  account = await syncedAccount({}, ['items']);
});
afterEach(() => account.close());

interface Version {
  readonly valid_from: string;
  readonly valid_to: string | null;
  readonly price: string | null;
  readonly cost: string | null;
  readonly class_code: string | null;
  readonly is_deleted: boolean;
}

const versionsOf = (id: number) =>
  account.query<Version>(
    `select to_char(valid_from, 'YYYY-MM-DD"T"HH24:MI:SS') as valid_from,
            to_char(valid_to, 'YYYY-MM-DD"T"HH24:MI:SS') as valid_to, price, cost, class_code, is_deleted
     from item_history where item_id = $1 order by valid_from`,
    [id],
  );

const versionCount = async () =>
  (await account.query<{ n: string }>('select count(*) as n from _item_versions'))[0]!.n;

const plainItem = () => account.heartland.ledger.items[30]!;

test('a price, cost or class code that changes is kept with the time of the change in Heartland', async () => {
  const { ledger } = account.heartland;
  const item = plainItem();
  const before = { price: item.priceCents!, code: item.custom.class_code };
  ledger.advanceTo('2026-11-22T15:00:00Z');
  ledger.changeItem(item.id, { priceCents: 1234 });
  await account.sync('2026-11-22T16:00:00Z');
  ledger.advanceTo('2026-11-23T15:00:00Z');
  ledger.changeItem(item.id, { costCents: 567, custom: { ...item.custom, class_code: '999' } });
  await account.sync('2026-11-23T16:00:00Z');

  const versions = await versionsOf(item.id);
  expect(
    versions.map(({ price, cost, class_code }) => [Number(price), Number(cost), class_code]),
  ).toEqual([
    [before.price / 100, expect.any(Number), before.code],
    [12.34, expect.any(Number), before.code],
    [12.34, 5.67, '999'],
  ]);
  expect(versions.map(({ valid_from }) => valid_from).slice(1)).toEqual([
    '2026-11-22T15:01:00',
    '2026-11-23T15:01:00',
  ]);
  expect(versions.map(({ valid_to }) => valid_to)).toEqual([
    '2026-11-22T15:01:00',
    '2026-11-23T15:01:00',
    null,
  ]);
});

test('last month can be seen as it was, and says where it was not known yet', async () => {
  const { ledger } = account.heartland;
  const item = plainItem();
  const price = item.priceCents! / 100;
  ledger.advanceTo('2026-11-22T15:00:00Z');
  ledger.changeItem(item.id, { priceCents: 1234 });
  await account.sync('2026-11-22T16:00:00Z');
  const at = async (moment: string) => {
    const [row] = await account.query<{ price: string; is_known: boolean }>(
      'select price, is_known from items_as_of($1) where item_id = $2',
      [moment, item.id],
    );
    return [Number(row!.price), row!.is_known];
  };
  expect(await at('2026-11-30T00:00:00Z')).toEqual([12.34, true]);
  expect(await at('2026-11-22T15:00:00Z')).toEqual([price, true]);
  expect(await at('2020-01-01T00:00:00Z')).toEqual([price, false]);
});

test('what a sync leaves alone adds no version: neither an unchanged sweep nor another field', async () => {
  const before = await versionCount();
  expect(before).toBe(String(account.heartland.ledger.items.length));
  await account.sync(undefined, true);
  expect(await versionCount()).toBe(before);
  account.heartland.ledger.changeItem(plainItem().id, { description: 'Another description' });
  await account.sync('2026-11-21T19:00:00Z');
  expect(await versionCount()).toBe(before);
});

test('a full sweep keeps every version, and the end of a deleted item is one', async () => {
  const { ledger } = account.heartland;
  const item = plainItem();
  const price = item.priceCents! / 100;
  ledger.changeItem(item.id, { priceCents: 1 });
  await account.sync('2026-11-21T19:00:00Z');
  ledger.deleteItem(item.id);
  await account.sync(undefined, true);
  await account.sync(undefined, true);
  const versions = await versionsOf(item.id);
  expect(versions.map(({ price, is_deleted }) => [Number(price), is_deleted])).toEqual([
    [price, false],
    [0.01, false],
    [0.01, true],
  ]);
  const now = await account.query(
    "select from items_as_of(now() + interval '1 year') where item_id = $1",
    [item.id],
  );
  expect(now).toEqual([]);
});

test('a pull that is rolled back leaves no version behind', async () => {
  const { ledger, faults } = account.heartland;
  const before = await versionCount();
  ledger.changeItem(plainItem().id, { priceCents: 99 });
  faults.add({ path: 'items', kind: 'lyingTotal', by: 1 });
  await expect(account.sync('2026-11-21T19:00:00Z')).rejects.toThrow('is incomplete');
  expect(await versionCount()).toBe(before);
  faults.clear();
  await account.sync('2026-11-21T19:00:00Z');
  expect(await versionCount()).toBe(String(Number(before) + 1));
});
