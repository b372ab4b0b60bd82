import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { now } from '../../setup/clock.ts';
import type { Heartland } from '../heartland/server.ts';

export interface SalesOrderLine {
  readonly item_id: number;
  readonly qty: number;
  qty_invoiced?: number;
}

export interface SalesOrder {
  readonly id: number;
  readonly customer_id: number;
  readonly station_id: number;
  readonly source_location_id: number;
  status: 'pending' | 'open' | 'canceled' | 'closed';
  readonly created_at: string;
  shipping_charge?: number;
  readonly lines: SalesOrderLine[];
  readonly payments: object[];
}

/** The stand-in Heartland with sales orders that can be created and changed. */
export interface SellingHeartland {
  readonly baseUrl: string;
  readonly token: string;
  readonly orders: SalesOrder[];
  /** What happens to the next write requests, one each. */
  readonly next: ('refuse' | 'lose the answer' | 'die before')[];
  /** Answers 404 for the payments of a sales order, whose path is documented for adding only. */
  hidesPayments: boolean;
  /** Answers for the lines of a sales order in an undocumented form. */
  garblesLines: boolean;
  /** All `PUT` requests, accepted or not. */
  readonly puts: { readonly path: string; readonly body: object }[];
  close(): Promise<void>;
}

/** Attributes of a sales order that a request may name (Heartland API, "Sales Order"). */
const ATTRIBUTES = [
  ...['customer_id', 'station_id', 'source_location_id', 'status', 'sales_rep', 'recalculate'],
  ...['shipping_method_id', 'shipping_charge', 'billing_address_id', 'shipping_address_id'],
  'gift_cards',
];
const STATUSES = ['pending', 'open', 'canceled', 'closed'];

export async function startSellingHeartland(heartland: Heartland): Promise<SellingHeartland> {
  const orders: SalesOrder[] = [];
  const next: SellingHeartland['next'] = [];
  const puts: { path: string; body: object }[] = [];

  const server = createServer(async (request, response) => {
    const path = new URL(request.url!, 'http://x').pathname;
    const [, id, list] = /^\/api\/sales\/orders\/(\d+)(?:\/(lines|payments))?\/?$/.exec(path) ?? [];
    const order = orders.find(each => each.id === Number(id));
    const answer = (status: number, body: unknown, location?: string) => {
      response.writeHead(status, location === undefined ? {} : { location });
      response.end(body === undefined ? '' : JSON.stringify(body));
    };
    if (request.method !== 'GET') {
      const record = JSON.parse(await textOf(request));
      if (request.method === 'PUT') puts.push({ path, body: record });
      const fate = next.shift();
      if (fate === 'die before') return void request.socket.destroy();
      if (fate === 'refuse') return answer(400, { error: 'bad_request', message: 'no' });
      const done = request.method === 'PUT' ? change(order, record) : make(path, order, record);
      if (fate === 'lose the answer') return void request.socket.destroy();
      return answer(done.status, done.body, done.location);
    }
    if (list === 'payments' && selling.hidesPayments) {
      return answer(404, { error: 'not_found', message: 'Not found' });
    }
    if (list === 'lines' && selling.garblesLines) return answer(200, { lines: [] });
    if (path === '/api/sales/orders' || list !== undefined) {
      const rows =
        order === undefined ? orders : list === 'lines' ? linesOf(order) : order.payments;
      return answer(200, { total: rows.length, pages: 1, results: rows });
    }
    if (id !== undefined) {
      if (order === undefined) return answer(404, { error: 'not_found', message: 'Not found' });
      const { lines: _, payments: __, ...shown } = order;
      return answer(200, shown);
    }
    const passed = await fetch(new URL(request.url!, heartland.baseUrl), {
      headers: { authorization: request.headers.authorization ?? '' },
    });
    response.writeHead(passed.status, { 'content-type': 'application/json' });
    response.end(await passed.text());
  });
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const selling: SellingHeartland = {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`,
    token: heartland.token,
    orders,
    next,
    puts,
    hidesPayments: false,
    garblesLines: false,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return selling;

  function make(path: string, order: SalesOrder | undefined, record: object): Done {
    if (order !== undefined) {
      order.lines.push(record as SalesOrderLine);
      return { status: 201, location: `${path}/${order.lines.length}` };
    }
    const id = 136_177 + orders.length;
    orders.push({
      ...({ id, ...record, status: 'pending' } as SalesOrder),
      ...{ created_at: now().toISOString(), lines: [], payments: [] },
    });
    return { status: 201, location: `/api/sales/orders/${id}` };
  }
}

interface Done {
  readonly status: number;
  readonly body?: object;
  readonly location?: string;
}

/** "Update a sales order": a valid subset of its attributes, and 200 without a body. */
function change(order: SalesOrder | undefined, record: Readonly<Record<string, unknown>>): Done {
  if (order === undefined) return refusal(404, 'Not found');
  const unknown = Object.keys(record).find(name => !ATTRIBUTES.includes(name));
  if (unknown !== undefined) return refusal(400, `${unknown} is not an attribute`);
  const { status } = record;
  if (status !== undefined && !STATUSES.includes(String(status))) {
    return refusal(400, `${status} is not a status`);
  }
  // "You can cancel an order as long as it does not have any completed invoices against it."
  if (status === 'canceled' && order.lines.some(line => (line.qty_invoiced ?? 0) > 0)) {
    return refusal(400, 'The order has completed invoices');
  }
  // "Before an order can be moved to the Open status, you must have sufficent payments."
  if (status === 'open' && order.payments.length === 0) return refusal(400, 'Payments are missing');
  Object.assign(order, record);
  return { status: 200 };
}

function refusal(status: number, message: string): Done {
  return { status, body: { error: status === 404 ? 'not_found' : 'bad_request', message } };
}

function linesOf({ id, lines }: SalesOrder): readonly object[] {
  return lines.map((line, n) => ({
    ...{ id: n + 1, order_id: id, qty_invoiced: 0, ...line },
    qty_open: line.qty - (line.qty_invoiced ?? 0),
  }));
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
