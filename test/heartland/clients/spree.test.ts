/** spark-solutions/spree_springboard: stock, orders, invoices, returns and gift cards of a shop's web site. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { idIn, openWire, type Wire } from './wire.ts';

let wire: Wire;
beforeAll(async () => {
  wire = await openWire();
});
afterAll(() => wire.heartland.close());

const json = (value: unknown) => encodeURIComponent(JSON.stringify(value));

test('stock by item and location in one go, and the feed of what moved since', async () => {
  const location = 100001;
  const stock = await wire.get(
    '/api/inventory/values?_filter=' +
      `${json({ location_id: location })}&group[]=item_id&group[]=location_id&per_page=all`,
  );
  expect(stock.body.results.length).toBe(stock.body.total);
  expect(stock.body.results[0]).toMatchObject({
    location_id: location,
    qty_available: expect.any(Number),
  });
  // The newest transaction is the one on the last page of one row each.
  const feed = `/api/inventory/transactions?location_id=${location}&per_page=1`;
  const { total } = (await wire.get(feed)).body;
  const [newest] = (await wire.get(`${feed}&page=${total}`)).body.results;
  const after = (Number(newest!.id) - 40).toString();
  const moved = await wire.get(
    `/api/inventory/transactions?per_page=500&location_id=${location}` +
      `&_filter={"id":{"$gt":${after}},"delta_qty_committed":{"$neq":null}}`,
  );
  for (const { delta_qty_committed: delta } of moved.body.results) expect(delta).not.toBeNull();
});

test('returns of the last days, by type, day and a list of locations', async () => {
  const { body } = await wire.get(
    'sales/tickets?_filter[type][$eq]=Return&per_page=all&_filter[created_at][$gt]=2026-11-01' +
      '&_filter[source_location_id][$in][]=100001&_filter[source_location_id][$in][]=100002',
  );
  expect(body.total).toBeGreaterThan(0);
  for (const ticket of body.results) {
    expect(ticket).toMatchObject({ type: 'Return' });
    expect([100001, 100002]).toContain(ticket.source_location_id);
  }
  const lines = await wire.get(`sales/tickets/${body.results[0]!.id}/lines?per_page=all`);
  const goods = lines.body.results.filter(({ type }) => type === 'ItemLine');
  for (const { qty } of goods) expect(qty).toBeLessThan(0);
});

test('an order goes from pending over open to invoiced, and the stock goes with it', async () => {
  const item = wire.heartland.ledger.items[10]!;
  const stockAt = async () => {
    const at = `item_id=${item.id}&location_id=100001`;
    const query = `group[]=item_id&group[]=location_id&${at}`;
    return (await wire.get(`inventory/values?${query}`)).body.results[0]!;
  };
  const before = await stockAt();
  const customer = await wire.post('customers', { first_name: 'Ida', email: 'ida@example.com' });
  const customerId = idIn(customer);
  const address = await wire.post(`customers/${customerId}/addresses`, {
    first_name: 'Ida',
    line_1: '1 Lake Street',
    city: 'Chicago',
    state: 'IL',
    country: 'US',
    postal_code: '60601',
  });
  expect((await wire.get(address.location!)).body).toMatchObject({ city: 'Chicago' });
  const made = await wire.post('sales/orders', {
    customer_id: customerId,
    billing_address_id: idIn(address),
    shipping_charge: 5,
    status: 'pending',
    sales_rep: 'Ecommerce',
    source_location_id: 100001,
    station_id: 100001,
    custom: { ecommerce_number: 'R100' },
  });
  const order = made.location!;
  const line = await wire.post(`${order}/lines`, {
    item_id: item.id,
    qty: 2,
    adjusted_unit_price: 10,
    original_unit_price: 12,
    ship_from_location_id: 100001,
  });
  await wire.post(`${order}/taxes`, { description: 'State', value: 1.5 });
  const taxes = await wire.get(`${order}/taxes?per_page=1000`);
  expect(taxes.body.results.map(({ value }) => value)).toEqual([1.5]);

  const unpaid = await wire.put(order, { status: 'open' });
  expect(unpaid.body).toMatchObject({ error: 'payment_error' });
  const { total } = (await wire.get(order)).body;
  await wire.post(`${order}/payments`, {
    amount: Number(total) + 5,
    deposit: true,
    type: 'CustomPayment',
    payment_type_id: 100002,
  });
  expect(await wire.put(order, { status: 'open' })).toMatchObject({ status: 200, text: '' });
  expect(Number((await stockAt()).qty_committed)).toBe(Number(before.qty_committed) + 2);

  const invoice = await wire.post('/api/sales/invoices', {
    customer_id: customerId,
    order_id: idIn(made),
    station_id: 100001,
    source_location_id: 100001,
  });
  await wire.post(`${invoice.location}/lines`, { type: 'ItemLine', qty: 2, item_id: item.id });
  expect((await wire.put(invoice.location!, { status: 'complete' })).status).toBe(200);
  expect((await wire.get(invoice.location!)).body).toMatchObject({
    status: 'complete',
    order_id: idIn(made),
  });
  expect((await wire.get(order)).body.status).toBe('closed');
  expect((await wire.get(line.location!)).body).toMatchObject({ qty_open: 0, qty_invoiced: 2 });
  const after = await stockAt();
  expect(Number(after.qty_on_hand)).toBe(Number(before.qty_on_hand) - 2);
  expect(Number(after.qty_committed)).toBe(Number(before.qty_committed));
});

test('a gift card is found by its number, and its balance follows its adjustments', async () => {
  const reasons = await wire.get('reason_codes/gift_card_adjustment_reasons');
  const made = await wire.post('gift_cards', {
    number: 'WEB-77',
    balance: 30.25,
    reason_id: reasons.body.results[0]!.id,
  });
  expect(made.location).toBe('/api/gift_cards/WEB-77');
  const card = (await wire.get('gift_cards/WEB-77')).body;
  expect(card).toMatchObject({ number: 'WEB-77', balance: 30.25 });
  const spent = { gift_card_id: card.id, reason_id: 100001, delta_balance: -10.2 };
  expect((await wire.post('gift_card/adjustments', spent)).status).toBe(201);
  expect((await wire.get('gift_cards/WEB-77')).body.balance).toBe(20.05);
  const found = await wire.get(`gift_cards?_filter=${json({ number: { $in: ['WEB-77'] } })}`);
  expect(found.body.total).toBe(1);
});
