import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Heartland } from '../../heartland/server.ts';

export interface SalesOrder {
  readonly id: number;
  readonly customer_id: number;
  readonly station_id: number;
  readonly source_location_id: number;
  readonly status: 'pending';
  readonly created_at: string;
  readonly lines: { readonly item_id: number; readonly qty: number }[];
}

/** A Heartland account in which sales orders can be made; everything else is the stand-in's. */
export interface SellingHeartland {
  readonly baseUrl: string;
  readonly token: string;
  readonly orders: SalesOrder[];
  /** What happens to the next requests that make something, one each. */
  readonly next: ('refuse' | 'lose the answer' | 'die before')[];
  close(): Promise<void>;
}

export async function startSellingHeartland(heartland: Heartland): Promise<SellingHeartland> {
  const orders: SalesOrder[] = [];
  const next: SellingHeartland['next'] = [];

  const server = createServer(async (request, response) => {
    const path = new URL(request.url!, 'http://x').pathname;
    const line = /^\/api\/sales\/orders\/(\d+)\/lines$/.exec(path);
    const order = orders.find(each => each.id === Number(line?.[1]));
    const answer = (status: number, body: unknown, location?: string) => {
      response.writeHead(status, location === undefined ? {} : { location });
      response.end(body === undefined ? '' : JSON.stringify(body));
    };
    if (request.method === 'POST') {
      const record = JSON.parse(await textOf(request));
      const fate = next.shift();
      if (fate === 'die before') return void request.socket.destroy();
      if (fate === 'refuse') return answer(400, { error: 'bad_request', message: 'no' });
      let location: string;
      if (order === undefined) {
        const id = 136_177 + orders.length;
        orders.push({
          ...{ id, ...record, status: 'pending' },
          ...{ created_at: new Date().toISOString(), lines: [] },
        });
        location = `/api/sales/orders/${id}`;
      } else {
        order.lines.push(record);
        location = `${path}/${order.lines.length}`;
      }
      if (fate === 'lose the answer') return void request.socket.destroy();
      return answer(201, undefined, location);
    }
    if (path === '/api/sales/orders' || order !== undefined) {
      const results =
        order === undefined ? orders : order.lines.map((l, n) => ({ id: n + 1, ...l }));
      return answer(200, { total: results.length, pages: 1, results });
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
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`,
    token: heartland.token,
    orders,
    next,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
