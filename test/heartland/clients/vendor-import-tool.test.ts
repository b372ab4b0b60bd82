/** springboardretail/springboard-data-migrations: the vendor's own import tool, used on live accounts. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { idIn, openWire, type Wire } from './wire.ts';

let wire: Wire;
beforeAll(async () => {
  wire = await openWire();
});
afterAll(() => wire.heartland.close());

const json = (value: unknown) => encodeURIComponent(JSON.stringify(value));

test('downloads by id, sorted by id, with only what it needs', async () => {
  const seen: number[] = [];
  for (let last = 0, rounds = 0; rounds < 20; rounds++) {
    const only = '_only%5B%5D=id&_only%5B%5D=public_id';
    const { results } = (
      await wire.get(
        `customers?sort%5B%5D=id&${only}&per_page=15&_filter=${json({ id: { $gt: last } })}`,
      )
    ).body;
    if (results.length === 0) break;
    for (const row of results) {
      expect(Object.keys(row)).toEqual(['id', 'public_id']);
      seen.push(Number(row.id));
    }
    last = seen.at(-1)!;
  }
  expect(seen).toEqual(wire.heartland.ledger.customers.map(({ id }) => id));
});

test('turns required fields and settings off and on again', async () => {
  const groups = { $or: [{ group_id: 'item' }, { group_id: 'customer' }] };
  const filter = json([groups, { required: true }]);
  const required = await wire.get(`custom_fields?_filter=${filter}`);
  const [field] = required.body.results;
  expect(field).toMatchObject({ key: 'class_code' });
  expect((await wire.put(`custom_fields/${field!.id}`, { required: false })).status).toBe(200);
  expect((await wire.get(`custom_fields?_filter=${filter}`)).body.total).toBe(0);
  const setting = 'settings/pos.tickets.customer_required';
  expect((await wire.get(setting)).body.value).toBe(false);
  expect(await wire.put(setting, { value: true })).toMatchObject({ status: 200, text: '' });
  expect((await wire.get(setting)).body.value).toBe(true);
});

test('imports a past sale in one request that moves no stock', async () => {
  const { ledger } = wire.heartland;
  const item = ledger.items[12]!;
  const stock = `inventory/values?group[]=item_id&item_id=${item.id}`;
  const before = (await wire.get(stock)).body.results[0]!;
  const external = await wire.post('payment_types', { name: 'External' });
  const found = await wire.get(`payment_types?_filter=${json({ name: 'External' })}`);
  expect(found.body.results[0]!.id).toBe(idIn(external));
  const made = await wire.post('sales/tickets', {
    public_id: 'OLD-1',
    station_id: 100001,
    customer_id: ledger.customers[3]!.id,
    created_at: '2026-10-05T15:00:00Z',
    completed_at: '2026-10-05T15:00:00Z',
    sales_rep: 'Pat',
    item_lines: [{ type: 'ItemLine', item_id: item.id, unit_price: 20, qty: 2 }],
    tax_lines: [{ type: 'TaxLine', description: 'Sales Tax', value: 3 }],
    payments: [{ type: 'Payments::ExternalPayment', payment_type_id: idIn(external), amount: 43 }],
    affect_inventory: false,
    recalculate: false,
    status: 'complete',
  });
  expect((await wire.get(made.location!)).body).toMatchObject({
    public_id: 'OLD-1',
    status: 'complete',
    total: 43,
    balance: 0,
    sales_rep: 'Pat',
    completed_at: '2026-10-05T15:00:00+00:00',
    local_completed_at: '2026-10-05T10:00:00-05:00',
  });
  expect((await wire.get(stock)).body.results[0]).toEqual(before);
  const day = await wire.get(
    'reporting/analyzer?metrics[]=source_sales.net_sales&start_date=2026-10-05&end_date=2026-10-05',
  );
  expect(day.body.results[0]!['source_sales.net_sales']).toBe(40);
});

test('a ticket that is not paid, or names what is not there, is refused by name', async () => {
  const short = await wire.post('sales/tickets', {
    station_id: 100001,
    item_lines: [{ item_id: 100005, unit_price: 20, qty: 1 }],
    payments: [{ amount: 1 }],
    status: 'complete',
  });
  expect(short.body).toMatchObject({ error: 'payment_error', message: expect.any(String) });
  const unknown = await wire.post('sales/tickets', {
    station_id: 100001,
    item_lines: [{ item_id: 5, qty: 1 }],
  });
  expect(unknown.body).toMatchObject({
    error: 'validation_error',
    details: { item_id: ['does not exist'] },
  });
});

test('a physical count brings stock to what was counted', async () => {
  const item = wire.heartland.ledger.items[14]!;
  const where = json({ $or: [{ name: 'Downtown' }, { public_id: 'Downtown' }] });
  const [location] = (await wire.get(`locations?_filter=${where}`)).body.results;
  const reason = await wire.post('reason_codes/inventory_adjustment_reasons', {
    name: 'Initial Import',
  });
  const count = await wire.post('inventory/physical_counts', {
    adjustment_reason_id: idIn(reason),
    description: 'Initial Import',
    location_id: location!.id,
    scope: 'full',
  });
  const batch = await wire.post(`${count.location}/batches`, { description: 'Initial Import' });
  await wire.put(count.location!, { status: 'counting' });
  const line = { item_lookup: item.publicId, qty: 17 };
  expect((await wire.post(`${batch.location}/lines`, line)).status).toBe(201);
  for (const status of ['finalizing', 'accepted'])
    expect((await wire.put(count.location!, { status })).status).toBe(200);
  const query = `group[]=item_id&group[]=location_id&item_id=${item.id}&location_id=${location!.id}`;
  const stock = await wire.get(`inventory/values?${query}`);
  expect(stock.body.results[0]!.qty_on_hand).toBe(17);
});
