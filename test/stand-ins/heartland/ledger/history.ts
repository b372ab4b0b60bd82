import { type Day, isLastOfMonth, partsOf } from './calendar.ts';
import type { Days } from './days.ts';
import type { Location, Order } from './documents.ts';
import { goods, inStock } from './goods.ts';
import { planPaperwork } from './paperwork.ts';
import { endOrder, order, receive, returnToVendor } from './purchasing.ts';
import type { Random } from './random.ts';
import { adjust, onePieceOf, receiveTransfer, ship } from './stockroom.ts';
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
    const drawn = goods(days, random, 3, 3).filter(
      ({ itemId, qty }) => account.onHand(itemId, source.id) >= qty,
    );
    // Over every month end something is on its way, whatever was drawn.
    const lines =
      drawn.length === 0 && isLastOfMonth(day) ? inStock(days, source, random, 2) : drawn;
    if (lines.length === 0) return;
    const sent = ship(account, { fromLocationId: source.id, toLocationId: target.id, lines });
    const lost = random.chance(0.15) ? onePieceOf(sent) : undefined;
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
