import type { Account } from '../ledger/account.ts';
import { type Day, localDay } from '../ledger/calendar.ts';
import { openQty } from '../ledger/purchasing.ts';
import type { Question } from './question.ts';
import type { Tallies } from './tallies.ts';
import type { StockTally } from './tally.ts';

/** When an item last left a place by a sale, and last came in by a receipt. */
export interface LastDays {
  sold: Day | null;
  received: Day | null;
}

/** By the pair of item and location. Returns and voided tickets are no sales. */
export function lastDays(account: Account): ReadonlyMap<number, LastDays> {
  const days = new Map<number, LastDays>();
  const note = (which: keyof LastDays, itemId: number, locationId: number, at: number) => {
    const pair = account.stock.pair(account.itemAt(itemId), account.locationAt(locationId));
    const known = days.get(pair) ?? { sold: null, received: null };
    days.set(pair, known);
    known[which] = later(known[which], localDay(account.location(locationId).zone, at));
  };
  for (const ticket of account.tickets)
    if (ticket.status === 'complete')
      for (const line of ticket.lines)
        if (line.type === 'ItemLine' && line.qty > 0)
          note('sold', line.itemId, ticket.locationId, ticket.completedAt!);
  for (const receipt of account.receipts)
    if (receipt.completedAt !== null)
      for (const line of receipt.lines)
        note('received', line.itemId, receipt.locationId, receipt.completedAt);
  return days;
}

/** Of several places or items the latest day counts. */
export function addLastDays(sum: StockTally, days: LastDays | undefined, today: Day): void {
  sum.today = later(sum.today, today);
  sum.lastSoldOn = later(sum.lastSoldOn, days?.sold ?? null);
  sum.lastReceivedOn = later(sum.lastReceivedOn, days?.received ?? null);
}

function later(a: Day | null, b: Day | null): Day | null {
  return a === null ? b : b === null ? a : Math.max(a, b);
}

/** What is to come on open orders; an order without a location is counted at no place, as in stock (L). */
export function countOpenOrders(account: Account, question: Question, tallies: Tallies): void {
  for (const order of account.orders) {
    if (order.status !== 'open' || order.locationId === null) continue;
    const at = account.locationAt(order.locationId);
    if (!question.wantsLocation(at)) continue;
    for (const line of order.lines) {
      if (account.deletedItemIds.has(line.itemId)) continue;
      const itemAt = account.itemAt(line.itemId);
      if (!question.wantsItem(itemAt)) continue;
      const fact = { location: account.locations[at]!, item: account.items[itemAt]! };
      for (const tally of tallies(fact)) tally.openOrderQty += openQty(line);
    }
  }
}
