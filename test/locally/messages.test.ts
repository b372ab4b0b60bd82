import { describe, expect, test } from 'vitest';
import { afterBusinessHours } from '../../transforms/locally/business-hours.ts';
import { readOrder } from '../../transforms/locally/order-event.ts';
import { NOW } from './scene.ts';
import { cart, shop, thin } from './shop.ts';

const later = (ms: number) => ({ now: new Date(NOW.getTime() + ms) });
const HOUR_MS = 3_600_000;

describe('a message that cannot be used', () => {
  test('is closed with the reason, and the others are processed', async () => {
    const { upc, post, feed, inStock, api, events, within } = await shop();
    api.carts.set('QE3QL6', cart(upc, 2));
    const bad = [
      [{ upc: 'a\0b' }, 'UPC has characters'],
      [{ status: '\0' }, 'status has characters'],
      [{ upc: 'a\ud800' }, 'UPC has characters'],
      [{ upc: 'x'.repeat(5000) }, 'UPC has 5000 characters'],
      [{ placed_at: '+275760-09-13T00:00:00Z' }, 'placed on +275760-09-13'],
      [{ placed_at: '2099-01-01T00:00:00Z' }, 'placed on 2099-01-01'],
      [{ placed_at: '1970-01-01' }, 'placed on 1970-01-01'],
    ] as const;
    for (const [n, [over, reason]] of bad.entries()) {
      const answer = await post(thin({ order_id: `BAD${n}`, upc, ...over }));
      expect(answer).toMatchObject({ status: 400, body: expect.stringContaining(reason) });
    }
    await post(thin({ upc }));
    // As an older version stored them, which did not check messages on arrival.
    await within({}, work =>
      work.warehouse.query('update _locally_events set processed_at = null, problem = null'),
    );

    const { qty, result } = await feed();

    expect(qty).toBe(inStock - 2);
    expect((await events()).map(({ problem }) => problem)).toEqual([
      ...bad.map(([, reason]) => expect.stringContaining(reason)),
      null,
    ]);
    const unusable = result.problems.filter(({ kind }) => kind === 'order_message_unusable');
    expect(unusable.map(({ fix }) => /BAD\d/.exec(fix)?.[0]).toSorted()).toEqual(
      bad.map((_, n) => `BAD${n}`),
    );
  });

  test('a cart that no database can store is ignored, and the message counts', async () => {
    const { upc, post, feed, inStock, api } = await shop();
    for (const [id, wrong] of [
      ['NUL', { note: 'a\0b' }],
      ['FAR', { created_at: '+275760-09-13T00:00:00Z' }],
    ] as const) {
      api.carts.set(id, { ...cart(upc, 3), hash: id, ...wrong });
      await post(thin({ upc, order_id: id, order_url: undefined }));
    }

    const { qty, result } = await feed();

    expect(qty).toBe(inStock - 2);
    expect(result.problems.filter(({ kind }) => kind === 'order_message_unusable')).toHaveLength(2);
  });

  test('a deadline in the far future does not loop forever', () => {
    const always = { open: '00:00', close: '00:01', days: ['mon'] } as const;
    const from = (at: Date | number) => () =>
      afterBusinessHours(new Date(at), 72, always, 'America/Chicago');

    expect(from(8.64e15)).toThrow(RangeError);
    expect(from(Number.NaN)).toThrow(RangeError);
    expect(from(NOW)().getFullYear()).toBe(2109);
  });

  test.each([
    ['2026-11-21 18:00:00', '2026-11-21T18:00:00.000Z'],
    ['2026-11-21T12:00:00-06:00', '2026-11-21T18:00:00.000Z'],
    ['Sat, 21 Nov 2026 18:00:00 GMT', '2026-11-21T18:00:00.000Z'],
    ['1795284000', '2026-11-21T18:00:00.000Z'],
    ['0000-00-00 00:00:00', undefined],
    ['8', undefined],
  ])('the time %s is read the same on every machine', (placed_at, expected) => {
    expect(readOrder(thin({ placed_at }))?.placedAt?.toISOString()).toBe(expected);
  });
});

describe('while Locally’s API is down', () => {
  test('carts are requested by time, not by message, and all arrive when it is back', async () => {
    const { upc, post, feed, inStock, api, processAt, events } = await shop();
    api.status = 503;
    const ids = Array.from({ length: 10 }, (_, n) => `O${n}`);
    for (const [n, id] of ids.entries()) {
      api.carts.set(id, { ...cart(upc, n === 7 ? 3 : 0), hash: id });
      await post(thin({ upc, order_id: id, order_url: undefined }));
      await processAt(n * 1000);
    }

    expect(api.requests.length).toBeLessThanOrEqual(3 * 10);
    expect((await feed(later(10_000))).result.problems).toContainEqual(
      expect.objectContaining({
        kind: 'order_cart_waiting',
        description: expect.stringContaining('The cart of order O7 is not known yet'),
      }),
    );
    api.status = undefined;
    await processAt(HOUR_MS);

    expect((await feed(later(HOUR_MS))).qty).toBe(inStock - 3);
    expect((await events()).filter(({ problem }) => problem !== null)).toEqual([]);
  });

  test('one pass sends a few requests, however many carts are missing', async () => {
    const { upc, post, api, processAt, within } = await shop();
    api.status = 503;
    for (let n = 0; n < 12; n++) await post(thin({ upc, order_id: `O${n}`, order_url: undefined }));

    await processAt(0);

    expect(api.requests).toHaveLength(3);
    const rows = await within({}, work => work.warehouse.query('select from locally_order_lines'));
    expect(rows).toHaveLength(12);
  });

  test('a cart is given up after three days, and reported until the order no longer counts', async () => {
    const { upc, post, feed, inStock, api, processAt } = await shop();
    api.status = 503;
    await post(thin({ upc, order_url: undefined }));
    await processAt(0);
    await processAt(73 * HOUR_MS);
    api.status = undefined;
    api.carts.set('QE3QL6', cart(upc, 3));
    const requests = api.requests.length;

    const { qty, result } = await feed(later(74 * HOUR_MS));

    expect(api.requests).toHaveLength(requests);
    expect(qty).toBe(inStock - 1);
    expect(result.problems).toContainEqual(
      expect.objectContaining({
        kind: 'order_cart_given_up',
        description: expect.stringContaining('QE3QL6'),
        fix: expect.stringContaining('A new message about it requests the cart again'),
      }),
    );
    await post(thin({ upc, order_url: undefined }));
    const again = await feed(later(75 * HOUR_MS));
    expect(again.qty).toBe(inStock - 3);
    expect(again.result.problems.map(({ kind }) => kind)).not.toContain('order_cart_given_up');
  });
});
