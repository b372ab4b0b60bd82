import type { Account } from '../ledger/account.ts';
import type * as D from '../ledger/documents.ts';
import * as selling from '../ledger/selling.ts';
import { Refusal } from '../refusal.ts';
import { type Body, unfit } from './body.ts';

export type Open<T> = { -readonly [K in keyof T]: T[K] };

/** A ticket has no more lines of goods than this (Heartland API, "Add an item line to a ticket"). */
const MOST_ITEM_LINES = 500;
/** Ids of payments leave room for two a ticket; what a third would be is not offered. */
const MOST_PAYMENTS = 2;

/** Tickets whose taxes were given, or that are not to be recalculated. */
const ownTaxes = new WeakSet<D.Ticket>();

/** A ticket, invoice or order without lines, written for a station. */
export function blank(account: Account, body: Body, type: 'Ticket' | 'Return'): Open<D.Ticket> {
  const stationId = body.number('station_id');
  // The documentation says that a station is required, and its example names none.
  const place =
    stationId === undefined
      ? account.locations.find(({ isChannel }) => !isChannel)!
      : account.locations.find(location => location.stationId === stationId);
  if (place === undefined) throw unfit({ station_id: 'does not exist' });
  const source = body.maybeIn(account.locations, 'source_location_id') ?? place;
  const stamp = account.stamp('ticket');
  const ticket: Open<D.Ticket> = {
    ...stamp,
    createdAt: body.instant('created_at') ?? stamp.createdAt,
    publicId: body.text('public_id') ?? String(stamp.id - 100_000),
    type,
    status: 'incomplete',
    sourceLocationId: source.id,
    locationId: place.id,
    customerId: body.maybeIn(account.customers, 'customer_id')?.id ?? null,
    parentId: body.number('parent_transaction_id') ?? null,
    completedAt: null,
    totalCents: 0,
    taxCents: 0,
    payments: [],
    ...(body.flag('affect_inventory') === false && { isPaperOnly: true }),
    lines: [],
  };
  if (body.flag('recalculate') === false || body.list('tax_lines').length > 0) ownTaxes.add(ticket);
  return ticket;
}

/** Puts goods on a ticket, or another quantity of what is on it already. Gives the line, and by how much it grew. */
export function putGoods(
  account: Account,
  ticket: D.Ticket,
  body: Body,
): { line: D.ItemLine; grown: number } {
  const item = body.in(account.items, 'item_id');
  const qty = body.number('qty') ?? 1;
  const goods = ticket.lines.filter(line => line.type === 'ItemLine');
  const there = goods.find(({ itemId }) => itemId === item.id);
  if (there === undefined && goods.length >= MOST_ITEM_LINES)
    throw unfit({ item_lines: `are more than ${MOST_ITEM_LINES}` });
  const current = item.priceCents ?? 0;
  const off = body.list('discounts').reduce((sum, each) => sum + (each.cents('amount') ?? 0), 0);
  const price =
    body.cents('adjusted_unit_price') ??
    body.cents('unit_price') ??
    there?.adjustedUnitPriceCents ??
    current - Math.round(off / qty);
  const changed = {
    qty,
    adjustedUnitPriceCents: price,
    valueCents: Math.sign(qty) * Math.round(Math.abs(qty * price)),
  };
  const line: Open<D.ItemLine> = there ?? {
    ...account.stamp('line'),
    type: 'ItemLine',
    itemId: item.id,
    originalUnitPriceCents: body.cents('original_unit_price') ?? item.originalPriceCents ?? current,
    unitCostCents: account.averageCostCents(item.id, ticket.locationId),
    ...changed,
  };
  const grown = qty - (there?.qty ?? 0);
  Object.assign(line, changed);
  const open = ticket as Open<D.Ticket>;
  if (there === undefined) open.lines = [...ticket.lines, line];
  reckon(account, open);
  return { line, grown };
}

export function putTax(account: Account, ticket: D.Ticket, body: Body): D.MoneyLine {
  ownTaxes.add(ticket);
  const line: D.MoneyLine = {
    ...account.stamp('line'),
    type: 'TaxLine',
    valueCents: body.cents('value') ?? 0,
    description: body.text('description') ?? 'Sales tax',
    itemLineId: null,
  };
  const open = ticket as Open<D.Ticket>;
  open.lines = [...ticket.lines, line];
  reckon(account, open);
  return line;
}

/** Sums a ticket anew; its tax with it, unless that was given. */
function reckon(account: Account, ticket: Open<D.Ticket>): void {
  const goods = sum(ticket.lines, 'ItemLine');
  if (!ownTaxes.has(ticket)) {
    const valueCents = Math.sign(goods) * Math.round(Math.abs(goods * selling.TAX_RATE));
    const there = ticket.lines.find(line => line.type === 'TaxLine');
    if (there !== undefined) (there as Open<D.MoneyLine>).valueCents = valueCents;
    else
      ticket.lines = [
        ...ticket.lines,
        {
          ...account.stamp('line'),
          type: 'TaxLine',
          valueCents,
          description: 'Sales tax',
          itemLineId: null,
        },
      ];
  }
  ticket.taxCents = sum(ticket.lines, 'TaxLine');
  ticket.totalCents = goods + ticket.taxCents;
  account.touch(ticket);
}

function sum(lines: readonly D.TicketLine[], type: D.TicketLine['type']): number {
  return lines.reduce((total, line) => total + (line.type === type ? line.valueCents : 0), 0);
}

export function paidCents(ticket: D.Ticket): number {
  return (ticket.payments ?? []).reduce((total, { cents }) => total + cents, 0);
}

/** Adds a payment; gives its place among those of the ticket. */
export function pay(account: Account, ticket: D.Ticket, body: Body): number {
  const cents = body.cents('amount');
  if (cents === undefined) throw unfit({ amount: 'is required' });
  const before = ticket.payments ?? [];
  if (before.length >= MOST_PAYMENTS) throw unfit({ payments: `are more than ${MOST_PAYMENTS}` });
  const type = body.text('type') ?? 'CashPayment';
  (ticket as Open<D.Ticket>).payments = [
    ...before,
    { cents, type: type.startsWith('Payments::') ? type : `Payments::${type}` },
  ];
  account.touch(ticket);
  return before.length;
}

/** Throws `payment_error` (its name is seen on the wire, its status is not) where less was paid than is due. */
export function demandPaid(ticket: D.Ticket, dueCents = ticket.totalCents): void {
  if (Math.abs(paidCents(ticket)) < Math.abs(dueCents))
    throw new Refusal(422, 'payment_error', 'Payments do not cover the balance.', {
      balance: (dueCents - paidCents(ticket)) / 100,
    });
}

/** What was paid is what was due; the rest was change. */
export function giveChange(ticket: D.Ticket): void {
  const payments = [...(ticket.payments ?? [])];
  const last = payments.pop();
  if (last === undefined) return;
  const over = paidCents(ticket) - ticket.totalCents;
  (ticket as Open<D.Ticket>).payments = [...payments, { ...last, cents: last.cents - over }];
}
