import { describe, expect, test } from 'vitest';
import { tooWide } from '../stand-ins/heartland/wide-window.ts';
import { type SmallAccount, smallAccount } from './small-account.ts';

/** Writes one record as any client of the API does, and gives where it is. */
async function post({ heartland }: SmallAccount, path: string, body: object): Promise<string> {
  const response = await send(heartland, 'POST', path, body);
  expect(response.status, await response.text()).toBe(201);
  return response.headers.get('location')!.replace(/^\/api\//, '');
}

async function put({ heartland }: SmallAccount, path: string, body: object): Promise<void> {
  const response = await send(heartland, 'PUT', path, body);
  expect(response.status, await response.text()).toBe(200);
}

function send(
  { baseUrl, token }: SmallAccount['heartland'],
  method: string,
  path: string,
  body: object,
): Promise<Response> {
  return fetch(`${baseUrl}/${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

const STREAMS = [
  ...['locations', 'items', 'customers', 'inventory_values', 'tickets', 'sales_orders'],
  ...['gift_cards', 'custom_fields'],
];

const idOf = (path: string) => path.split('/').at(-1)!;

describe.concurrent('an account that behaves as live ones do', () => {
  test('what somebody writes over the API is in the warehouse after the next sync', async () => {
    const account = await smallAccount();
    const { ledger } = account.heartland;
    await account.sync(STREAMS);
    const item = await post(account, 'items', {
      description: 'Wool scarf',
      cost: 8.5,
      price: 25,
      public_id: 'SCARF-1',
      custom: { upc: '036000291452', class_code: '210' },
    });
    const customer = await post(account, 'customers', { first_name: 'Ida', last_name: 'Noyes' });
    const set = await post(account, 'inventory/adjustment_sets', {
      adjustment_reason_id: 100001,
      location_id: 100001,
    });
    await post(account, `${set}/lines`, { item_id: idOf(item), qty: 6, unit_cost: 8.5 });
    const ticket = await post(account, 'sales/tickets', {
      type: 'Ticket',
      station_id: 100001,
      customer_id: idOf(customer),
    });
    await post(account, `${ticket}/item_lines`, { item_id: idOf(item), qty: 2 });
    await post(account, `${ticket}/payments`, { type: 'Payments::CashPayment', amount: 54.13 });
    await put(account, ticket, { status: 'complete' });
    const order = await post(account, 'sales/orders', {
      customer_id: idOf(customer),
      station_id: 100001,
      source_location_id: 100001,
    });
    await post(account, `${order}/lines`, { item_id: idOf(item), qty: 1 });
    await post(account, `${order}/payments`, { type: 'CashPayment', deposit: true, amount: 27.07 });
    await put(account, order, { status: 'open' });
    await post(account, 'gift_cards', { number: 'WEB-1', balance: 40, reason_id: 1 });
    const field = await post(account, 'custom_fields', {
      group_id: 'customer',
      name: 'Store Credit',
      validation_type: 'text',
    });
    await put(account, `items/${ledger.items[3]!.id}`, { price: 19.99, active: false });

    expect((await account.sync(STREAMS)).failures).toEqual({});
    const one = async (sql: string) => (await account.warehouse.query(sql))[0];
    expect(
      await one(
        `select description, cost::text, price::text, custom ->> 'upc' as upc, public_id
       from items where id = ${idOf(item)}`,
      ),
    ).toEqual({
      description: 'Wool scarf',
      cost: '8.5',
      price: '25',
      upc: '036000291452',
      public_id: 'SCARF-1',
    });
    expect(await one(`select price::text from items where id = ${ledger.items[3]!.id}`)).toEqual({
      price: '19.99',
    });
    const stock = await one(
      `select qty_on_hand::text, qty_committed::text, qty_available::text
     from inventory_values where item_id = ${idOf(item)} and location_id = 100001`,
    );
    expect(stock).toEqual({ qty_on_hand: '4', qty_committed: '1', qty_available: '3' });
    const sold = await one(
      `select status, total::text, customer_id::text from tickets where id = ${idOf(ticket)}`,
    );
    expect(sold).toEqual({ status: 'complete', total: '54.13', customer_id: idOf(customer) });
    expect(await one(`select status from sales_orders where id = ${idOf(order)}`)).toEqual({
      status: 'open',
    });
    expect(await account.warehouse.query('select balance::text from gift_cards')).toContainEqual({
      balance: '40',
    });
    expect(await one(`select key from custom_fields where id = ${idOf(field)}`)).toEqual({
      key: 'store_credit',
    });
  });

  test('windows of tickets that Heartland finds too wide are asked for in parts, and all arrive', async () => {
    const account = await smallAccount({ heartlandConfiguration: { max_wait_ms: 200 } });
    const { faults, ledger } = account.heartland;
    const refusing = faults.add(tooWide('sales/tickets', 8, () => ledger.now));
    expect((await account.sync(['tickets'])).failures).toEqual({});
    expect(refusing.fired).toBeGreaterThan(0);
    const [row] = await account.warehouse.query('select count(*)::int as tickets from tickets');
    const asked = new URLSearchParams({ per_page: '1' });
    const { baseUrl, token } = account.heartland;
    const whole = await fetch(`${baseUrl}/sales/tickets?${asked}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(row!.tickets).toBe(((await whole.json()) as { total: number }).total);
  });

  test('more rows than a page may hold: every row arrives, whatever the server cuts a page down to', async () => {
    const account = await smallAccount({ perPageCap: 7 });
    expect((await account.sync(['locations', 'items'])).failures).toEqual({});
    const { ledger } = account.heartland;
    const [row] = await account.warehouse.query('select count(*)::int as items from items');
    expect(row).toEqual({ items: ledger.items.length });
  });
});
