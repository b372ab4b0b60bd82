import { dollars, quantity } from '../decimal.ts';
import { derived } from '../derived.ts';
import { type Account, FIRST_ID } from '../ledger/account.ts';
import type { ItemLine, Ticket } from '../ledger/documents.ts';
import type { Fields } from '../query/rows.ts';
import { orderBook } from '../writes/order-book.ts';
import { STAMPS } from './stamps.ts';
import { ticketFields } from './ticket.ts';

/** A sale that the channel took and a store sent: an order that was closed, and its invoice in place of a ticket. */
export function isInvoice(account: Account, ticket: Ticket): boolean {
  const { orders, invoiced } = orderBook(account);
  if (orders.includes(ticket)) return false;
  const isChannel = account.location(ticket.sourceLocationId).isChannel;
  return invoiced.has(ticket.id) || (ticket.type === 'Ticket' && isChannel);
}

export function ticketsOf(account: Account): readonly Ticket[] {
  return derived(account, 'tickets', ({ tickets }) =>
    tickets.filter(ticket => !isInvoice(account, ticket)),
  );
}

export function invoicesOf(account: Account): readonly Ticket[] {
  return derived(account, 'invoices', ({ tickets }) =>
    tickets.filter(ticket => isInvoice(account, ticket)),
  );
}

/** Closed orders behind the invoices; and pending ones, which commit no goods, for what a customer has bought before. */
export function ordersOf(account: Account): readonly Ticket[] {
  const { orders, invoiced } = orderBook(account);
  return derived(account, 'orders', ({ tickets }) =>
    [
      ...tickets.filter(
        ticket =>
          !invoiced.has(ticket.id) && (isInvoice(account, ticket) || isAskedForAgain(ticket)),
      ),
      ...orders,
    ].sort((a, b) => a.id - b.id),
  );
}

const isAskedForAgain = (ticket: Ticket) =>
  ticket.type === 'Ticket' && ticket.status === 'complete' && ticket.id % 50 === 0;

export function orderFields(account: Account): Fields<Ticket> {
  const isClosed = (ticket: Ticket) => isInvoice(account, ticket);
  return {
    id: ticket => ticket.id,
    public_id: ticket => `O${ticket.publicId}`,
    status: ticket =>
      isClosed(ticket) ? (ticket.status === 'void' ? 'canceled' : 'closed') : 'pending',
    customer_id: ticket => ticket.customerId ?? FIRST_ID,
    customer_name: () => 'Somebody Named',
    station_id: ticket => account.location(ticket.sourceLocationId).stationId,
    source_location_id: ticket => ticket.sourceLocationId,
    sales_rep: () => null,
    recalculate: () => true,
    shipping_method_id: ticket => (isClosed(ticket) ? FIRST_ID : null),
    shipping_charge: () => dollars(0),
    billing_address_id: ticket => ticket.customerId ?? FIRST_ID,
    shipping_address_id: ticket => ticket.customerId ?? FIRST_ID,
    total: ticket => dollars(ticket.totalCents),
    gift_cards: () => [{ number: 'GC-SECRET-1', value: 5 }],
    custom: () => ({}),
    ...STAMPS,
  };
}

export function orderLineFields(account: Account, ticket: Ticket): Fields<ItemLine> {
  const isClosed = isInvoice(account, ticket);
  return {
    id: line => line.id,
    order_id: () => ticket.id,
    item_id: line => line.itemId,
    description: line => account.item(line.itemId).description,
    qty: line => quantity(line.qty),
    qty_open: line => quantity(isClosed ? 0 : line.qty),
    qty_invoiced: line => quantity(isClosed ? line.qty : 0),
    adjusted_unit_price: line => dollars(line.adjustedUnitPriceCents),
    original_unit_price: line => dollars(line.originalUnitPriceCents),
    unit_cost: line => dollars(line.unitCostCents),
    total_tax: () => dollars(0),
    ship_from_location_id: () => (isClosed ? ticket.locationId : null),
    discounts: () => [],
    ...STAMPS,
  };
}

export function itemLinesOf(ticket: Ticket): readonly ItemLine[] {
  return ticket.lines.filter(line => line.type === 'ItemLine');
}

export function invoiceFields(account: Account): Fields<Ticket> {
  const { parent_transaction_id: _, coupon_id: __, type: ___, ...fields } = ticketFields(account);
  return {
    ...fields,
    type: () => 'Invoice',
    order_id: ticket => orderBook(account).invoiced.get(ticket.id)?.id ?? ticket.id,
    billing_address_id: ticket => ticket.customerId ?? FIRST_ID,
  };
}
