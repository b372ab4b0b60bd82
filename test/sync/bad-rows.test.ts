import { describe, expect, test } from 'vitest';
import type { Json } from '../stand-ins/heartland/decimal.ts';
import { proxyTo } from './proxy.ts';
import { type SmallAccount, smallAccount } from './small-account.ts';
import { differences, readAll, readTable } from './truth.ts';

type Row = Readonly<Record<string, Json>>;
type Body = { readonly total: number; readonly results: readonly Row[] };

const rawNumber = (text: string): Json =>
  (JSON as unknown as { rawJSON(text: string): Json }).rawJSON(text);

/** What is wrong with the nth item, and what the quarantine says of it. */
const BAD: readonly [what: string, change: Row | Json, reason: RegExp][] = [
  ['a text for a number', { price: 'a lot' }, /^price is "a lot": expected a number$/],
  ['an object for a number', { cost: { usd: 3 } }, /^cost is \{"usd":3\}: expected a number$/],
  [
    'a number too large to be one',
    { price: rawNumber('1e400') },
    /^price is too large: expected a number/,
  ],
  [
    'a word for yes or no',
    { 'active?': 'perhaps' },
    /^active is "perhaps": expected true or false$/,
  ],
  ['a day that does not exist', { created_at: '2026-02-30T10:00:00Z' }, /^created_at is "2026-02/],
  ['the year nought', { created_at: '0000-01-01T10:00:00Z' }, /^created_at is "0000-01/],
  ['an offset beyond the map', { created_at: '2026-02-20T10:00:00+16:00' }, /^created_at is /],
  [
    'a fraction as a reference',
    { primary_vendor_id: 1.5 },
    /^primary_vendor_id is 1.5: expected a whole/,
  ],
  ['no id', { id: null }, /^id is null: expected a whole number/],
  [
    'an id too large to be one',
    { id: rawNumber('123456789012345678901') },
    /^id is "12345678.*: expected a whole number/,
  ],
  ['a NUL in a text', { description: 'a\0b' }, /^description holds a NUL character/],
  ['a NUL deep in an object', { custom: { a: [{ b: '\0' }] } }, /^custom holds a NUL character/],
  ['a lone surrogate', { description: 'hat \ud83d' }, /^description is not valid Unicode/],
  [
    'a lone surrogate in an unknown field',
    { new_field: '\udc00' },
    /^new_field is not valid Unicode/,
  ],
  ['a text instead of a row', 'what is this', /^a row must be an object$/],
  ['nothing instead of a row', null, /^a row must be an object$/],
  ['a list instead of a row', [1, 2], /^a row must be an object$/],
];

function spoilItems({ heartland }: SmallAccount) {
  const ids = heartland.ledger.items.map(({ id }) => id);
  // Spread over the pages, the first and the last item among them.
  const badAt = new Map(
    BAD.map((bad, n) => [ids[n === BAD.length - 1 ? ids.length - 1 : n * 2], bad]),
  );
  const spoiling = heartland.faults.add({
    kind: 'transform',
    path: 'items',
    body: body => {
      const page = body as Body;
      const results = page.results.map(row => {
        const change = badAt.get(row.id as number)?.[1];
        if (change === undefined) return row;
        const isChange = typeof change === 'object' && change !== null && !Array.isArray(change);
        return isChange ? { ...row, ...(change as Row) } : change;
      });
      return { ...page, results };
    },
  });
  return { spoiling, badIds: new Set([...badAt.keys()].map(id => `#${id}`)) };
}

async function openCases({ warehouse }: SmallAccount) {
  return warehouse.query<{ stream: string; row_key: string; reason: string; content: unknown }>(
    'select stream, row_key, reason, content from _quarantine where resolved_at is null order by quarantine_id',
  );
}

describe.concurrent('a bad row goes to quarantine, and no other row is lost', () => {
  test('every kind of badness, each with its reason; all are settled when good versions arrive', async () => {
    const account = await smallAccount();
    const { spoiling, badIds } = spoilItems(account);
    const { failures, results } = await account.sync(['items']);
    expect(failures).toEqual({});
    expect(results[0]!.records[0]).toMatchObject({ seen: 48, quarantined: BAD.length });

    const cases = await openCases(account);
    for (const [what, , reason] of BAD)
      expect(
        cases.map(each => each.reason),
        what,
      ).toContainEqual(expect.stringMatching(reason));
    expect(cases).toHaveLength(BAD.length);
    const good = (await readAll(account.heartland, 'items')).filter(
      row => (row as Row | null)?.id !== undefined && !badIds.has(String((row as Row).id)),
    );
    expect(good.length).toBeGreaterThan(30);
    const rows = await readTable(account, 'items');
    expect(
      differences(
        'items',
        good.filter(row => rows.some(({ id }) => id === row.id)),
        rows,
        ['id'],
      ),
    ).toEqual([]);
    expect(rows).toHaveLength(48 - BAD.length);

    spoiling.off();
    await account.sync(['items'], { full: true });
    expect(await openCases(account)).toEqual([]);
    const documents = await readAll(account.heartland, 'items');
    expect(differences('items', documents, await readTable(account, 'items'), ['id'])).toEqual([]);
  });

  test('a row that turns bad keeps its last good version until it is good again', async () => {
    const account = await smallAccount();
    const { ledger, faults } = account.heartland;
    await account.sync(['items', 'locations', 'inventory_values']);
    const before = await readTable(account, 'items');
    const values = await readTable(account, 'inventory_values');
    const { id } = ledger.items[7]!;
    const spoil = (key: string, change: Row) => (body: Json) => {
      const page = body as Body;
      return {
        ...page,
        results: page.results.map(row => (row[key] === id ? { ...row, ...change } : row)),
      };
    };
    const spoiling = [
      faults.add({ kind: 'transform', path: 'items', body: spoil('id', { price: 'x' }) }),
      faults.add({
        kind: 'transform',
        path: 'inventory/values',
        body: spoil('item_id', { qty: 'x' }),
      }),
    ];
    const { failures } = await account.sync(['items', 'locations', 'inventory_values'], {
      full: true,
    });
    expect(failures).toEqual({});
    expect(await readTable(account, 'items')).toEqual(before);
    const sorted = (rows: object[]) => rows.map(row => JSON.stringify(row)).sort();
    expect(sorted(await readTable(account, 'inventory_values'))).toEqual(sorted(values));
    expect(new Set((await openCases(account)).map(({ stream }) => stream))).toEqual(
      new Set(['items', 'inventory_values']),
    );
    for (const one of spoiling) one.off();
    ledger.changeItem(id, { priceCents: 777 });
    await account.sync(['items', 'locations', 'inventory_values']);
    expect(await openCases(account)).toEqual([]);
    const rows = await readTable(account, 'items');
    expect(rows.find(row => row.id === `#${id}`)!.price).toBe('#7.77');
  });

  test('a bad line leaves its document and the other lines alone', async () => {
    const account = await smallAccount();
    const [line] = account.heartland.ledger.orders[2]!.lines;
    const spoiling = account.heartland.faults.add({
      kind: 'transform',
      path: 'purchasing/orders',
      body: body => {
        const text = JSON.stringify(body).replaceAll(
          `{"id":${line!.id},"item_id":${line!.itemId},`,
          `{"id":${line!.id},"item_id":"x",`,
        );
        return JSON.parse(text);
      },
    });
    expect((await account.sync(['purchase_orders'])).failures).toEqual({});
    const [found] = await openCases(account);
    expect(found).toMatchObject({
      stream: 'purchase_order_lines',
      row_key: String(line!.id),
      reason: expect.stringMatching(/^item_id is "x"/),
    });
    spoiling.off();
    await account.sync(['purchase_orders'], { full: true });
    expect(await openCases(account)).toEqual([]);
  });

  test.each([
    ['sales_daily', 'reporting/analyzer', 'date.date', '2026-10-01', /outside of the slice/],
    ['inventory_values', 'inventory/values', 'location_id', 1, /outside of the slice/],
    ['inventory_values', 'inventory/values', 'item_id', null, /^item_id is (null|missing): /],
    [
      'inventory_month_end',
      'reporting/analyzer',
      'ending_inventory.qty_owned',
      'x',
      /^qty_owned is "x": /,
    ],
  ] as const)('%s: a row with a bad %s %s', async (stream, path, field, value, reason) => {
    const account = await smallAccount();
    account.heartland.faults.add({
      kind: 'transform',
      path,
      body: body => {
        const page = body as Body;
        const [first, ...others] = page.results;
        if (first === undefined || !(field in first)) return body;
        return { ...page, results: [{ ...first, [field]: value }, ...others] };
      },
    });
    const { failures, results } = await account.sync(['locations', stream]);
    expect(failures).toEqual({});
    const records = results.at(-1)!.records;
    const [counted] = await account.warehouse.query(`select count(*)::int as rows from ${stream}`);
    const seen = records.reduce((sum, record) => sum + record.seen, 0);
    const bad = records.reduce((sum, record) => sum + record.quarantined, 0);
    expect(bad).toBeGreaterThan(0);
    expect(counted!.rows).toBe(seen - bad);
    for (const each of await openCases(account)) expect(each.reason).toMatch(reason);
  });

  test('bytes that are not UTF-8 put their row in quarantine, and the page comes in', async () => {
    const account = await smallAccount();
    const { id } = account.heartland.ledger.items[20]!;
    account.heartland.ledger.changeItem(id, { description: 'Caf# au lait' });
    const through = await proxyTo(account.heartland.baseUrl, (path, body) => {
      const at = body.indexOf('Caf# au lait');
      // é as Windows-1252 has it.
      if (path.endsWith('/items') && at > 0) body[at + 3] = 0xe9;
      return body;
    });
    expect((await account.sync(['items'], {}, through)).failures).toEqual({});
    expect(await readTable(account, 'items')).toHaveLength(47);
    const [found] = await openCases(account);
    expect(found!.reason).toMatch(/^description is not valid Unicode .*not UTF-8/);
    expect(found!.row_key).toBe(String(id));
    await account.sync(['items'], { full: true });
    expect(await openCases(account)).toEqual([]);
    expect(await readTable(account, 'items')).toHaveLength(48);
  });
});
