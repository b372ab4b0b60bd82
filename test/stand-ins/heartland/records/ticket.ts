import { dollars, type JsonRecord, quantity } from '../decimal.ts';
import type { Account } from '../ledger/account.ts';
import { formatInstant, formatLocal } from '../ledger/calendar.ts';
import type { ItemLine, Ticket, TicketLine } from '../ledger/documents.ts';
import type { Fields } from '../query/rows.ts';
import { STAMPS } from './stamps.ts';

const SALES_REPS = ['Jo', 'Sam', 'Kit'];

export function salesRepOf(ticket: Ticket): string {
  return SALES_REPS[ticket.id % SALES_REPS.length]!;
}

/** A sales ticket. `total` is the goods and the tax; discounts are in the prices of the goods already. */
export function ticketFields(account: Account): Fields<Ticket> {
  const zone = (ticket: Ticket) => account.location(ticket.locationId).zone;
  const customer = (ticket: Ticket) => account.customers.find(({ id }) => id === ticket.customerId);
  const paid = (ticket: Ticket) =>
    ticket.status === 'complete'
      ? ticket.totalCents
      : (ticket.payments ?? []).reduce((sum, { cents }) => sum + cents, 0);
  return {
    id: ticket => ticket.id,
    public_id: ticket => ticket.publicId,
    type: ticket => ticket.type,
    status: ticket => ticket.status,
    customer_id: ticket => ticket.customerId,
    customer_name: ticket => {
      const who = customer(ticket);
      return who === undefined ? null : `${who.firstName} ${who.lastName}`;
    },
    source_location_id: ticket => ticket.sourceLocationId,
    station_id: ticket => account.location(ticket.locationId).stationId,
    parent_transaction_id: ticket => ticket.parentId,
    sales_rep: ticket => salesRepOf(ticket),
    total: ticket => dollars(ticket.totalCents),
    total_tax: ticket => dollars(ticket.taxCents),
    total_discounts: ticket =>
      dollars(
        ticket.lines.reduce(
          (sum, line) => sum + (line.type === 'DiscountLine' ? line.valueCents : 0),
          0,
        ),
      ),
    total_paid: ticket => dollars(paid(ticket)),
    balance: ticket => dollars(ticket.status === 'void' ? 0 : ticket.totalCents - paid(ticket)),
    ...STAMPS,
    local_created_at: ticket => formatLocal(zone(ticket), ticket.createdAt),
    local_updated_at: ticket => formatLocal(zone(ticket), ticket.updatedAt),
    completed_at: ticket =>
      ticket.completedAt === null ? null : formatInstant(ticket.completedAt),
    local_completed_at: ticket =>
      ticket.completedAt === null ? null : formatLocal(zone(ticket), ticket.completedAt),
    'completed?': ticket => ticket.status === 'complete',
    'voided?': ticket => ticket.status === 'void',
    affect_inventory: ticket => ticket.isPaperOnly !== true,
    coupon_id: () => null,
    sales_rep_ids: () => [],
    custom: () => ({}),
    metadata: () => null,
    metadata_private: () => ({}),
  };
}

/** What `_include[]` adds to a ticket beside its lines: two sums that a customer display shows (M). */
export function sumsOf(ticket: Ticket, includes: readonly string[]): JsonRecord {
  return {
    ...(includes.includes('subtotal') && {
      subtotal: dollars(ticket.totalCents - ticket.taxCents),
    }),
    ...(includes.includes('tax_total') && { tax_total: dollars(ticket.taxCents) }),
  };
}

export function ticketLineFields(account: Account, ticket: Ticket): Fields<TicketLine> {
  const goods =
    <T>(read: (line: ItemLine) => T) =>
    (line: TicketLine) =>
      line.type === 'ItemLine' ? read(line) : null;
  return {
    id: line => line.id,
    type: line => line.type,
    sales_transaction_id: () => ticket.id,
    item_id: goods(line => line.itemId),
    public_id: goods(line => account.item(line.itemId).publicId),
    description: line =>
      line.type === 'ItemLine' ? account.item(line.itemId).description : line.description,
    qty: goods(line => quantity(line.qty)),
    value: line => dollars(line.valueCents),
    adjusted_unit_price: goods(line => dollars(line.adjustedUnitPriceCents)),
    original_unit_price: goods(line => dollars(line.originalUnitPriceCents)),
    unit_cost: goods(line => dollars(line.unitCostCents)),
    item_custom: goods(line => account.item(line.itemId).custom),
    item_line_id: line => (line.type === 'ItemLine' ? null : line.itemLineId),
    tax_rule_id: line => (line.type === 'TaxLine' ? 100_001 : null),
    order_line_id: () => null,
    gift_card_id: () => null,
    reason_codes: () => null,
    manually_added: () => false,
    ...STAMPS,
  };
}
