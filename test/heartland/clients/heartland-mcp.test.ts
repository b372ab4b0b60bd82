/** What public clients, each named by its repository, ask for and rely on. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { idIn, openWire, type Wire } from './wire.ts';

let wire: Wire;
beforeAll(async () => {
  wire = await openWire();
});
afterAll(() => wire.heartland.close());

const json = (value: unknown) => encodeURIComponent(JSON.stringify(value));

describe('bamherndon/HeartlandMCP', () => {
  test('sales of vendors beside what is on order and in stock, and by who sold it', async () => {
    const { ledger } = wire.heartland;
    const filter = json({ $and: [{ 'source_sales.net_qty_sold': { $gt: ['0'] } }] });
    const vendors = (
      await wire.get(
        'reporting/analyzer?per_page=200&subtotal=false&grand_total=true&exclude_zeroes=true' +
          `&include_links=true&charts=[]&page=1&metric.filters=${filter}` +
          '&start_date=2026-11-01&end_date=2026-11-12&group[]=location.name&group[]=vendor.name' +
          '&group[]=item.public_id&group[]=item.description&metrics[]=source_sales.total_cost' +
          '&metrics[]=purchasing_order.total_qty_open&metrics[]=current_inventory.qty_on_hand' +
          '&metrics[]=current_inventory.last_sold_date&sort[]=vendor.name,desc',
      )
    ).body;
    expect(vendors.total).toBeGreaterThan(0);
    const onOrder = await wire.get(
      'reporting/analyzer?metrics[]=purchasing_order.total_qty_open&group[]=item.public_id' +
        '&per_page=1000',
    );
    const open = ledger.orders
      .filter(({ status, locationId }) => status === 'open' && locationId !== null)
      .flatMap(({ lines }) => lines)
      .reduce((sum, line) => sum + Math.max(line.qty - line.qtyReceived, 0), 0);
    const told = onOrder.body.results.map(row => Number(row['purchasing_order.total_qty_open']));
    expect(told.reduce((sum, qty) => sum + qty, 0)).toBe(open);
    const bySeller = (group: string) =>
      wire.get(
        'reporting/analyzer?start_date=2026-11-01&end_date=2026-11-12' +
          `&metrics[]=source_sales.net_sales${group}`,
      );
    const sellers = (await bySeller('&group[]=user.full_name')).body.results;
    expect(sellers.map(row => row['user.full_name']).sort()).toEqual([
      'Jo Staff',
      'Kit Staff',
      'Sam Staff',
    ]);
    const [whole] = (await bySeller('')).body.results;
    const sum = sellers.reduce((total, row) => total + Number(row['source_sales.net_sales']), 0);
    expect(sum).toBeCloseTo(Number(whole!['source_sales.net_sales']), 2);
  });

  test('an adjustment set whose lines are added one by one', async () => {
    const set = await wire.post('inventory/adjustment_sets', {
      location_id: '100001',
      adjustment_reason_id: '100001',
    });
    const before = wire.heartland.ledger.account.onHand(100018, 100001);
    const line = { item_id: '100018', qty: 4, unit_cost: 7.5 };
    const added = await wire.post(`inventory/adjustment_sets/${idIn(set)}/lines`, line);
    expect(added).toMatchObject({ status: 201, text: '' });
    expect(wire.heartland.ledger.account.onHand(100018, 100001)).toBe(before + 4);
  });

  test('an item is found by its number and changed; its history by day', async () => {
    const found = await wire.get('items?~%5Bpublic_id%5D=SKU-00019&per_page=1');
    const { id } = found.body.results[0]!;
    await wire.put(`items/${id}`, { price: 77, custom: { brand: 'Acorn' } });
    expect((await wire.get(`items/${id}`)).body).toMatchObject({
      price: 77,
      custom: { brand: 'Acorn' },
    });
    const moved = await wire.get(
      `inventory/transactions?per_page=50&~%5Bitem_id%5D=${id}` +
        '&~%5Bcreated_at%5D%5B%24gte%5D=2026-11-01&sort%5B%5D=created_at%2Cdesc',
    );
    for (const row of moved.body.results) expect(row.item_id).toBe(id);
  });
});
