import { expect, test } from 'vitest';
import { BRANDS, opened } from './report-scene.ts';

test.each([
  ['the total', 0, 'the total that Heartland computed for location_sales.net_sales'],
  ['a subtotal', 1, 'the subtotal of "1" that Heartland computed for location_sales.net_sales'],
])('rows that do not add up to %s, to the cent, are not kept', async (_, level, message) => {
  const { account, sync } = await opened({ brands: BRANDS }, ['report_brands']);
  let isSpoilt = false;
  account.heartland.faults.add({
    path: 'reporting/analyzer',
    kind: 'transform',
    body: body => {
      const { results, ...envelope } = body as { results: Record<string, number>[] };
      isSpoilt = false;
      return {
        ...envelope,
        results: results.map(row => {
          if (row.subtotal_level !== level || isSpoilt) return row;
          isSpoilt = true;
          const { rawJSON } = row['location_sales.net_sales'] as unknown as { rawJSON: string };
          return { ...row, 'location_sales.net_sales': Number(rawJSON) + 0.01 };
        }),
      };
    },
  });
  const failures = await sync();
  expect(failures.report_brands).toContain(message);
  expect(await account.rows('report_brands')).toEqual([]);
});

test('a total of something where no rows came is not believed, and nothing is kept', async () => {
  const { account, sync } = await opened({ brands: BRANDS }, ['report_brands']);
  account.heartland.faults.add({
    path: 'reporting/analyzer',
    kind: 'transform',
    body: body => {
      const { results } = body as { results: Record<string, number>[] };
      const totals = results.filter(row => row.subtotal_level === 0);
      return { total: totals.length, pages: 1, results: totals };
    },
  });
  expect((await sync()).report_brands).toContain('do not add up to the total');
});
