import { onTestFinished } from 'vitest';
import { processEvents } from '../../pipelines/orders/process-events.ts';
import { receiveEvent } from '../../pipelines/orders/webhook.ts';
import type { Work } from '../../pipelines/run/work.ts';
import { startLocallyApi } from '../stand-ins/locally/locally-api.ts';
import { linesOf, NOW, type RunOptions, scene } from './scene.ts';

export const TOKEN = 'station-made-this-key';
/** The short event of Locally's webhooks. */
export const thin = (over: object = {}) => ({
  upc: '601842495575',
  order_id: 'QE3QL6',
  status: 'confirmed',
  order_url: 'https://www.locally.com/api/v2/cart/QE3QL6',
  ...over,
});

export function cart(upc: string, qty: number, storeId = '12345') {
  return {
    hash: 'QE3QL6',
    store_id: storeId,
    created_at: '2026-11-21T18:01:30Z',
    items: [{ upc, qty, price_per_unit: 10.99 }],
  };
}

export function settings(api: { baseUrl: string; token: string }) {
  return { webhook: { token: TOKEN }, api: { token: api.token, base_url: api.baseUrl } };
}

/** A store that gets orders, and one of its products with at least five units. */
export async function shop() {
  const base = await scene({ locally: { filter: {} } });
  const api = await startLocallyApi();
  onTestFinished(() => api.close());
  const { ledger } = base.heartland;
  const location = ledger.locations[0]!.id;
  const item = ledger.items.find(
    each =>
      each.custom.upc?.startsWith('7') &&
      !each.allowsFractionalQty &&
      ledger.account.onHand(each.id, location) >= 5 &&
      ledger.items.filter(other => other.custom.upc === each.custom.upc).length === 1,
  )!;
  const upc = item.custom.upc!;
  const orders = settings(api);
  const within = <T>(options: RunOptions, job: (work: Work) => Promise<T>) =>
    base.within({ locally: { filter: {}, orders }, ...options }, job);
  const feed = async (options: RunOptions = {}) => {
    const result = await base.run({
      locally: { filter: {}, orders, max_age_minutes: 0 },
      ...options,
    });
    const line = linesOf(await base.ftp.read('12345.csv')).find(each =>
      each.startsWith(`${upc},`),
    )!;
    return { result, qty: Number(line.split(',')[1]) };
  };
  return {
    ...base,
    api,
    upc,
    itemId: item.id,
    orders,
    within,
    feed,
    inStock: (await feed()).qty,
    post: (body: unknown, token: string | undefined = TOKEN) =>
      within({}, work =>
        receiveEvent(
          work.warehouse,
          work.configuration.locally!.orders!,
          {
            method: 'POST',
            headers: { 'locally-webhook-token': token === 'none' ? undefined : token },
            body: Buffer.from(
              typeof body === 'string'
                ? body
                : JSON.stringify({
                    ...(body as object),
                    ...('order_url' in (body as object) &&
                      (body as { order_url?: string }).order_url?.startsWith(
                        'https://www.locally.com',
                      ) && { order_url: `${api.baseUrl}/api/v2/cart/QE3QL6` }),
                  }),
            ),
          },
          NOW,
        ),
      ),
    process: () =>
      within({}, work =>
        processEvents(
          work.warehouse,
          work.configuration,
          work.configuration.locally!.orders!,
          new AbortController().signal,
        ),
      ),
    /** Processes messages as `serve` does, so many ms after the scene's time. */
    processAt: (ms: number) =>
      within({}, work =>
        processEvents(
          work.warehouse,
          work.configuration,
          work.configuration.locally!.orders!,
          new AbortController().signal,
          { now: new Date(NOW.getTime() + ms), asksAll: false },
        ),
      ),
    events: () =>
      within({}, work =>
        work.warehouse.query<{ body: Buffer; problem: string | null }>(
          'select body, problem from _locally_events order by event_id',
        ),
      ),
  };
}
