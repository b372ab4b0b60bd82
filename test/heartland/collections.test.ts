import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Heartland, startHeartland } from '../stand-ins/heartland/server.ts';
import { ask, askAll } from './ask.ts';

let heartland: Heartland;
beforeAll(async () => {
  heartland = await startHeartland({ asOf: '2026-10-05', perPageCap: 100 });
});
afterAll(() => heartland.close());

const COLLECTIONS = [
  'items',
  'locations',
  'custom_fields',
  'purchasing/orders',
  'purchasing/receipts',
  'purchasing/returns',
  'purchasing/vendors',
  'inventory/transactions',
  'inventory/transfers',
  'inventory/adjustment_sets',
  'sales/tickets',
  'sales/invoices',
  'sales/orders',
  'payments',
  'customers',
  'item_grids',
  'traffic_counts',
];

describe('paging', () => {
  test.each(COLLECTIONS)('%s: pages in the order of ids hold every record once', async path => {
    const rows = await askAll(heartland, path, [['sort[]', 'id']]);
    const { body } = await ask(heartland, path, [['per_page', 5000]]);
    expect(rows).toHaveLength(body.total);
    expect(new Set(rows.map(row => row.id)).size).toBe(body.total);
    expect(body.pages).toBe(Math.ceil(body.total / 100));
    expect(body.results.length).toBe(Math.min(body.total, 100));
  });

  test('twenty rows a page unless said, and all of them when asked for', async () => {
    expect((await ask(heartland, 'items')).body.results).toHaveLength(20);
    expect((await ask(heartland, 'items', [['per_page', 'all']])).body.results).toHaveLength(48);
    expect((await ask(heartland, 'items', [['page', 99]])).body.results).toHaveLength(0);
  });

  test('values come in no order unless one is asked for, and a full order is kept', async () => {
    const grouped = [
      ['group[]', 'item_id'],
      ['group[]', 'location_id'],
    ] as const;
    const once = await ask(heartland, 'inventory/values', [...grouped, ['per_page', 50]]);
    const again = await ask(heartland, 'inventory/values', [...grouped, ['per_page', 50]]);
    expect(once.body.results).not.toEqual(again.body.results);
    const rows = await askAll(heartland, 'inventory/values', [
      ...grouped,
      ['sort[]', 'item_id'],
      ['sort[]', 'location_id'],
    ]);
    const keys = rows.map(row => `${row.item_id} ${row.location_id}`);
    expect(new Set(keys).size).toBe(once.body.total);
    expect(keys).toEqual([...keys].sort());
  });

  test('rows that a sort cannot tell apart change places between requests', async () => {
    const byType = [
      ['sort[]', 'type'],
      ['per_page', 50],
    ] as const;
    const once = await ask(heartland, 'sales/tickets', byType);
    const again = await ask(heartland, 'sales/tickets', byType);
    expect(once.body.results).not.toEqual(again.body.results);
  });
});

describe('filters', () => {
  const price = (op: (price: number) => boolean) =>
    heartland.ledger.items.filter(item => item.priceCents !== null && op(item.priceCents / 100));

  const cases: readonly (readonly [string, string, () => number])[] = [
    ['equality', '{"public_id":"SKU-00003"}', () => 1],
    [
      '$neq passes over null',
      '{"price":{"$neq":42.95}}',
      () => price(each => each !== 42.95).length,
    ],
    ['a range', '{"price":{"$gte":50,"$lt":100}}', () => price(p => p >= 50 && p < 100).length],
    ['null', '{"price":null}', () => heartland.ledger.dirt.get('priceNull')!.length],
    ['not null', '{"price":{"$neq":null}}', () => price(() => true).length],
    ['unset custom field, absent or null', '{"custom@class_code":{"$eq":null}}', () => 2],
    ['empty custom field', '{"custom@class_code":""}', () => 1],
    ['$nin never finds null', '{"custom@class_code":{"$nin":["x"]}}', () => 46],
    ['$nin with a null finds nothing', '{"custom@class_code":{"$nin":["x",null]}}', () => 0],
    ['$like, in any case', '{"public_id":{"$like":"sku-0000*"}}', () => 9],
    ['$like without a star', '{"public_id":{"$like":"sku-00009"}}', () => 1],
    ['a flag, without its question mark', '{"active":false}', () => 1],
    [
      '$or',
      '{"$or":[{"public_id":"SKU-00001"},{"$and":[{"id":100002},{"active":true}]}]}',
      () => 2,
    ],
    ['an array is AND', '[{"id":{"$gt":100001}},{"id":{"$lte":100003}}]', () => 2],
    [
      'another field',
      '{"original_price":{"$gt":"{{price}}"}}',
      () =>
        heartland.ledger.items.filter(
          ({ originalPriceCents: was, priceCents: is }) => was !== null && is !== null && was > is,
        ).length,
    ],
    ['an operator without its $ says nothing', '{"price":{"gte":5000}}', () => 48],
  ];

  test.each(cases)('%s', async (_, filter, expected) => {
    const { status, body } = await ask(heartland, 'items', [['_filter', filter]]);
    expect(status).toBe(200);
    expect(body.total).toBe(expected());
    expect((await ask(heartland, 'items', [['~', filter]])).body.total).toBe(expected());
    expect((await ask(heartland, 'items', [['_filter[]', filter]])).body.total).toBe(expected());
  });

  test('brackets, lists in brackets, and plain names', async () => {
    const total = async (...params: [string, string][]) =>
      (await ask(heartland, 'items', params)).body.total;
    expect(await total(['~[id][$gt]', '100001'], ['~[id][$lte]', '100004'])).toBe(3);
    expect(await total(['_filter[id][$in][]', '100001'], ['_filter[id][$in][]', '100002'])).toBe(2);
    expect(await total(['public_id', 'SKU-00001'])).toBe(1);
    expect(await total(['no_such_field', 'x'])).toBe(48);
    expect(await total(['query', 'denim'])).toBeGreaterThan(0);
  });

  test('times compare as instants, whatever their offset, and a date is its midnight', async () => {
    const [first] = (await ask(heartland, 'inventory/transactions')).body.results;
    expect(first!.created_at).toBe('2026-07-01T01:00:00+00:00');
    const total = async (filter: string) =>
      (await ask(heartland, 'inventory/transactions', [['_filter', filter]])).body.total;
    const sameInstant = await total('{"created_at":"2026-06-30T20:00:00-05:00"}');
    expect(sameInstant).toBeGreaterThan(100);
    expect(await total('{"created_at":{"$lte":"2026-07-01T01:00:00Z"}}')).toBe(sameInstant);
    expect(await total('{"created_at":{"$lte":"2026-07-01"}}')).toBe(0);
    const tickets = await ask(heartland, 'sales/tickets', [
      ['_filter', '{"local_completed_at":{"$gte":"2026-09-01","$lt":"2026-09-02T00:00:00"}}'],
    ]);
    expect(tickets.body.results.length).toBeGreaterThan(0);
    for (const ticket of tickets.body.results)
      expect(String(ticket.local_completed_at)).toMatch(/^2026-09-01T/);
  });

  test.each([
    ['an unknown field', '{"colour":"blue"}'],
    ['an unknown operator', '{"price":{"$near":1}}'],
    ['a computed key', '{"active?":true}'],
    ['text for a number', '{"price":{"$gt":"cheap"}}'],
    ['what is not JSON', '{price'],
  ])('%s is refused', async (_, filter) => {
    const { status, body } = await ask(heartland, 'items', [['_filter', filter]]);
    expect(status).toBe(400);
    expect(body.error).toBe('invalid_request');
  });
});

describe('records', () => {
  test('lines of each parent, alone and embedded', async () => {
    const [ticket] = (await ask(heartland, 'sales/tickets', [['_include[]', 'lines']])).body
      .results;
    const lines = await ask(heartland, `sales/tickets/${ticket!.id}/lines`);
    expect(ticket!.lines).toEqual(lines.body.results);
    expect(new Set(lines.body.results.map(line => line.type))).toContain('TaxLine');
  });

  test('only some keys, with what is embedded', async () => {
    const { body } = await ask(heartland, 'locations', [
      ['_only[]', 'id'],
      ['_only[]', 'active'],
      ['_include[]', 'stations'],
    ]);
    expect(Object.keys(body.results[0]!)).toEqual(['id', 'active?', 'stations']);
  });

  test('an item that was deleted or merged is not found any more', async () => {
    const added = heartland.ledger.addItem({ description: 'Short-lived' });
    expect((await ask(heartland, `items/${added.id}`)).status).toBe(200);
    heartland.ledger.deleteItem(added.id);
    expect((await ask(heartland, `items/${added.id}`)).status).toBe(404);
    expect((await ask(heartland, 'nowhere/at/all')).status).toBe(404);
  });
});
