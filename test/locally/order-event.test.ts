import { describe, expect, test } from 'vitest';
import { afterBusinessHours } from '../../transforms/locally/business-hours.ts';
import { readOrder } from '../../transforms/locally/order-event.ts';
import { orderPhase } from '../../transforms/locally/order-phase.ts';
import { thin } from './shop.ts';

test.each([
  ['ordered', 'ordered'],
  ['sent_to_store', 'ordered'],
  ['out_for_delivery', 'ordered'],
  ['a word never seen', 'ordered'],
  ['unconfirmed', 'ordered'],
  ['awaiting_confirmation', 'ordered'],
  ['pending-confirmed', 'ordered'],
  ['not ready', 'ordered'],
  ['cancellation requested', 'ordered'],
  ['confirmed', 'confirmed'],
  ['Ready for pickup', 'confirmed'],
  ['in_stock', 'confirmed'],
  ['partially refunded', 'confirmed'],
  ['picked_up', 'completed'],
  ['completed', 'completed'],
  ['not in stock', 'ended'],
  ['out_of_stock', 'ended'],
  ['declined', 'ended'],
  ['auto-cancelled', 'ended'],
  ['Canceled', 'ended'],
  ['cancel', 'ended'],
  ['COMPLETE', 'completed'],
  ['refunded', 'ended'],
])('the status %s means %s', (status, phase) => {
  expect(orderPhase(status)).toBe(phase);
});

test('eight business hours pass only while the store is open', () => {
  const hours = {
    open: '10:00',
    close: '18:00',
    days: ['mon', 'tue', 'wed', 'thu', 'fri'],
  } as const;
  const after = (from: string, count = 8) =>
    afterBusinessHours(new Date(from), count, hours, 'America/Chicago').toISOString();
  // Friday 16:00 in Chicago: two hours on Friday, six on Monday.
  expect(after('2026-11-20T22:00:00Z')).toBe('2026-11-23T22:00:00.000Z');
  expect(after('2026-11-21T12:00:00Z')).toBe('2026-11-24T00:00:00.000Z');
  expect(after('2026-11-20T12:00:00Z', 1)).toBe('2026-11-20T17:00:00.000Z');
  // Over the start of daylight saving time.
  expect(after('2026-03-06T23:00:00Z', 2)).toBe('2026-03-09T16:00:00.000Z');
});

describe('what Locally sends', () => {
  test('the short event of its webhooks is read', () => {
    expect(readOrder(thin())).toMatchObject({
      orderId: 'QE3QL6',
      status: 'confirmed',
      isComplete: false,
      lines: [{ upc: '601842495575', qty: undefined }],
    });
  });

  test('a cart is read by the names of the headless API, a product on two lines as one', () => {
    const cart = {
      cart: { hash: 'OV9', store_id: 12345, created_at: '2026-11-21T15:00:00Z', for_hold: 1 },
      items: [
        { upc: '43193256984', qty: 1, price_per_unit: 10.99 },
        { upc: '043193256984', qty: '2', price: '10.99' },
        { qty: 1 },
      ],
    };
    expect(readOrder(cart)).toEqual({
      orderId: 'OV9',
      locallyId: '12345',
      status: undefined,
      placedAt: new Date('2026-11-21T15:00:00Z'),
      orderUrl: undefined,
      lines: [{ upc: '043193256984', qty: '3', price: '10.99', status: undefined }],
      isComplete: true,
    });
  });

  test.each([
    null,
    7,
    'text',
    [],
    {},
    { order_id: '../../admin' },
    { order_id: {} },
    { order_id: '' },
  ])('%j names no order', message => {
    expect(readOrder(message)).toBeUndefined();
  });
});
