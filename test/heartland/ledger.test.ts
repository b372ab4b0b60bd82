import { describe, expect, test } from 'vitest';
import { DIRT } from '../stand-ins/heartland/catalogue-facts.ts';
import { Ledger } from '../stand-ins/heartland/ledger/ledger.ts';

const ledger = new Ledger({ asOf: '2026-10-05' });

/** Adds up what the documents say has moved, without looking at any inventory transaction. */
function onHandByPapers(book: Ledger): Map<string, number> {
  const sums = new Map<string, number>();
  const move = (locationId: number, itemId: number, qty: number) => {
    const key = `${locationId}/${itemId}`;
    sums.set(key, (sums.get(key) ?? 0) + qty);
  };
  for (const document of book.receipts)
    if (document.status === 'complete')
      for (const line of document.lines) move(document.locationId, line.itemId, line.qty);
  for (const document of book.vendorReturns)
    if (document.status === 'complete')
      for (const line of document.lines) move(document.locationId, line.itemId, -line.qty);
  for (const document of book.adjustmentSets)
    if (document.status === 'complete')
      for (const line of document.lines) move(document.locationId, line.itemId, line.qty);
  for (const document of book.transfers)
    for (const line of document.lines) {
      move(document.fromLocationId, line.itemId, -line.qtyShipped);
      move(document.toLocationId, line.itemId, line.qtyReceived);
    }
  for (const document of book.tickets)
    if (document.status === 'complete')
      for (const line of document.lines)
        if (line.type === 'ItemLine') move(document.locationId, line.itemId, -line.qty);
  return sums;
}
function expectStockToFollowFromPapers(of: Ledger): void {
  const byPapers = onHandByPapers(of);
  for (const location of of.locations)
    for (const item of of.items)
      expect(of.account.onHand(item.id, location.id), `${location.name} / ${item.publicId}`).toBe(
        byPapers.get(`${location.id}/${item.id}`) ?? 0,
      );
}

describe('the ledger', () => {
  test('stock is what receipts, returns, transfers, adjustments and sales make of it', () => {
    expectStockToFollowFromPapers(ledger);
  });

  test('what is on order is what open orders still expect, and nothing of pending ones', () => {
    const { stock } = ledger.account;
    const expected = new Map<number, number>();
    for (const order of ledger.orders) {
      if (order.status !== 'open' || order.locationId === null) continue;
      for (const line of order.lines) {
        const pair = stock.pair(
          ledger.account.itemAt(line.itemId),
          ledger.account.locationAt(order.locationId),
        );
        const open = Math.max(line.qty - line.qtyReceived, 0);
        expected.set(pair, (expected.get(pair) ?? 0) + open);
      }
    }
    expect(expected.size).toBeGreaterThan(0);
    for (let pair = 0; pair < stock.locations * stock.items; pair++)
      expect(stock.now(pair).onPo).toBe(expected.get(pair) ?? 0);
  });

  test('what is in transit is what was shipped and neither received nor lost', () => {
    const book = new Ledger({ asOf: '2026-10-01' });
    const expected = new Map<string, number>();
    for (const { toLocationId, lines, receivedAt } of book.transfers)
      for (const { itemId, qtyShipped, qtyReceived, qtyLost } of lines) {
        const left = qtyShipped - qtyReceived - qtyLost;
        expect(left === 0, 'received in full, or lost').toBe(receivedAt !== null);
        const key = `${toLocationId}/${itemId}`;
        expected.set(key, (expected.get(key) ?? 0) + left);
      }
    const { stock } = book.account;
    let units = 0;
    book.locations.forEach((location, l) => {
      book.items.forEach((item, i) => {
        const { inTransit } = stock.now(stock.pair(i, l));
        expect(inTransit).toBe(expected.get(`${location.id}/${item.id}`) ?? 0);
        units += inTransit;
      });
    });
    expect(units).toBeGreaterThan(0);
  });

  test('what happens at midnight belongs to the day that begins', () => {
    const book = new Ledger({ asOf: '2026-10-05', months: 1 });
    const [store] = book.locations;
    const { id } = book.items[0]!;
    const { stock } = book.account;
    const before = book.account.onHand(id, store!.id);
    book.advanceTo('2026-10-05T23:59:00-05:00');
    book.adjust({ locationId: store!.id, lines: [{ itemId: id, qty: 7 }] });
    const midnight = Date.parse('2026-10-06T00:00:00-05:00');
    expect(book.now).toBe(midnight);
    const cuts = (at: number) => book.locations.map(() => at);
    expect(stock.before(cuts(midnight))(stock.pair(0, 0)).onHand).toBe(before);
    expect(stock.before(cuts(midnight + 1000))(stock.pair(0, 0)).onHand).toBe(before + 7);
  });

  test('the same seed makes the same account, another seed another one', () => {
    expect(new Ledger({ asOf: '2026-10-05' }).tickets).toEqual(ledger.tickets);
    expect(new Ledger({ asOf: '2026-10-05', seed: 2 }).tickets).not.toEqual(ledger.tickets);
  });

  test('an account made on a later day of the year has the same past', () => {
    const later = new Ledger({ asOf: '2026-10-15' });
    const noon = ledger.now;
    const settled = <T extends { updatedAt: number }>(documents: readonly T[]) =>
      documents.filter(document => document.updatedAt <= noon);
    const count = ledger.tickets.length;
    const changed = later.tickets.slice(0, count).filter(ticket => ticket.updatedAt > noon);
    expect(later.tickets.length).toBeGreaterThan(count);
    expect(changed.length).toBeLessThan(count / 50);
    const unchanged = new Set(settled(later.tickets).map(({ id }) => id));
    expect(ledger.tickets.filter(({ id }) => unchanged.has(id))).toEqual(settled(later.tickets));
  });

  test('an account that lives on becomes the one that would have been made later', () => {
    const book = new Ledger({ asOf: '2026-10-05', months: 1 });
    book.liveOn('2026-10-12');
    book.liveOn('2026-11-03');
    const made = new Ledger({ asOf: '2026-11-03', months: 2 });
    expect(book.now).toBe(made.now);
    expect(book.tickets).toEqual(made.tickets);
    expect(book.receipts).toEqual(made.receipts);
    expectStockToFollowFromPapers(book);
  });

  test('every kind of document and every kind of dirt is there', () => {
    const statuses = (documents: readonly { readonly status: string }[]) =>
      new Set(documents.map(({ status }) => status));
    expect(statuses(ledger.orders)).toEqual(new Set(['pending', 'open', 'closed', 'canceled']));
    expect(statuses(ledger.receipts)).toEqual(new Set(['pending', 'complete']));
    expect(statuses(ledger.tickets)).toEqual(new Set(['incomplete', 'complete', 'void']));
    expect(ledger.tickets.some(ticket => ticket.type === 'Return')).toBe(true);
    expect(ledger.tickets.some(ticket => ticket.sourceLocationId !== ticket.locationId)).toBe(true);
    expect(ledger.receipts.some(receipt => receipt.orderId === null)).toBe(true);
    expect(ledger.orders.some(order => order.locationId === null)).toBe(true);
    expect(ledger.transfers.some(({ lines }) => lines.some(line => line.qtyLost > 0))).toBe(true);
    const month = (at: number) => new Date(at - 5 * 3_600_000).toISOString().slice(0, 7);
    expect(
      ledger.transfers.some(
        ({ shippedAt, receivedAt }) => receivedAt !== null && month(shippedAt) < month(receivedAt),
      ),
    ).toBe(true);
    for (const dirt of DIRT) expect(ledger.dirt.get(dirt)?.length, dirt).toBeGreaterThan(0);
    const [negative] = ledger.dirt.get('negativeStock')!;
    expect(ledger.account.onHand(negative!, ledger.locations[0]!.id)).toBe(-2);
  });

  test('stock follows the documents after every action a test can take', () => {
    const book = new Ledger({ asOf: '2026-10-05', months: 1 });
    const [first, second] = book.locations.map(({ id }) => id) as [number, number];
    const stocked = book.items.filter(({ id }) => book.account.onHand(id, first) >= 3);
    const [a, b, c] = stocked.map(({ id }) => id) as [number, number, number];
    const before = book.now;
    const ticket = book.sell({ locationId: first, lines: [{ itemId: a, qty: 2, discount: 0.25 }] });
    const sold = ticket.lines[0]!;
    book.returnGoods(ticket.id, [{ lineId: sold.id, qty: 1 }], second);
    book.voidTicket(book.sell({ locationId: first, lines: [{ itemId: b, qty: 1 }] }).id);
    const layaway = book.sell({
      locationId: first,
      isLayaway: true,
      lines: [{ itemId: b, qty: 1 }],
    });
    book.completeLayaway(layaway.id);
    const order = book.order({
      vendorId: 100_001,
      locationId: second,
      lines: [{ itemId: c, qty: 5 }],
    });
    book.receive(order.id, new Map([[order.lines[0]!.id, 2]]));
    book.receive(order.id);
    expect(order.status).toBe('closed');
    const transfer = book.transfer({
      fromLocationId: first,
      toLocationId: second,
      lines: [{ itemId: c, qty: 3 }],
    });
    book.receiveTransfer(transfer.id, new Map([[transfer.lines[0]!.id, 1]]));
    book.adjust({ locationId: first, lines: [{ itemId: a, qty: -1 }] });
    book.returnToVendor({ vendorId: 100_001, locationId: second, lines: [{ itemId: c, qty: 1 }] });
    expect(book.now).toBeGreaterThan(before);
    expectStockToFollowFromPapers(book);
    book.mergeItems(a, [b]);
    expect(book.items.some(({ id }) => id === b)).toBe(false);
    book.deleteItem(book.items.at(-1)!.id);
    book.liveOn('2026-11-20');
    expectStockToFollowFromPapers(book);
  });
});
