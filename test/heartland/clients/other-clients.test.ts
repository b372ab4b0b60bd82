/** Requests of further public clients, each named by its repository, and what it relies on. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { idIn, openWire, type Wire } from './wire.ts';

let wire: Wire;
beforeAll(async () => {
  wire = await openWire();
});
afterAll(() => wire.heartland.close());

const json = (value: unknown) => encodeURIComponent(JSON.stringify(value));

describe('dstotz/heartland-retail-pole-display', () => {
  test('locations with their stations, and the name and logo of the company', async () => {
    const { results } = (await wire.get('locations?_include[]=stations&per_page=all')).body;
    for (const location of results)
      expect(location.stations).toEqual([expect.objectContaining({ location_id: location.id })]);
    for (const key of ['company_name', 'company.logo_url', 'springboard.feature_flags'])
      expect((await wire.get(`settings/${key}`)).body.value).toBeDefined();
  });

  test('the newest ticket of a station, with lines, payments and sums', async () => {
    const include = ['lines', 'subtotal', 'tax_total', 'payments'];
    const { results } = (
      await wire.get(
        `sales/tickets?_filter[]={"station_id":100001}&` +
          `${include.map(name => `_include[]=${name}`).join('&')}&sort=updated_at,desc&per_page=1`,
      )
    ).body;
    const [ticket] = results;
    expect(ticket).toMatchObject({ station_id: 100001, lines: expect.any(Array) });
    expect(Number(ticket!.subtotal) + Number(ticket!.tax_total)).toBeCloseTo(Number(ticket!.total));
  });
});

describe('jossai87/cpa-app', () => {
  const november = { $gte: '2026-11-01T00:00:00', $lte: '2026-11-12T23:59:59' };

  test('payments by local time and status, sorted; by location they are refused', async () => {
    const filter = json({ local_completed_at: november, status: 'complete' });
    const path = `payments?sort=local_completed_at&_filter=${filter}&per_page=200`;
    const { results, total } = (await wire.get(`${path}&page=1`)).body;
    expect(results.length).toBe(total);
    const times = results.map(({ local_completed_at: at }) => String(at).slice(0, 19));
    expect(times).toEqual([...times].sort());
    for (const refused of ['location_id=100001', `_filter=${json({ location_id: 100001 })}`])
      expect((await wire.get(`payments?${refused}`)).body).toMatchObject({
        error: 'invalid_request',
      });
  });

  test('tickets by local time; computed fields are refused', async () => {
    const { total } = (
      await wire.get(`sales/tickets?_filter=${json({ local_completed_at: november })}`)
    ).body;
    expect(total).toBeGreaterThan(0);
    for (const name of ['completed?', 'voided?'])
      expect((await wire.get(`sales/tickets?_filter=${json({ [name]: true })}`)).status).toBe(400);
  });

  test('stock that is left after empty places were asked away can still hold empty ones', async () => {
    const { ledger } = wire.heartland;
    for (const { id } of ledger.items.slice(8, 44)) {
      const at = { locationId: 100001, lines: [{ itemId: id, qty: 0 }] };
      const onHand = ledger.account.onHand(id, 100001);
      if (onHand > 0) ledger.adjust({ ...at, lines: [{ itemId: id, qty: -onHand }] });
    }
    const query = 'inventory/values?group[]=item_id&group[]=location_id&per_page=all';
    const all = (await wire.get(query)).body;
    const some = (await wire.get(`${query}&exclude_empty_locations=true`)).body;
    const empty = (rows: typeof all) =>
      rows.results.filter(row =>
        ['qty_on_hand', 'qty_on_po', 'qty_committed', 'qty_in_transit'].every(
          name => Number(row[name]) === 0,
        ),
      ).length;
    expect(empty(some)).toBeGreaterThan(0);
    expect(empty(some)).toBeLessThan(empty(all));
    expect(all.results.some(row => Number(row.qty_on_hand) < 0)).toBe(true);
  });
});

describe('jayclaudeai2026-spec/SunshineDayDreamBCC', () => {
  test('sales by location and day under groups[], and stock with its items', async () => {
    const report = await wire.get(
      'reporting/analyzer?start_date=2026-11-01&end_date=2026-11-10&per_page=1000&page=1' +
        '&metrics[]=source_sales.net_sales&metrics[]=source_sales.transaction_count' +
        '&groups[]=location.public_id&groups[]=date.date',
    );
    expect(report.body.results[0]).toMatchObject({
      'location.public_id': expect.any(String),
      'date.date': expect.stringMatching(/^2026-11-\d\d$/),
      'source_sales.net_sales': expect.any(Number),
    });
    const stock = await wire.get(
      'inventory/values?group[]=item_id&group[]=location_id&per_page=500&page=1' +
        '&_include[]=item&exclude_empty_locations=true',
    );
    for (const row of stock.body.results) expect(row.item).toMatchObject({ id: row.item_id });
  });
});

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
