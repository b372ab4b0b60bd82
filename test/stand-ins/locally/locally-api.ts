import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A stand-in for Locally's API: carts by order id, and what it shows of each store's stock. */
export interface LocallyApiServer {
  readonly baseUrl: string;
  readonly token: string;
  /** Cart by order id; change it at any time. */
  readonly carts: Map<string, object>;
  /** Requested paths. */
  readonly requests: string[];
  /** Whether it shows a product as in stock; undefined where it is unknown. */
  shown: (locallyId: string, upc: string) => boolean | undefined;
  /** Answers everything with this status. */
  status: number | undefined;
  /** Accepts requests and never answers. */
  isSilent: boolean;
  close(): Promise<void>;
}

export async function startLocallyApi(): Promise<LocallyApiServer> {
  const carts = new Map<string, object>();
  const requests: string[] = [];
  const token = 'locally-api-secret';
  const server = createServer((request, response) => {
    requests.push(request.url ?? '');
    if (api.isSilent) return;
    const url = new URL(request.url ?? '/', 'http://locally');
    if (url.pathname === '/headless/api/1.0/conversion/store_data') {
      const { upc = '', only_store_id: store = '' } = Object.fromEntries(url.searchParams);
      const shown = api.shown(store, upc);
      const isKnown = request.headers['locally-api-token'] === token && api.status === undefined;
      response.statusCode = isKnown ? 200 : 401;
      const marker = { id: Number(store), name: 'Store', in_stock: shown };
      response.end(JSON.stringify({ markers: shown === undefined ? [] : [marker] }));
      return;
    }
    const id = /^\/api\/v2\/cart\/(\w+)$/.exec(request.url ?? '')?.[1];
    const cart = id === undefined ? undefined : carts.get(id);
    const isAllowed = request.headers['locally-api-token'] === token;
    response.statusCode = api.status ?? (isAllowed ? (cart === undefined ? 404 : 200) : 401);
    response.end(JSON.stringify(response.statusCode === 200 ? cart : { error: 'no' }));
  });
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const api: LocallyApiServer = {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token,
    carts,
    requests,
    shown: () => undefined,
    status: undefined,
    isSilent: false,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return api;
}
