import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { LENIENT, LIST, parseFile, retailer } from './month.ts';
import { countMonth } from './oracle.ts';

const COLUMNS =
  'ClientID|PeriodStart|PeriodEnd|Location|ClassCode|BeginUnits|BeginCost|BeginRetail|ReceivedUnits|ReceivedCost|ReceivedRetail|ReturnedUnits|ReturnedCost|ReturnedRetail|TransferUnits|TransferCost|TransferRetail|AdjustedUnits|AdjustedCost|AdjustedRetail|SoldUnits|SoldCost|NetSales|Markdowns|EndUnits|EndCost|EndRetail|OnOrderUnits|OnOrderCost|OnOrderRetail';

const orUnclassified = (code: string | null | undefined) =>
  code != null && LIST.includes(code) ? code : 'UNCL';

test.each([
  ['2026-10', '2026-10-01', '2026-10-31'],
  ['2026-09', '2026-09-01', '2026-09-30'],
])(
  'every figure of %s equals what the ledger’s papers sum to, in two time zones',
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
    expect(result.checks.filter(({ verdict }) => verdict === 'failed')).toEqual([]);
  },
);

test('sales credited to the location that made them are in the file of the one with sales: source_sales', async () => {
  const { run, heartland, folder } = await retailer({
    section: { ...LENIENT, sales: 'source_sales', inventory: 'owned' },
  });
  await run({ out: folder });
  const rows = parseFile(await readFile(join(folder, '4321_202610.txt'), 'latin1'));
  const expected = countMonth(heartland.ledger, {
    start: '2026-10-01',
    end: '2026-10-31',
    classOf: orUnclassified,
    credit: 'source',
  });
  expect([...rows.keys()].sort()).toEqual([...expected.keys()].sort());
  for (const [key, figures] of expected) expect(rows.get(key)).toMatchObject(figures);
});
