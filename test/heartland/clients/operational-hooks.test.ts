/** What public clients, each named by its repository, ask for and rely on. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { idIn, openWire, type Wire } from './wire.ts';

let wire: Wire;
beforeAll(async () => {
  wire = await openWire();
});
afterAll(() => wire.heartland.close());

const json = (value: unknown) => encodeURIComponent(JSON.stringify(value));

describe('bamherndon/OperationalHooks', () => {
  test('goods that were neither sold nor received for a while', async () => {
    const report = (days: number) =>
      wire.get(
        'reporting/analyzer?subtotal=false&grand_total=false&exclude_zeroes=true' +
          '&include_links=false&per_page=1000&page=1&end_date=2026-11-12&charts=[]' +
          '&group[]=location.name&group[]=item.public_id&group[]=item.description' +
          '&metrics[]=current_inventory.last_sold_date' +
          '&metrics[]=current_inventory.days_since_last_sold' +
          '&metrics[]=current_inventory.last_received_date' +
          '&metrics[]=current_inventory.days_since_last_received' +
          `&sort[]=item.public_id,desc&metric.filters=${json({
            $and: [
              { 'ending_inventory.qty_owned': { $gt: ['0'] } },
              {
                $or: [
                  { 'current_inventory.days_since_last_sold': { $gt: [String(days)] } },
                  { 'current_inventory.days_since_last_sold': { $eq: null } },
                ],
              },
            ],
          })}`,
      );
    const { ledger } = wire.heartland;
    const idle = (await report(3)).body.results;
    expect(idle.length).toBeGreaterThan(0);
    expect((await report(400)).body.results.length).toBeLessThan(idle.length);
    for (const row of idle.slice(0, 20)) {
      const item = ledger.items.find(({ publicId }) => publicId === row['item.public_id'])!;
      const place = ledger.locations.find(({ name }) => name === row['location.name'])!;
      const sold = ledger.tickets
        .filter(({ status, locationId }) => status === 'complete' && locationId === place.id)
        .filter(({ lines }) =>
          lines.some(line => line.type === 'ItemLine' && line.itemId === item.id && line.qty > 0),
        )
        .map(({ completedAt }) => completedAt!);
      const last = sold.length === 0 ? null : new Date(Math.max(...sold));
      expect(row['current_inventory.last_sold_date']).toBe(
        last?.toLocaleDateString('en-CA', { timeZone: place.zone }) ?? null,
      );
      expect(Number(row['ending_inventory.qty_owned'])).toBeGreaterThan(0);
    }
  });

  test('a receipt for an open order, by order id, completed as accepted', async () => {
    const { ledger } = wire.heartland;
    const order = ledger.order({
      vendorId: 100001,
      locationId: 100002,
      lines: [{ itemId: 100015, qty: 3, unitCostCents: 700 }],
    });
    const open = (await wire.get('purchasing/orders?status=open&page=1')).body;
    for (const { status } of open.results) expect(status).toBe('open');
    const made = { order_id: order.id, receive_at_location_id: 100002 };
    expect((await wire.post('purchasing/receipts', made)).status).toBe(201);
    const pending = await wire.get(`purchasing/receipts?order_id=${order.id}&status=pending`);
    const { id } = pending.body.results[0]!;
    const lines = await wire.get(`purchasing/orders/${order.id}/lines?per_page=500`);
    for (const { item_id, qty, unit_cost } of lines.body.results)
      await wire.post(`purchasing/receipts/${id}/lines`, {
        item_id,
        qty,
        receipt_id: id,
        unit_cost,
      });
    expect((await wire.put(`purchasing/receipts/${id}`, { status: 'accepted' })).status).toBe(200);
    expect((await wire.get(`purchasing/receipts/${id}`)).body.status).toBe('complete');
    expect((await wire.get(`purchasing/orders/${order.id}`)).body.status).toBe('closed');
  });

  test('an image is added by its address, and a webhook is answered with its record', async () => {
    const image = { source: 'url', url: 'https://images.example/1.jpg' };
    expect((await wire.post('items/100016/images', image)).status).toBe(201);
    const images = (await wire.get('items/100016/images?per_page=all')).body;
    expect(images.results).toEqual([expect.objectContaining(image)]);
    expect((await wire.get('items/100016')).body['has_images?']).toBe(true);
    const hook = { url: 'https://hooks.example/x', events: ['item_created'] };
    const made = await wire.post('webhooks', hook);
    expect(made.body).toMatchObject({ id: idIn(made), ...hook });
    expect((await wire.send('DELETE', `webhooks/${idIn(made)}`)).status).toBe(200);
    expect((await wire.get(`webhooks/${idIn(made)}`)).status).toBe(404);
  });
});
