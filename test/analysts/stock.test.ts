import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Account, syncedAccount } from './account.ts';
import { added, classOf, dollars, held, soldLines, summed } from './oracle.ts';

const FROM = '2026-08-01';
let account: Account;

beforeAll(async () => {
  account = await syncedAccount({
    locations: { '1': {}, '2': {}, '3': {} },
    management_one: {
      client_id: '1',
      class_codes: [
        '110',
        '120',
        '130',
        '140',
        '150',
        '160',
        '170',
        '180',
        '210',
        '220',
        '230',
        '240',
      ],
      email: { smtp: 'smtp://127.0.0.1:25', from: 'a@b.example', to: ['c@d.example'] },
    },
  });
});
afterAll(() => account.close());

const ledger = () => account.heartland.ledger;
const vendorOf = (id: number | null) => ledger().vendors.find(vendor => vendor.id === id);

test('stock and its value are the movements added up, by location, class and vendor', async () => {
  const now = held(ledger());
  const stores = new Map(
    [
      [
        'stock_by_location',
        `location_number`,
        (each: (typeof now)[number]) => each.location.publicId,
      ],
      [
        'stock_by_class',
        `location_number || '/' || coalesce(class_code, 'none')`,
        (each: (typeof now)[number]) => `${each.location.publicId}/${classOf(each.item) ?? 'none'}`,
      ],
      [
        'stock_by_vendor',
        `location_number || '/' || coalesce(vendor_number, 'none')`,
        (each: (typeof now)[number]) =>
          `${each.location.publicId}/${vendorOf(each.item.primaryVendorId)?.publicId ?? 'none'}`,
      ],
    ].map(([view, key, keyOf]) => [view as string, { key, keyOf }]),
  );
  for (const [view, { key, keyOf }] of stores) {
    const rows = await account.query<{ key: string; qty: string; cost: string; retail: string }>(
      `select ${key} as key, trim_scale(qty_on_hand) as qty, cost_on_hand as cost,
              round(coalesce(retail_on_hand, 0), 2) as retail from ${view}`,
    );
    const by = keyOf as (each: (typeof now)[number]) => string;
    const qty = added(now, by, each => each.onHand);
    // Where nothing is left, Heartland gives no unit cost; cents that rounding left behind have no units to be at.
    const cost = added(now, by, each => (each.onHand === 0 ? 0 : each.costCents));
    const retail = added(now, by, each => each.onHand * (each.item.priceCents ?? 0));
    expect(new Set(rows.map(row => row.key))).toEqual(new Set(qty.keys()));
    for (const row of rows) {
      expect([view, row.key, row.qty, row.retail]).toEqual([
        view,
        row.key,
        String(qty.get(row.key)),
        dollars(retail.get(row.key)!),
      ]);
      // A quarter of a piece may cost half a cent, which 16 decimals of its unit cost round down.
      expect(Math.abs(Number(row.cost) * 100 - cost.get(row.key)!)).toBeLessThan(0.51);
    }
  }
});

test('sell-through is units sold / (units left + units sold), from tickets and movements', async () => {
  const rows = await account.query<{ month: string; key: string; ratio: string | null }>(
    `select month::text, location_number || '/' || coalesce(class_code, 'none') as key, sell_through as ratio
     from sell_through`,
  );
  expect(new Set(rows.map(row => row.month))).toEqual(new Set(['2026-09-01', '2026-10-01']));
  for (const [month, end] of [
    ['2026-09-01', '2026-09-30'],
    ['2026-10-01', '2026-10-31'],
  ] as const) {
    const sold = summed(
      soldLines(ledger(), FROM).filter(line => line.day >= month && line.day <= end),
      line => `${line.location.publicId}/${classOf(line.item) ?? 'none'}`,
    );
    const left = added(
      held(ledger(), end),
      each => `${each.location.publicId}/${classOf(each.item) ?? 'none'}`,
      each => each.onHand,
    );
    for (const { key, ratio } of rows.filter(row => row.month === month)) {
      const units = sold.get(key)?.qty ?? 0;
      const all = units + (left.get(key) ?? 0);
      expect([key, ratio === null ? null : Number(ratio)]).toEqual([
        key,
        all === 0 ? null : Number((units / all).toFixed(4)),
      ]);
    }
  }
});

test('turn is cost of sales / average cost of stock; not known for the first month that was pulled', async () => {
  const rows = await account.query<{ month: string; key: string; turn: string | null }>(
    `select month::text, location_number || '/' || coalesce(class_code, 'none') as key, turn from inventory_turn`,
  );
  expect(rows.filter(row => row.month === '2026-09-01').every(row => row.turn === null)).toBe(true);
  const october = rows.filter(row => row.month === '2026-10-01');
  const by = (each: { location: { publicId: string }; item: Parameters<typeof classOf>[0] }) =>
    `${each.location.publicId}/${classOf(each.item) ?? 'none'}`;
  const begins = added(held(ledger(), '2026-09-30'), by, each => each.costCents);
  const ends = added(held(ledger(), '2026-10-31'), by, each => each.costCents);
  const sold = summed(
    soldLines(ledger(), FROM).filter(line => line.day.startsWith('2026-10')),
    by,
  );
  expect(october.filter(row => row.turn !== null).length).toBeGreaterThan(10);
  for (const { key, turn } of october) {
    const average = ((begins.get(key) ?? 0) + (ends.get(key) ?? 0)) / 2;
    const expected = average === 0 ? null : (sold.get(key)?.costCents ?? 0) / average;
    if (expected === null) expect([key, turn]).toEqual([key, null]);
    else expect(Number(turn)).toBeCloseTo(expected, 3);
  }
});

test('items without a class code or UPC, or with a code that is not on the list, are named', async () => {
  const rows = await account.query<{
    item_id: string;
    is_class_code_missing: boolean;
    is_class_code_unknown: boolean;
    is_upc_missing: boolean;
  }>('select * from items_missing_codes');
  const { dirt } = ledger();
  const ids = (...kinds: Parameters<typeof dirt.get>[0][]) =>
    kinds
      .flatMap(kind => dirt.get(kind) ?? [])
      .map(String)
      .sort();
  const found = (is: (row: (typeof rows)[number]) => boolean) =>
    rows
      .filter(is)
      .map(row => row.item_id)
      .sort();
  expect(found(row => row.is_class_code_missing)).toEqual(
    ids('classAbsent', 'classNull', 'classEmpty'),
  );
  expect(found(row => row.is_upc_missing)).toEqual(ids('upcAbsent', 'upcEmpty'));
  const listed = [110, 120, 130, 140, 150, 160, 170, 180, 210, 220, 230, 240].map(String);
  expect(found(row => row.is_class_code_unknown)).toEqual(
    ledger()
      .items.filter(item => classOf(item) !== null && !listed.includes(classOf(item)!))
      .map(item => String(item.id))
      .sort(),
  );
});
