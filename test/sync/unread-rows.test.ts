import { describe, expect, test } from 'vitest';
import type { Json } from '../stand-ins/heartland/decimal.ts';
import { proxyTo } from './proxy.ts';
import { type SmallAccount, smallAccount } from './small-account.ts';
import { differences, readAll, readTable } from './truth.ts';

type Row = Readonly<Record<string, Json>>;
type Page = { readonly total: number; readonly results: readonly (Row | null)[] };

/** Changes rows on their way; what becomes undefined is left out, and `missing` says how many do. */
function change(
  { heartland }: SmallAccount,
  path: string,
  changed: (row: Row, at: number) => Row | null | undefined,
  query: (query: URLSearchParams) => boolean = () => true,
  missing = 0,
) {
  return heartland.faults.add({
    kind: 'transform',
    path,
    query,
    body: (body, requested) => {
      const page = body as Page;
      if (requested !== path) return body;
      const results = page.results
        .map((row, at) => (row === null ? row : changed(row, at)))
        .filter(row => row !== undefined);
      return { ...page, total: page.total - missing, results } as Json;
    },
  });
}

const idsIn = async (account: SmallAccount, table: string) =>
  (await readTable(account, table)).map(({ id }) => id).toSorted();
const openRows = ({ warehouse }: SmallAccount) =>
  warehouse.query<{ stream: string; reason: string }>(
    'select stream, reason from _quarantine where resolved_at is null',
  );

describe.concurrent('a row missing beside an invalid row is not deleted', () => {
  test.each([
    ['a row that is null', () => null],
    ['a row of another day', (row: Row) => ({ ...row, 'date.date': '2026-10-01' })],
    ['a figure that is none', (row: Row) => ({ ...row, 'location_sales.net_sales': 'x' })],
  ] as const)(
    'a day of sales keeps every row, and stays due until it could be read: %s',
    async (_, bad) => {
      const account = await smallAccount({
        configuration: { history: { from: '2026-11-09', restate_days: 2 } },
      });
      await account.sync(['sales_daily']);
      const sorted = async () =>
        (await readTable(account, 'sales_daily')).map(row => JSON.stringify(row)).sort();
      const before = await sorted();
      let place = 0;
      // One row is garbled and another is missing.
      const spoiling = change(
        account,
        'reporting/analyzer',
        row => {
          place++;
          return place === 1 ? bad(row) : place === 2 ? undefined : row;
        },
        query =>
          query.get('start_date') === '2026-11-12' &&
          query.get('metrics[]') === 'location_sales.net_sales',
        1,
      );
      expect((await account.sync(['sales_daily'])).failures).toEqual({});
      expect(spoiling.fired).toBeGreaterThan(0);
      expect((await sorted()).filter(row => row.includes('"2026-11-12"'))).toEqual(
        before.filter(row => row.includes('"2026-11-12"')),
      );
      expect(await openRows(account)).toMatchObject([{ stream: 'sales_daily' }]);
      spoiling.off();
      const { results } = await account.sync(['sales_daily']);
      expect(results[0]!.records.map(({ slice }) => slice)).toContain('2026-11-12');
      expect(await openRows(account)).toEqual([]);
    },
  );

  test('a sweep with a row that says not which it is deletes nothing; the next one does', async () => {
    const account = await smallAccount();
    await account.sync(['items']);
    const before = await idsIn(account, 'items');
    const { items } = account.heartland.ledger;
    const [garbled, gone] = [items[4]!.id, items[7]!.id];
    let isGarbled = true;
    change(account, 'items', row => (row.id === garbled && isGarbled ? null : row));
    account.heartland.ledger.deleteItem(gone);
    expect((await account.sync(['items'], { full: true })).failures).toEqual({});
    expect(await idsIn(account, 'items')).toEqual(before);
    // The same row again: it will not get better, and the stream goes on; still nothing is deleted.
    expect((await account.sync(['items'], { full: true })).failures).toEqual({});
    expect(await idsIn(account, 'items')).toEqual(before);
    expect(await openRows(account)).toHaveLength(1);
    isGarbled = false;
    expect((await account.sync(['items'], { full: true })).failures).toEqual({});
    expect(await idsIn(account, 'items')).toEqual(before.filter(id => id !== `#${gone}`));
    expect(await openRows(account)).toEqual([]);
  });

  test('a sweep deletes missing rows beside an invalid row with a valid key', async () => {
    const account = await smallAccount();
    await account.sync(['items']);
    const before = await idsIn(account, 'items');
    const { items } = account.heartland.ledger;
    const [bad, gone] = [items[4]!.id, items[7]!.id];
    change(account, 'items', row => (row.id === bad ? { ...row, price: 'x' } : row));
    account.heartland.ledger.deleteItem(gone);
    expect((await account.sync(['items'], { full: true })).failures).toEqual({});
    expect(await idsIn(account, 'items')).toEqual(before.filter(id => id !== `#${gone}`));
  });

  test.each([
    ['null', null],
    ['a line that names another number', { id: 'x' }],
  ])('lines of a document stay while one of them could not be read: %s', async (_, bad) => {
    const account = await smallAccount();
    await account.sync(['purchase_orders']);
    const before = await idsIn(account, 'purchase_order_lines');
    const [order] = account.heartland.ledger.orders.filter(({ lines }) => lines.length > 2);
    const spoiling = change(account, 'purchasing/orders', row =>
      row.id !== order!.id || row.lines === undefined
        ? row
        : {
            ...row,
            lines: (row.lines as Row[]).map((line, at) =>
              at === 0 ? bad && { ...line, ...bad } : line,
            ),
          },
    );
    expect((await account.sync(['purchase_orders'], { full: true })).failures).toEqual({});
    expect(await idsIn(account, 'purchase_order_lines')).toEqual(before);
    expect(await openRows(account)).toMatchObject([{ stream: 'purchase_order_lines' }]);
    spoiling.off();
    expect((await account.sync(['purchase_orders'], { full: true })).failures).toEqual({});
    expect(await idsIn(account, 'purchase_order_lines')).toEqual(before);
    expect(await openRows(account)).toEqual([]);
  });

  test('lines stay while their document could not be read, though all documents were', async () => {
    const account = await smallAccount();
    await account.sync(['purchase_orders']);
    const before = await idsIn(account, 'purchase_order_lines');
    const [first, second] = account.heartland.ledger.orders;
    change(account, 'purchasing/orders', row => (row.id === second!.id ? null : row));
    expect((await account.sync(['purchase_orders'], { full: true })).failures).toEqual({});
    expect(await idsIn(account, 'purchase_orders')).toContain(`#${first!.id}`);
    expect(await idsIn(account, 'purchase_orders')).toContain(`#${second!.id}`);
    expect(await idsIn(account, 'purchase_order_lines')).toEqual(before);
  });

  test.each(['items', 'inventory_transactions'])(
    'a record of %s that was garbled on its way comes with the next sync',
    async stream => {
      const path = stream.replace('_', '/');
      const account = await smallAccount();
      const { ledger } = account.heartland;
      await account.sync([stream]);
      const item = ledger.items[31]!;
      ledger.changeItem(item.id, { priceCents: 777 });
      for (const line of [31, 32]) {
        ledger.returnToVendor({
          vendorId: ledger.vendors[0]!.id,
          locationId: ledger.locations[0]!.id,
          lines: [{ itemId: ledger.items[line]!.id, qty: 1 }],
        });
      }
      const newest =
        stream === 'items' ? `#${item.id}` : (await readAll(account.heartland, path)).at(-2)!.id;
      const spoiling = change(account, path, row => (`#${row.id}` === newest ? null : row));
      const cursor = () => account.warehouse.query('select position from _cursors');
      const before = await cursor();
      await account.sync([stream]);
      expect(await openRows(account)).toMatchObject([{ stream }]);
      expect(await cursor()).toEqual(before);
      spoiling.off();
      await account.sync([stream]);
      expect(await openRows(account)).toEqual([]);
      const documents = await readAll(account.heartland, path);
      expect(differences(path, documents, await readTable(account, stream), ['id'])).toEqual([]);
      expect(await cursor()).not.toEqual(before);
    },
  );

  test('a record that stays as bad as it was keeps its stream waiting once, and not for ever', async () => {
    const account = await smallAccount();
    await account.sync(['items']);
    const { id } = account.heartland.ledger.items[31]!;
    account.heartland.ledger.changeItem(id, { priceCents: 777 });
    change(account, 'items', row => (row.id === id ? { ...row, price: 'x' } : row));
    const cursor = () => account.warehouse.query('select position from _cursors');
    const before = await cursor();
    await account.sync(['items']);
    expect(await cursor()).toEqual(before);
    await account.sync(['items']);
    expect(await cursor()).not.toEqual(before);
    expect(await openRows(account)).toHaveLength(1);
  });
});

/** What is put into the first item of a page as it comes, and what becomes of it: a reason, or what is kept of it. */
const ODD: readonly [what: string, json: string, reason: RegExp | string][] = [
  [
    'five thousand lists in one another',
    `"custom":${'['.repeat(5000)}${']'.repeat(5000)}`,
    /^custom holds lists or objects more than 100 deep/,
  ],
  [
    'a hundred thousand objects in an unknown field',
    `"new":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`,
    /^new holds lists or objects more than 100 deep/,
  ],
  [
    'the same where a number is due',
    `"price":${'['.repeat(5000)}${']'.repeat(5000)}`,
    /^price is .*: expected a number/,
  ],
  [
    'the same instead of an id',
    `"id":${'['.repeat(5000)}${']'.repeat(5000)}`,
    /^id is .*: expected a whole number/,
  ],
  [
    'a number without end in an object',
    '"custom":{"weight":1e400}',
    /^custom holds a number too large/,
  ],
  ['a number without end in a new field', '"new":-1e400', /^new holds a number too large/],
  [
    'a number of a million digits',
    `"price":${'7'.repeat(1_000_000)}`,
    /^price is .*: expected a number/,
  ],
  ['a million decimals', `"cost":0.${'7'.repeat(1_000_000)}`, /^cost is .*: expected a number/],
  ['a number without end for a text', '"description":1e400', /^description is too large/],
  [
    'a field whose name holds a NUL',
    '"a\u0000b":1'.replace('\0', '\\u0000'),
    /holds a NUL character/,
  ],
  ['a field whose name is a lone surrogate', '"\\ud83d":1', /is not valid Unicode/],
  ['a field called __proto__', '"__proto__":{"a":1}', '{"__proto__": {"a": 1}}'],
  [
    'fields called as methods are',
    '"constructor":1,"toString":"x","hasOwnProperty":null',
    '{"toString": "x", "constructor": 1, "hasOwnProperty": null}',
  ],
  [
    'a field with a name of ten thousand characters',
    `"${'n'.repeat(10_000)}":1`,
    `{"${'n'.repeat(10_000)}": 1}`,
  ],
  ['minus nothing', '"new":-0', '{"new": 0}'],
  [
    'a text of two megabytes',
    `"new":"${'t'.repeat(2_000_000)}"`,
    `{"new": "${'t'.repeat(2_000_000)}"}`,
  ],
];

test('whatever JSON contains, a row is stored or quarantined with a reason, and the others are stored', async () => {
  const account = await smallAccount();
  const ids = account.heartland.ledger.items.map(({ id }) => id);
  const at = (n: number) => ids[n * 2]!;
  const through = await proxyTo(account.heartland.baseUrl, (path, body) => {
    if (!path.endsWith('/items')) return body;
    let text = body.toString('utf8');
    for (const [n, [, json]] of ODD.entries()) {
      const isOwn = json.startsWith('"id"');
      text = text.replace(
        `{"id":${at(n)},`,
        () => `{${isOwn ? '' : `"id":${at(n)},`}${json},"__odd":true,`,
      );
      const name = /^"(custom|price|cost|description)"/.exec(json)?.[1];
      if (name === undefined) continue;
      // Of two fields of one name the last is read: the item's own goes.
      const row = text.indexOf('"__odd":true,', text.indexOf(json));
      if (row >= 0)
        text = text.slice(0, row) + text.slice(row).replace(`"${name}":`, `"${name}_":`);
    }
    return Buffer.from(text.replaceAll('"__odd":true,', ''));
  });
  for (const full of [false, true]) {
    expect((await account.sync(['items'], { full }, through)).failures).toEqual({});
    const bad = ODD.filter(([, , becomes]) => becomes instanceof RegExp);
    const found = (await openRows(account)).map(({ reason }) => reason);
    for (const [what, , reason] of bad)
      expect(found, what).toContainEqual(expect.stringMatching(reason));
    expect(found).toHaveLength(bad.length);
    expect(await idsIn(account, 'items')).toHaveLength(ids.length - bad.length);
  }
  for (const [n, [what, , kept]] of ODD.entries()) {
    if (typeof kept !== 'string') continue;
    const [row] = await account.warehouse.query<{ is: boolean }>(
      'select _extra @> $2::jsonb as is from items where id = $1',
      [at(n), kept],
    );
    expect(row, what).toEqual({ is: true });
  }
});
