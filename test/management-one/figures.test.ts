import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { managementOne } from '../../pipelines/exports/management-one/management-one.ts';
import type { ManagementOneResult } from '../../pipelines/exports/management-one/result.ts';
import { sumOf } from '../../transforms/management-one/cents.ts';
import { parseRange } from '../../transforms/management-one/period.ts';
import type { Month } from '../../transforms/month.ts';
import { LENIENT, LIST, parseFile, type Retailer, retailer } from './month.ts';
import { countMonth } from './oracle.ts';

const COLUMNS =
  'ClientID|PeriodStart|PeriodEnd|Location|ClassCode|BeginUnits|BeginCost|BeginRetail|ReceivedUnits|ReceivedCost|ReceivedRetail|ReturnedUnits|ReturnedCost|ReturnedRetail|TransferUnits|TransferCost|TransferRetail|AdjustedUnits|AdjustedCost|AdjustedRetail|SoldUnits|SoldCost|NetSales|Markdowns|EndUnits|EndCost|EndRetail|OnOrderUnits|OnOrderCost|OnOrderRetail';

const orUnclassified = (code: string | null | undefined) =>
  code != null && LIST.includes(code) ? code : 'UNCL';

test.each([
  ['2026-10', '2026-10-01', '2026-10-31'],
  ['2026-09', '2026-09-01', '2026-09-30'],
])(
  'every figure of %s equals what the ledger’s documents sum to, in two time zones',
  async (month, start, end) => {
    const { run, heartland, folder } = await retailer({ section: LENIENT });
    const result = await run({ month, out: folder });
    const text = await readFile(join(folder, `4321_${month.replace('-', '')}.txt`), 'latin1');
    expect(text.slice(0, text.indexOf('\r\n'))).toBe(COLUMNS);

    const expected = countMonth(heartland.ledger, { start, end, classOf: orUnclassified });
    const rows = parseFile(text);
    expect(rows.size).toBeGreaterThan(20);
    expect([...rows.keys()].sort()).toEqual([...expected.keys()].sort());
    for (const [key, figures] of expected) {
      expect({ key, ...rows.get(key) }).toEqual({
        key,
        ClientID: '4321',
        PeriodStart: start,
        PeriodEnd: end,
        Location: key.split('|')[0],
        ClassCode: key.split('|')[1],
        ...figures,
      });
    }
    expect(result.status).toBe('saved');
    expect(result.checks.filter(check => check.result === 'failed')).toEqual([]);
  },
);

test('goods that are not stocked are sold every day, and the roll-forward is none the worse for it', async () => {
  const shop = await retailer({ section: LENIENT, now: new Date('2026-12-02T18:00:00Z') });
  const { ledger } = shop.heartland;
  const hemming = ledger.addItem({
    description: 'Hemming',
    custom: { class_code: LIST[0]! },
    tracksInventory: false,
  });
  for (const [n, { id }] of ledger.locations.slice(0, 3).entries()) {
    ledger.sell({ locationId: id, lines: [{ itemId: hemming.id, qty: 400 + n }] });
  }
  ledger.advanceTo(Date.parse('2026-12-02T18:00:00Z'));

  const { checks, totals } = await expectTheLedger(shop, '2026-11', {
    start: '2026-11-01',
    end: '2026-11-30',
  });

  expect(Number(totals.file.SoldUnits)).toBeGreaterThan(1200);
  expect(checks.filter(check => check.result === 'failed')).toEqual([]);
});

/** Makes the file of days and compares every figure in it with the ledger's documents. */
async function expectTheLedger(
  shop: Retailer,
  period: string | Month,
  days: { readonly start: string; readonly end: string; readonly credit?: 'source' },
): Promise<ManagementOneResult> {
  const result = await shop.run({ month: period, out: shop.folder });
  const text = await readFile(join(shop.folder, result.files[0]!.name), 'latin1');
  const rows = parseFile(text);
  const expected = countMonth(shop.heartland.ledger, { ...days, classOf: orUnclassified });
  expect([...rows.keys()].sort()).toEqual([...expected.keys()].sort());
  for (const [key, figures] of expected) {
    expect({ key, ...rows.get(key) }).toMatchObject({
      ...{ key, PeriodStart: days.start, PeriodEnd: days.end },
      ...figures,
    });
  }
  return result;
}

test('sales credited to the location that made them are in the file of the one with sales: source_sales', async () => {
  const shop = await retailer({
    // The server gives seven rows a page, whatever is asked for.
    account: { perPageCap: 7 },
    section: { ...LENIENT, sales: 'source_sales', inventory: 'owned' },
  });
  await expectTheLedger(shop, '2026-10', {
    start: '2026-10-01',
    end: '2026-10-31',
    credit: 'source',
  });
});

test('a change of summer time inside the month, the end of a year, and a year of history', async () => {
  const shop = await retailer({
    account: { asOf: '2027-01-09', months: 13 },
    section: { ...LENIENT, unexplained_limit: { units: 0, cost: 0 } },
    now: new Date('2027-01-09T18:00:00Z'),
  });
  await expectTheLedger(shop, '2026-03', { start: '2026-03-01', end: '2026-03-31' });
  await expectTheLedger(shop, '2026-11', { start: '2026-11-01', end: '2026-11-30' });
  const december = await expectTheLedger(shop, '2026-12', {
    start: '2026-12-01',
    end: '2026-12-31',
  });
  expect(december.checks.filter(check => check.result === 'failed')).toEqual([]);
}, 300_000);

test('a month that starts on another day, and any range of days', async () => {
  const shop = await retailer({ section: { ...LENIENT, month_starts_on: 5 } });
  const october = await expectTheLedger(shop, '2026-10', {
    start: '2026-10-05',
    end: '2026-11-04',
  });
  expect(october.month).toEqual({ label: '2026-10', start: '2026-10-05', end: '2026-11-04' });
  const range = await expectTheLedger(shop, parseRange('2026-10-10', '2026-10-12'), {
    start: '2026-10-10',
    end: '2026-10-12',
  });
  expect(range.files[0]?.name).toBe('4321_20261010-20261012.txt');
  expect(() => parseRange('2026-10-12', '2026-10-10')).toThrow(
    'The range of days ends before it begins: found "2026-10-12 to 2026-10-10"',
  );
  expect(() => parseRange('2026-10-32', '2026-11-10')).toThrow('--from is not a day');
});

test('a month in which nothing was sold has its stock in the file, and every check holds', async () => {
  const shop = await retailer({ section: LENIENT });
  const { ledger } = shop.heartland;
  ledger.advanceTo('2027-03-02T18:00:00Z');
  const { work } = shop.fresh;
  const later = { ...work, now: () => new Date('2027-03-02T18:00:00Z') };
  const { signal } = new AbortController();
  const { month, checks, totals } = await managementOne(later, { dryRun: true }, signal);
  expect(month.label).toBe('2027-02');
  expect(totals.file).toMatchObject({ NetSales: '0.00', SoldUnits: '0', ReceivedUnits: '0' });
  expect(totals.file.BeginCost).toBe(totals.file.EndCost);
  expect(Number(totals.file.EndUnits)).toBeGreaterThan(0);
  expect(checks.filter(check => check.result === 'failed')).toEqual([]);
});

test('what is on order is in a view by the month it is delivered in, and sums to the file', async () => {
  const shop = await retailer({ section: LENIENT });
  const { totals } = await shop.run({ dryRun: true });
  const months = await shop.fresh.work.warehouse.query<{
    delivery_month: string;
    units: string;
    cost: string;
  }>(
    `select to_char(delivery_month, 'YYYY-MM') as delivery_month, sum(open_qty) as units, sum(open_cost) as cost
     from open_orders_by_month where location_number is not null group by 1 order by 1`,
  );
  expect(months.length).toBeGreaterThan(0);
  expect(sumOf(months.map(({ units }) => units))).toBe(sumOf([totals.file.OnOrderUnits!]));
  expect(sumOf(months.map(({ cost }) => cost))).toBe(totals.file.OnOrderCost);
});
