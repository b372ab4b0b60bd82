import { type Day, isLastOfMonth, partsOf } from './calendar.ts';
import type { Days } from './days.ts';
import type { Location, Order } from './documents.ts';
import { completeReceipt, endOrder, order, receive, returnToVendor } from './purchasing.ts';
import type { Random } from './random.ts';
import { adjust, receiveTransfer, ship } from './stockroom.ts';
import { planTickets } from './traffic.ts';

/** Notes all that one calendar day brings, at every store. */
export function planDay(days: Days, day: Day): void {
  const { date, weekday } = partsOf(day);
  days.stores.forEach((store, n) => {
    const random = days.random(day, store.publicId, 'back office');
    if (weekday === 1 + (n % 5))
      days.note(store, day, 9, () => replenish(days, day, store, random));
    if (weekday === 3 || isLastOfMonth(day)) planTransfer(days, day, n);
    if (date === 8 || date === 22) days.note(store, day, 8.5, () => count(days, store, random));
    if (date === 20) days.note(store, day, 15.25, () => sendBack(days, store, random));
  });
  planTickets(days, day);
  planPaperwork(days, day, date);
}

/** The papers a month brings that are not the everyday ones. */
function planPaperwork(days: Days, day: Day, date: number): void {
  const { account } = days;
  const first = days.stores[0]!;
  const second = days.stores[1] ?? first;
  const random = days.random(day, 'paperwork');
  const vendorId = account.vendors[0]!.id;
  if (date === 9)
    days.note(first, day, 10.5, () => {
      const pending = order(account, {
        vendorId,
        locationId: first.id,
        isPending: true,
        description: 'Not confirmed yet',
        lines: goods(days, random, 3, 6),
      });
      days.note(first, day + 35, 10.5, () => {
        if (pending.status === 'pending') endOrder(account, pending, 'canceled');
      });
    });
  if (date === 12)
    days.note(first, day, 11, () => {
      const nowhere = order(account, {
        vendorId,
        locationId: null,
        lines: goods(days, random, 2, 4),
      });
      days.note(first, day + 40, 11, () => {
        if (nowhere.status === 'open') endOrder(account, nowhere, 'closed');
      });
    });
  if (date === 11)
    days.note(first, day, 13, () => {
      receive(account, { vendorId, locationId: first.id, lines: goods(days, random, 2, 5) });
    });
  if (date === 6)
    days.note(second, day, 16, () => {
      receive(account, {
        vendorId,
        locationId: second.id,
        isPending: true,
        lines: goods(days, random, 1, 3),
      });
      adjust(account, { locationId: second.id, isPending: true, lines: goods(days, random, 1, 2) });
    });
  // Booked in one month, completed in the next: its stock moves only then.
  if (date === 28)
    days.note(first, day, 16.5, () => {
      const late = receive(account, {
        vendorId,
        locationId: first.id,
        isPending: true,
        lines: goods(days, random, 2, 4),
      });
      days.note(first, day + 4, 9.25, () => {
        if (late.status === 'pending') completeReceipt(account, late);
      });
    });
  if (date === 15) days.note(first, day, 7, () => markDown(days, day));
}

/** Draws items and quantities to buy, at about what they cost. */
function goods(days: Days, random: Random, lines: number, mostPieces: number) {
  const drawn = new Map<number, { itemId: number; qty: number; unitCostCents: number }>();
  for (let tries = 0; drawn.size < lines && tries < lines * 4; tries++) {
    const item = days.drawItem(random);
    const pieces = random.between(1, mostPieces);
    const drift = 0.95 + random.next() * 0.1;
    if (item === undefined || days.account.deletedItemIds.has(item.id)) continue;
    drawn.set(item.id, {
      itemId: item.id,
      qty: item.allowsFractionalQty ? pieces + 0.5 : pieces,
      unitCostCents: Math.round((item.costCents ?? 0) * drift),
    });
  }
  return [...drawn.values()];
}

/** The weekly order of a store; it arrives one or two weeks later, at times in two parts, at times never in full. */
function replenish(days: Days, day: Day, store: Location, random: Random): void {
  const { account } = days;
  const placed = order(account, {
    vendorId: random.pick(account.vendors).id,
    locationId: store.id,
    lines: goods(days, random, days.size.orderLines, 14),
  });
  const arrival = day + random.between(6, 13);
  const isSplit = random.chance(0.25);
  const staysShort = random.chance(0.2);
  days.note(store, arrival, 11.5, () => arrive(days, placed, store, isSplit ? 0.6 : 1));
  if (!isSplit) return;
  days.note(store, arrival + 6, 11.75, () => {
    if (!staysShort) arrive(days, placed, store, 1);
    else if (placed.status === 'open') endOrder(account, placed, 'closed');
  });
}

function arrive(days: Days, placed: Order, store: Location, share: number): void {
  const lines = placed.lines
    .map(line => ({
      itemId: line.itemId,
      orderLineId: line.id,
      unitCostCents: line.unitCostCents,
      qty: Math.ceil((line.qty - line.qtyReceived) * share),
    }))
    .filter(line => line.qty > 0);
  if (placed.status !== 'open' || lines.length === 0) return;
  receive(days.account, { order: placed, vendorId: placed.vendorId, locationId: store.id, lines });
}

/** Goods to the next store, received days later: those of a month's last day are in transit over its end. */
function planTransfer(days: Days, day: Day, from: number): void {
  const { account, stores } = days;
  const source = stores[from]!;
  const target = stores[(from + 1) % stores.length]!;
  if (source === target) return;
  const random = days.random(day, source.publicId, 'transfer');
  if (!isLastOfMonth(day) && random.chance(0.5)) return;
  days.note(source, day, 17.5, () => {
    const lines = goods(days, random, 3, 3).filter(
      ({ itemId, qty }) => account.onHand(itemId, source.id) >= qty,
    );
    if (lines.length === 0) return;
    const sent = ship(account, { fromLocationId: source.id, toLocationId: target.id, lines });
    const lost = new Map<number, number>();
    if (random.chance(0.15)) lost.set(sent.lines[0]!.id, Math.min(1, sent.lines[0]!.qtyShipped));
    days.note(target, day + random.between(2, 4), 11, () => {
      if (sent.status === 'in_transit') receiveTransfer(account, sent, lost);
    });
  });
}

function count(days: Days, store: Location, random: Random): void {
  const { account } = days;
  const lines = goods(days, random, 3, 2)
    .filter(({ itemId }) => account.onHand(itemId, store.id) > 2)
    .map(({ itemId, qty }) => ({ itemId, qty: random.chance(0.6) ? -qty : qty }));
  if (lines.length === 0) return;
  const isDamage = random.chance(0.3);
  const note = isDamage ? 'Damaged "in store"\n(see photo)' : null;
  adjust(account, { locationId: store.id, reasonId: isDamage ? 100_002 : 100_001, note, lines });
}

function sendBack(days: Days, store: Location, random: Random): void {
  const { account } = days;
  const lines = goods(days, random, 2, 3)
    .filter(({ itemId, qty }) => account.onHand(itemId, store.id) > qty)
    .map(({ itemId, qty }) => ({ itemId, qty }));
  if (lines.length === 0) return;
  returnToVendor(account, {
    vendorId: random.pick(account.vendors).id,
    locationId: store.id,
    lines,
  });
}

/** Some prices drop for good: the old price becomes the original one. */
function markDown(days: Days, day: Day): void {
  const { account } = days;
  for (const item of account.items) {
    if (item.priceCents === null || !days.random(day, 'markdown', item.id).chance(0.03)) continue;
    item.originalPriceCents ??= item.priceCents;
    item.priceCents = Math.floor((item.priceCents * 0.8) / 100) * 100 + 99;
    account.touch(item);
  }
}
