import type { Account } from './account.ts';
import type { ItemLine, MoneyLine, Ticket, TicketLine } from './documents.ts';

/** What is asked of the till. A negative quantity brings goods back. */
export interface Sale {
  /** Whose station it is: the place that gives or takes the goods. */
  readonly locationId: number;
  /** Who is credited; the same place unless said. */
  readonly sourceLocationId?: number;
  readonly customerId?: number | null;
  readonly parentId?: number | null;
  readonly type?: 'Ticket' | 'Return';
  /** Keep it as a layaway: goods are committed, not sold. */
  readonly isLayaway?: boolean;
  readonly lines: readonly {
    readonly itemId: number;
    readonly qty: number;
    /** Share taken off the current price, 0 to 1. */
    readonly discount?: number;
    readonly unitPriceCents?: number;
    readonly originalUnitPriceCents?: number;
    readonly unitCostCents?: number;
  }[];
}

export const TAX_RATE = 0.0825;

/** Rings up a ticket. Its lines keep the prices and the average cost of this moment. */
export function sell(account: Account, sale: Sale): Ticket {
  const lines: TicketLine[] = [];
  let goodsCents = 0;
  for (const asked of sale.lines) {
    const item = account.item(asked.itemId);
    const current = item.priceCents ?? 0;
    const adjustedUnitPriceCents =
      asked.unitPriceCents ?? Math.round(current * (1 - (asked.discount ?? 0)));
    const line: ItemLine = {
      ...account.stamp('line'),
      type: 'ItemLine',
      itemId: asked.itemId,
      qty: asked.qty,
      valueCents: rounded(asked.qty * adjustedUnitPriceCents),
      adjustedUnitPriceCents,
      originalUnitPriceCents: asked.originalUnitPriceCents ?? item.originalPriceCents ?? current,
      unitCostCents: asked.unitCostCents ?? account.averageCostCents(asked.itemId, sale.locationId),
    };
    lines.push(line);
    goodsCents += line.valueCents;
    if ((asked.discount ?? 0) > 0)
      lines.push(
        moneyLine(account, 'DiscountLine', line.valueCents - rounded(asked.qty * current), line.id),
      );
  }
  const taxCents = rounded(goodsCents * TAX_RATE);
  lines.push(moneyLine(account, 'TaxLine', taxCents, null));
  const stamp = account.stamp('ticket');
  const ticket: Ticket = {
    ...stamp,
    publicId: String(stamp.id - 100_000),
    type: sale.type ?? 'Ticket',
    status: 'incomplete',
    sourceLocationId: sale.sourceLocationId ?? sale.locationId,
    locationId: sale.locationId,
    customerId: sale.customerId ?? null,
    parentId: sale.parentId ?? null,
    completedAt: null,
    totalCents: goodsCents + taxCents,
    taxCents,
    lines,
  };
  account.tickets.push(ticket);
  if (sale.isLayaway === true) moveGoods(account, ticket, 'commit');
  else complete(account, ticket);
  return ticket;
}

// Half a cent goes away from zero, so that what is taken back is exactly what was paid.
function rounded(cents: number): number {
  return Math.sign(cents) * Math.round(Math.abs(cents));
}

function moneyLine(
  account: Account,
  type: MoneyLine['type'],
  valueCents: number,
  itemLineId: number | null,
): MoneyLine {
  const description = type === 'TaxLine' ? 'Sales tax' : 'Discount';
  return { ...account.stamp('line'), type, valueCents, description, itemLineId };
}

/** Hands over a layaway: its goods stop being committed and are sold, at the cost they were put aside for. */
export function completeLayaway(account: Account, ticket: Ticket): void {
  if (ticket.status !== 'incomplete') throw new Error(`Ticket ${ticket.id} is ${ticket.status}.`);
  moveGoods(account, ticket, 'release');
  complete(account, ticket);
}

/** Sells what is on a ticket: its goods are handed over now. */
export function complete(account: Account, ticket: Ticket): void {
  ticket.status = 'complete';
  ticket.completedAt = account.now;
  account.touch(ticket);
  moveGoods(account, ticket, 'handOver');
}

/** Takes a ticket out of the books: what it moved moves back now, and no report counts it any more. */
export function voidTicket(account: Account, ticket: Ticket): void {
  if (ticket.status === 'void') throw new Error(`Ticket ${ticket.id} is void already.`);
  moveGoods(account, ticket, ticket.status === 'complete' ? 'takeBack' : 'release');
  ticket.status = 'void';
  account.touch(ticket);
}

export function moveGoods(
  account: Account,
  ticket: Ticket,
  how: 'commit' | 'release' | 'handOver' | 'takeBack',
): void {
  if (ticket.isPaperOnly === true) return;
  for (const line of ticket.lines) {
    if (line.type !== 'ItemLine') continue;
    if (account.item(line.itemId).tracksInventory === false) continue;
    const delta = {
      commit: { committed: line.qty },
      release: { committed: -line.qty },
      handOver: { qty: -line.qty },
      takeBack: { qty: line.qty },
    }[how];
    account.move(line.itemId, ticket.locationId, line.unitCostCents, delta);
  }
}

/** Takes goods of an earlier ticket back, at the prices and cost they were sold for. */
export function returnGoods(
  account: Account,
  of: Ticket,
  lines: readonly { readonly lineId: number; readonly qty: number }[],
  locationId: number = of.locationId,
): Ticket {
  return sell(account, {
    locationId,
    customerId: of.customerId,
    parentId: of.id,
    type: 'Return',
    lines: lines.map(({ lineId, qty }) => {
      const sold = of.lines.find(line => line.id === lineId);
      if (sold?.type !== 'ItemLine') throw new Error(`Ticket ${of.id} has no item line ${lineId}.`);
      return {
        itemId: sold.itemId,
        qty: -qty,
        unitPriceCents: sold.adjustedUnitPriceCents,
        originalUnitPriceCents: sold.originalUnitPriceCents,
        unitCostCents: sold.unitCostCents,
      };
    }),
  });
}
