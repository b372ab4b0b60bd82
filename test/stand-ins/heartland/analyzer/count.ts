import type { Account } from '../ledger/account.ts';
import { localDay, startOfDay } from '../ledger/calendar.ts';
import type { ItemLine, Location, Ticket } from '../ledger/documents.ts';
import type { Figures } from '../ledger/stock.ts';
import { salesRepOf } from '../records/ticket.ts';
import { addLastDays, countOpenOrders, lastDays } from './last-days.ts';
import { needsLastDays } from './metric.ts';
import type { Question } from './question.ts';
import type { Tallies } from './tallies.ts';
import type { SalesTally, StockTally } from './tally.ts';

/** Counts what the question asks about into the tallies, document by document and pair by pair. */
export function count(account: Account, question: Question, tallies: Tallies): void {
  const { families } = question;
  for (const family of ['source_sales', 'location_sales'] as const)
    if (families.has(family)) countSales(account, question, family, tallies);
  for (const family of ['beginning_inventory', 'ending_inventory', 'current_inventory'] as const)
    if (families.has(family)) countStock(account, question, family, tallies);
  if (families.has('purchasing_order')) countOpenOrders(account, question, tallies);
  if (families.has('payment')) countPayments(account, question, tallies);
  if (families.has('shipping'))
    account.locations.forEach((location, at) => {
      if (question.wantsLocation(at)) tallies({ location });
    });
}

/** The completed tickets of the period, each with its business date at a place. */
function* ticketsOf(
  account: Account,
  question: Question,
  placeOf: (ticket: Ticket) => Location,
): Generator<[ticket: Ticket, location: Location, day: number]> {
  const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = question;
  // A day more on both sides holds the period in every zone, so most tickets need no calendar.
  const earliest = (from - 1) * 86_400_000;
  const latest = (to + 2) * 86_400_000;
  for (const ticket of account.tickets) {
    const at = ticket.completedAt;
    if (at === null || ticket.status !== 'complete' || at < earliest || at >= latest) continue;
    const location = placeOf(ticket);
    const day = localDay(location.zone, at);
    if (day < from || day > to || !question.wantsLocation(account.locationAt(location.id)))
      continue;
    if (question.wantsTicket(ticket)) yield [ticket, location, day];
  }
}

function countSales(
  account: Account,
  question: Question,
  family: 'source_sales' | 'location_sales',
  tallies: Tallies,
): void {
  const placeOf = ({ sourceLocationId, locationId }: Ticket) =>
    account.location(family === 'source_sales' ? sourceLocationId : locationId);
  for (const [ticket, location, day] of ticketsOf(account, question, placeOf)) {
    const customer = account.customers.find(({ id }) => id === ticket.customerId);
    for (const line of ticket.lines) {
      if (line.type !== 'ItemLine' || account.deletedItemIds.has(line.itemId)) continue;
      const at = account.itemAt(line.itemId);
      if (!question.wantsItem(at)) continue;
      const fact = {
        ...{ location, item: account.items[at]!, customer, day, at: ticket.completedAt! },
        salesRep: salesRepOf(ticket),
      };
      for (const tally of tallies(fact)) addLine(tally[family], ticket, line);
    }
  }
}

function addLine(sales: SalesTally, ticket: Ticket, line: ItemLine): void {
  const units = Math.abs(line.qty);
  const retailCents = Math.round(units * line.originalUnitPriceCents);
  const markdownCents = retailCents - Math.abs(line.valueCents);
  if (line.qty >= 0) {
    sales.grossCents += retailCents;
    sales.markdownCents += markdownCents;
    sales.soldQty += units;
  } else {
    sales.returnsCents += retailCents;
    sales.markdownCents -= markdownCents;
    sales.returnedQty += units;
  }
  sales.costCents += line.qty * line.unitCostCents;
  sales.tickets.add(ticket.id);
  sales.items.add(line.itemId);
  if (ticket.customerId !== null) sales.customers.add(ticket.customerId);
}

function countStock(
  account: Account,
  question: Question,
  family: 'beginning_inventory' | 'ending_inventory' | 'current_inventory',
  tallies: Tallies,
): void {
  const { stock, items, locations, deletedItemIds } = account;
  const figuresOf = stockOf(account, question, family);
  const isAsked = family === 'current_inventory' && needsLastDays(question.metrics);
  const last = isAsked ? lastDays(account) : undefined;
  locations.forEach((location, locationAt) => {
    if (!question.wantsLocation(locationAt)) return;
    for (let itemAt = 0; itemAt < items.length; itemAt++) {
      const pair = stock.pair(itemAt, locationAt);
      const item = items[itemAt]!;
      if (!stock.hasMoved(pair) || !question.wantsItem(itemAt)) continue;
      if (deletedItemIds.has(item.id)) continue;
      const figures = figuresOf(pair);
      for (const tally of tallies({ location, item })) {
        addStock(tally[family], figures, item.priceCents ?? 0);
        if (last !== undefined)
          addLastDays(tally[family], last.get(pair), localDay(location.zone, account.now));
      }
    }
  });
}

/** Beginning is 00:00 of the first day at each place, ending the last moment of the last day; never later than now. */
function stockOf(
  account: Account,
  question: Question,
  family: 'beginning_inventory' | 'ending_inventory' | 'current_inventory',
): (pair: number) => Figures {
  const { stock, locations, now } = account;
  if (family === 'current_inventory') return pair => stock.now(pair);
  const day = family === 'beginning_inventory' ? question.from! : question.to! + 1;
  const cuts = locations.map(({ zone }) => startOfDay(zone, day));
  return cuts.every(cut => cut > now) ? pair => stock.now(pair) : stock.before(cuts);
}

function addStock(sum: StockTally, figures: Figures, priceCents: number): void {
  sum.onHand += figures.onHand;
  sum.onHandCents += figures.onHandCents;
  sum.onPo += figures.onPo;
  sum.committed += figures.committed;
  sum.committedCents += figures.committedCents;
  sum.inTransit += figures.inTransit;
  sum.inTransitCents += figures.inTransitCents;
  sum.onHandPriceCents += figures.onHand * priceCents;
  sum.onPoPriceCents += figures.onPo * priceCents;
  sum.committedPriceCents += figures.committed * priceCents;
  sum.inTransitPriceCents += figures.inTransit * priceCents;
}

function countPayments(account: Account, question: Question, tallies: Tallies): void {
  const placeOf = ({ locationId }: Ticket) => account.location(locationId);
  for (const [ticket, location] of ticketsOf(account, question, placeOf)) {
    const paymentType = ticket.id % 3 === 0 ? 'Cash' : 'Credit Card';
    for (const { payment } of tallies({ location, paymentType })) {
      payment.types.add(paymentType);
      if (ticket.totalCents >= 0) payment.receivedCents += ticket.totalCents;
      else payment.refundedCents -= ticket.totalCents;
    }
  }
}
