import { dollars, quantity } from '../decimal.ts';
import { derived } from '../derived.ts';
import type { Account } from '../ledger/account.ts';
import { formatDay, formatInstant, localDay } from '../ledger/calendar.ts';
import type { ItemLine, Ticket } from '../ledger/documents.ts';
import { type Fields, hidden } from '../query/rows.ts';

interface SoldLine {
  readonly id: number;
  readonly ticket: Ticket;
  readonly line: ItemLine;
}

/** Every line of goods that was sold or brought back, oldest first. */
export function soldLines(account: Account): readonly SoldLine[] {
  return derived(account, 'sold lines', ({ tickets }) =>
    tickets
      .filter(({ status }) => status === 'complete')
      .flatMap(ticket =>
        ticket.lines.flatMap(line =>
          line.type === 'ItemLine' ? [{ id: line.id, ticket, line }] : [],
        ),
      )
      .sort((a, b) => a.id - b.id),
  );
}

/**
 * `GET reporting/sales`, undocumented and known from one client (M), which filters by `date`, the business date; its
 * `datetime` is when the ticket was written, not when it was completed.
 */
export function salesFields(account: Account): Fields<SoldLine> {
  return hidden(
    {
      transaction_id: ({ ticket }: SoldLine) => ticket.id,
      transaction_line_id: ({ line }) => line.id,
      item_id: ({ line }) => (account.deletedItemIds.has(line.itemId) ? null : line.itemId),
      customer_id: ({ ticket }) => ticket.customerId,
      datetime: ({ ticket }) => formatInstant(ticket.createdAt),
      net_qty_sold: ({ line }) => quantity(line.qty),
      net_sales: ({ line }) => dollars(line.valueCents),
      unit_price: ({ line }) => dollars(line.adjustedUnitPriceCents),
    },
    {
      id: ({ line }: SoldLine) => line.id,
      date: ({ ticket }) =>
        formatDay(localDay(account.location(ticket.locationId).zone, ticket.completedAt!)),
    },
  );
}
