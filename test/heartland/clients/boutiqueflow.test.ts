/** What public clients, each named by its repository, ask for and rely on. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openWire, type Wire } from './wire.ts';

let wire: Wire;
beforeAll(async () => {
  wire = await openWire();
});
afterAll(() => wire.heartland.close());

const json = (value: unknown) => encodeURIComponent(JSON.stringify(value));

describe('thekevinburke/boutiqueflow', () => {
  test('sales line by line since a day add up to the report of the same days', async () => {
    const rows: Record<string, unknown>[] = [];
    for (let page = 1; ; page++) {
      const { results } = (
        await wire.get(`reporting/sales?_filter[date][$gte]=2026-11-05&page=${page}&per_page=100`)
      ).body;
      rows.push(...results);
      if (results.length < 100) break;
    }
    expect(rows[0]).toMatchObject({
      transaction_id: expect.any(Number),
      transaction_line_id: expect.any(Number),
      datetime: expect.any(String),
    });
    const report = await wire.get(
      'reporting/analyzer?start_date=2026-11-05&end_date=2026-11-12' +
        '&metrics[]=location_sales.net_sales&metrics[]=location_sales.net_qty_sold',
    );
    const sum = (name: string) => rows.reduce((total, row) => total + Number(row[name]), 0);
    const [whole] = report.body.results;
    expect(sum('net_sales')).toBeCloseTo(Number(whole!['location_sales.net_sales']), 2);
    expect(sum('net_qty_sold')).toBe(Number(whole!['location_sales.net_qty_sold']));
  });

  test('receipts by day and status, newest first; a grid is found and described', async () => {
    const receipts = await wire.get(
      'purchasing/receipts?per_page=20&_filter[created_at][$gte]=2026-11-01' +
        '&_filter[status]=complete&sort[]=updated_at,desc',
    );
    const times = receipts.body.results.map(({ updated_at: at }) => String(at));
    expect(times).toEqual([...times].sort().reverse());
    const [grid] = (await wire.get('item_grids?per_page=1')).body.results;
    const items = await wire.get(`items?_filter[grid_id]=${grid!.id}&per_page=50`);
    for (const item of items.body.results) expect(item.grid_id).toBe(grid!.id);
    await wire.put(`item_grids/${grid!.id}`, { long_description: 'Soft' });
    expect((await wire.get(`item_grids/${grid!.id}`)).body.long_description).toBe('Soft');
  });
});

test('JOOR importer: item grids by the custom values and prices of their items', async () => {
  const { results } = (await wire.get('item_grids?per_page=all')).body;
  const branded = results.filter(({ item_custom: custom }) => 'brand' in (custom as object));
  const { brand } = branded[0]!.item_custom as { brand: string };
  const found = await wire.get(`item_grids?_filter=${json({ 'item_custom@brand': brand })}`);
  const same = branded.filter(({ item_custom: custom }) => {
    return (custom as { brand: string }).brand === brand;
  });
  expect(found.body.results.map(({ id }) => id)).toEqual(same.map(({ id }) => id));
});
