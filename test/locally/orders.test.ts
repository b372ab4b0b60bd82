import { lastValueFrom } from 'rxjs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openOrders } from '../../pipelines/orders/open-orders.ts';
import { sync } from '../../pipelines/sync/sync.ts';
import { tickets } from '../../sources/heartland/streams/sales-documents.ts';
import { startLocallyApi } from '../stand-ins/locally/locally-api.ts';
import { NOW } from './scene.ts';
import { cart, settings, shop, TOKEN, thin } from './shop.ts';

describe('the webhook', () => {
  test('a wrong or missing token is refused and nothing is stored', async () => {
    const { post, events } = await shop();

    expect(await post(thin(), 'wrong')).toMatchObject({ status: 401 });
    expect(await post(thin(), 'none')).toMatchObject({ status: 401 });
    expect(await events()).toEqual([]);
  });

  test('an unreadable message is stored byte for byte, and answered with 400', async () => {
    const { post, events } = await shop();

    expect(await post('{"order_id": "Q', TOKEN)).toMatchObject({ status: 400 });
    expect(await events()).toMatchObject([
      { body: Buffer.from('{"order_id": "Q'), problem: 'names no order' },
    ]);
  });
});

describe('an open order', () => {
  test('holds its units back until it ends, even if messages arrive twice and in any order', async () => {
    const { upc, post, feed, inStock, api } = await shop();
    api.carts.set('QE3QL6', cart(upc, 2));
    await post(thin({ upc, status: 'confirmed' }));
    await post(thin({ upc, status: 'ordered' }));
    await post(thin({ upc, status: 'confirmed' }));

    const first = await feed();

    expect(first.qty).toBe(inStock - 2);
    expect(first.result.counts.find(each => each.reason === 'open_orders')).toMatchObject({
      items: 1,
      units: '2',
    });
    await post(thin({ upc, status: 'cancelled' }));
    await post(thin({ upc, status: 'confirmed' }));
    expect((await feed()).qty).toBe(inStock);
  });

  test('of another store holds nothing back here; of an unknown store it does in all', async () => {
    const { upc, post, feed, inStock, api } = await shop();
    api.carts.set('QE3QL6', cart(upc, 1, '12346'));
    await post(thin({ upc }));
    expect((await feed()).qty).toBe(inStock);

    api.carts.set('OV9', { hash: 'OV9', items: [{ upc, qty: 1 }] });
    await post(thin({ upc, order_id: 'OV9', order_url: undefined }));
    expect((await feed()).qty).toBe(inStock - 1);
  });

  test('is closed by a later sale in Heartland, and reopened when that is voided', async () => {
    const { upc, itemId, post, feed, inStock, api, heartland, within } = await shop();
    const { ledger } = heartland;
    const locationId = ledger.locations[0]!.id;
    const sale = { locationId, lines: [{ itemId, qty: 1 }] };
    ledger.sell(sale);
    await within({}, work => lastValueFrom(sync(work, [tickets])));
    ledger.advanceTo(NOW.getTime() + 60_000);
    api.carts.set('QE3QL6', cart(upc, 1));
    await post(thin({ upc }));
    expect((await feed()).qty).toBe(inStock - 1 - 1);

    ledger.advanceTo(NOW.getTime() + 3_600_000);
    const ticket = ledger.sell(sale);
    expect((await feed({ now: new Date(NOW.getTime() + 2 * 3_600_000) })).qty).toBe(inStock - 2);

    ledger.advanceTo(NOW.getTime() + 3 * 3_600_000);
    ledger.voidTicket(ticket.id);
    expect((await feed({ now: new Date(NOW.getTime() + 4 * 3_600_000) })).qty).toBe(
      inStock - 1 - 1,
    );
  });

  test('is not closed by a sale that is not in the pulled stock yet', async () => {
    const { upc, itemId, post, feed, inStock, api, heartland, within, orders } = await shop();
    const { ledger } = heartland;
    const sale = { locationId: ledger.locations[0]!.id, lines: [{ itemId, qty: 1 }] };
    await within({}, work => lastValueFrom(sync(work, [tickets])));
    api.carts.set('QE3QL6', cart(upc, 1));
    await post(thin({ upc }));
    await feed();
    ledger.advanceTo(NOW.getTime() + 10 * 60_000);
    ledger.sell(sale);

    const minutesLater = (minutes: number) =>
      feed({
        now: new Date(NOW.getTime() + minutes * 60_000),
        locally: { filter: {}, orders, max_age_minutes: 60 },
      });
    expect((await minutesLater(30)).qty).toBe(inStock - 1);
    expect((await minutesLater(120)).qty).toBe(inStock - 1);
    api.carts.set('OV9', { ...cart(upc, 1), hash: 'OV9' });
    await post(thin({ upc, order_id: 'OV9', order_url: undefined }));
    expect((await minutesLater(125)).qty).toBe(inStock - 2);
  });

  test('no longer counts after the configured days', async () => {
    const { upc, post, feed, inStock, api } = await shop();
    api.carts.set('QE3QL6', cart(upc, 1));
    await post(thin({ upc }));
    const later = new Date(NOW.getTime() + 15 * 86_400_000);
    expect((await feed({ now: later })).qty).toBe(inStock);
  });
});

describe('the cart', () => {
  test('is fetched only from Locally’s own host, whatever address the message has', async () => {
    const { upc, post, process, api, events } = await shop();
    const elsewhere = await startLocallyApi();
    onTestFinished(() => elsewhere.close());
    for (const order_url of [
      `${elsewhere.baseUrl}/api/v2/cart/QE3QL6`,
      `${api.baseUrl.replace('http://', 'http://user:pw@')}/api/v2/cart/QE3QL6`,
      `${api.baseUrl}.evil.example/api/v2/cart/QE3QL6`,
      `${api.baseUrl}/admin`,
      'file:///etc/passwd',
    ]) {
      await post(thin({ upc, order_url }));
    }

    const problems = await process();

    expect(problems).toHaveLength(5);
    expect(problems[0]).toContain('has a cart address on another host than Locally');
    expect([...elsewhere.requests, ...api.requests]).toEqual([]);
    expect((await events()).every(event => event.problem !== null)).toBe(true);
  });

  test('that cannot be fetched is requested again; meanwhile the message holds one unit back', async () => {
    const { upc, post, feed, inStock, api } = await shop();
    api.carts.set('QE3QL6', cart(upc, 3));
    api.status = 503;
    await post(thin({ upc }));

    expect((await feed()).qty).toBe(inStock - 1);
    api.status = undefined;
    expect((await feed()).qty).toBe(inStock - 3);
    const requests = api.requests.length;
    await feed();
    expect(api.requests).toHaveLength(requests);
  });
});

test('all waiting messages are processed before the feed is made', async () => {
  const { upc, post, feed, inStock, api, within } = await shop();
  api.carts.set('QE3QL6', cart(upc, 1));
  await post(thin({ upc }));
  await within({}, work =>
    work.warehouse.query(
      `insert into _locally_events (received_at, body)
       select received_at, convert_to(replace(convert_from(body, 'UTF8'), 'confirmed', 'word ' || n), 'UTF8')
       from _locally_events, generate_series(1, 449) as n`,
    ),
  );
  await post(thin({ upc, status: 'cancelled' }));

  expect((await feed()).qty).toBe(inStock);
  expect(api.requests).toHaveLength(451);
});

test('an unanswered order is reported before the deadline and after it', async () => {
  const { upc, post, process, within, feed, api } = await shop();
  api.carts.set('QE3QL6', { ...cart(upc, 1), created_at: '2026-11-21T16:00:00Z' });
  await post(thin({ upc, status: 'ordered' }));
  await process();
  const answerAt = (time: string) =>
    within({ locally: { orders: settings(api) } }, async work => {
      const { orders } = work.configuration.locally!;
      const [order] = await openOrders(work.warehouse, orders!, new Date(time));
      return order!.answer;
    });

  // Open from 10:00 to 18:00 in Chicago, so eight hours from 10:00 are over at 18:00.
  expect(await answerAt('2026-11-21T20:00:00Z')).toBe('due');
  expect(await answerAt('2026-11-21T22:00:00Z')).toBe('soon');
  expect(await answerAt('2026-11-22T00:00:01Z')).toBe('overdue');
  const { result } = await feed({ now: new Date('2026-11-22T01:00:00Z') });
  expect(result.problems[0]).toMatchObject({
    kind: 'order_unanswered',
    description: expect.stringContaining('QE3QL6'),
    fix: expect.stringContaining('The deadline was'),
  });
  await post(thin({ upc, status: 'confirmed' }));
  await process();
  expect(await answerAt('2026-11-22T00:00:01Z')).toBe('given');
});
