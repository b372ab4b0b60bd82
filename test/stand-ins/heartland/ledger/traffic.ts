import { type Day, partsOf } from './calendar.ts';
import type { Days } from './days.ts';
import type { Location, Ticket } from './documents.ts';
import type { Random } from './random.ts';
import { completeLayaway, returnGoods, type Sale, sell, voidTicket } from './selling.ts';

/** Notes the tickets of a day, and what becomes of them: returns, voids, layaways fetched. */
export function planTickets(days: Days, day: Day): void {
  const [fewest, most] = days.size.tickets;
  for (const location of days.account.locations) {
    const random = days.random(day, location.publicId, 'traffic');
    const tickets = Math.ceil(random.between(fewest, most) * (location.isChannel ? 0.6 : 1));
    for (let n = 0; n < tickets; n++) {
      const own = days.random(day, location.publicId, 'ticket', n);
      days.note(location, day, 10 + own.next() * 9.9, () => serve(days, day, location, own));
    }
  }
}

function serve(days: Days, day: Day, source: Location, random: Random): void {
  const { account } = days;
  // A channel has no stock of its own, and at times a store sells what another hands over.
  const isElsewhere = source.isChannel || random.chance(0.02);
  const place = isElsewhere ? random.pick(days.stores) : source;
  const lines = basket(days, place, random);
  if (lines.length === 0) return;
  const isLayaway = random.chance(0.012);
  const ticket = sell(account, {
    locationId: place.id,
    sourceLocationId: source.id,
    customerId: random.chance(0.4) ? random.pick(account.customers).id : null,
    isLayaway,
    lines,
  });
  if (isLayaway) {
    if (random.chance(0.8))
      days.note(place, day + random.between(4, 15), 14.2, () => {
        if (ticket.status === 'incomplete') completeLayaway(account, ticket);
      });
  } else if (random.chance(0.015)) {
    // Some days later at times, but in the same month: sold in one and put back in the next, stock and sales would differ.
    const isLate = random.chance(0.15) && partsOf(day + 4).month === partsOf(day).month;
    days.note(place, isLate ? day + 4 : day, isLate ? 12 : 19.95, () => {
      if (ticket.status === 'complete') voidTicket(account, ticket);
    });
  } else if (random.chance(0.05)) planReturn(days, day, place, ticket, random);
}

function basket(days: Days, place: Location, random: Random): Sale['lines'] {
  const lines = new Map<number, Sale['lines'][number]>();
  const wanted = random.pick([1, 1, 1, 2, 2, 3]);
  for (let tries = 0; lines.size < wanted && tries < 8; tries++) {
    const item = days.drawItem(random);
    const units = random.chance(0.1) ? 2 : 1;
    const discount = random.chance(0.2) ? random.pick([0.1, 0.15, 0.2, 0.5]) : 0;
    const isUnchecked = random.chance(0.002);
    if (item === undefined) continue;
    const qty = item.allowsFractionalQty ? units + 0.25 : units;
    if (isUnchecked || days.account.onHand(item.id, place.id) >= qty)
      lines.set(item.id, { itemId: item.id, qty, discount });
  }
  return [...lines.values()];
}

function planReturn(days: Days, day: Day, place: Location, ticket: Ticket, random: Random): void {
  const back = random.chance(0.2) ? random.pick(days.stores) : place;
  const line = ticket.lines.find(each => each.type === 'ItemLine');
  if (line?.type !== 'ItemLine') return;
  days.note(back, day + random.between(1, 20), 12.4, () => {
    if (ticket.status !== 'complete') return;
    returnGoods(days.account, ticket, [{ lineId: line.id, qty: Math.min(line.qty, 1) }], back.id);
  });
}
