import type { Account } from './account.ts';
import { localDay } from './calendar.ts';
import type { Order, OrderLine, Receipt, VendorReturn } from './documents.ts';

/** Items, how many, and for how much a unit; without a cost, the item's own. */
export interface Goods {
  readonly itemId: number;
  readonly qty: number;
  readonly unitCostCents?: number;
}

/** Writes a purchase order. Pending until it is opened; only then is anything on order. */
export function order(
  account: Account,
  asked: {
    readonly vendorId: number;
    readonly locationId: number | null;
    readonly isPending?: boolean;
    readonly description?: string | null;
    readonly lines: readonly Goods[];
  },
): Order {
  const stamp = account.stamp('order');
  const day = localDay(account.locations[0]!.zone, account.now);
  const written: Order = {
    ...stamp,
    publicId: `PO-${stamp.id - 100_000}`,
    status: 'pending',
    vendorId: asked.vendorId,
    locationId: asked.locationId,
    description: asked.description ?? null,
    startsShippingOn: day + 3,
    endsShippingOn: day + 24,
    lines: asked.lines.map(line => ({
      ...account.stamp('order line'),
      itemId: line.itemId,
      qty: line.qty,
      unitCostCents: costOf(account, line),
      qtyReceived: 0,
    })),
  };
  account.orders.push(written);
  if (asked.isPending !== true) openOrder(account, written);
  return written;
}

function costOf(account: Account, { itemId, unitCostCents }: Goods): number {
  return unitCostCents ?? account.item(itemId).costCents ?? 0;
}

export function openOrder(account: Account, opened: Order): void {
  if (opened.status !== 'pending') throw new Error(`Order ${opened.id} is ${opened.status}.`);
  opened.status = 'open';
  account.touch(opened);
  for (const line of opened.lines) expect(account, opened, line, line.qty);
}

/** Ends an order; what is still open on it is no longer expected. */
export function endOrder(account: Account, ended: Order, status: 'closed' | 'canceled'): void {
  if (ended.status === 'open')
    for (const line of ended.lines) expect(account, ended, line, -openQty(line));
  ended.status = status;
  account.touch(ended);
}

/** What is still to come on a line; more may have come than was asked. */
export function openQty(line: OrderLine): number {
  return Math.max(line.qty - line.qtyReceived, 0);
}

// An order without a location is on order nowhere in particular, so no stock figure can hold it.
function expect(account: Account, { locationId }: Order, line: OrderLine, qty: number): void {
  if (locationId !== null && qty !== 0)
    account.move(line.itemId, locationId, line.unitCostCents, { onPo: qty });
}

/** Books goods in; with an order, what arrives is no longer expected, and a filled order closes. */
export function receive(
  account: Account,
  asked: {
    readonly order?: Order | null;
    readonly vendorId: number;
    readonly locationId: number;
    readonly isPending?: boolean;
    readonly lines: readonly (Goods & { readonly orderLineId?: number | null })[];
  },
): Receipt {
  const stamp = account.stamp('receipt');
  const booked: Receipt = {
    ...stamp,
    publicId: `R-${stamp.id - 100_000}`,
    status: 'pending',
    orderId: asked.order?.id ?? null,
    vendorId: asked.vendorId,
    locationId: asked.locationId,
    completedAt: null,
    lines: asked.lines.map(line => ({
      ...account.stamp('receipt line'),
      itemId: line.itemId,
      qty: line.qty,
      unitCostCents: costOf(account, line),
      orderLineId: line.orderLineId ?? null,
    })),
  };
  account.receipts.push(booked);
  if (asked.isPending !== true) completeReceipt(account, booked);
  return booked;
}

export function completeReceipt(account: Account, booked: Receipt): void {
  const from = account.orders.find(({ id }) => id === booked.orderId);
  for (const line of booked.lines) {
    const ordered = from?.lines.find(({ id }) => id === line.orderLineId);
    account.move(line.itemId, booked.locationId, line.unitCostCents, { qty: line.qty });
    if (from === undefined || ordered === undefined) continue;
    if (from.status === 'open')
      expect(account, from, ordered, -Math.min(openQty(ordered), line.qty));
    ordered.qtyReceived += line.qty;
    account.touch(ordered);
  }
  booked.status = 'complete';
  booked.completedAt = account.now;
  account.touch(booked);
  if (from === undefined) return;
  account.touch(from);
  if (from.status === 'open' && from.lines.every(line => openQty(line) === 0))
    endOrder(account, from, 'closed');
}

/** Sends goods back to the vendor, at the average cost they are held at. */
export function returnToVendor(
  account: Account,
  asked: {
    readonly vendorId: number;
    readonly locationId: number;
    readonly isPending?: boolean;
    readonly lines: readonly Goods[];
  },
): VendorReturn {
  const stamp = account.stamp('vendor return');
  const isPending = asked.isPending === true;
  const sent: VendorReturn = {
    ...stamp,
    publicId: `RTV-${stamp.id - 100_000}`,
    status: isPending ? 'pending' : 'complete',
    vendorId: asked.vendorId,
    locationId: asked.locationId,
    completedAt: isPending ? null : account.now,
    lines: asked.lines.map(line => ({
      ...account.stamp('vendor return line'),
      itemId: line.itemId,
      qty: line.qty,
      unitCostCents: line.unitCostCents ?? account.averageCostCents(line.itemId, asked.locationId),
    })),
  };
  account.vendorReturns.push(sent);
  if (!isPending)
    for (const line of sent.lines)
      account.move(line.itemId, sent.locationId, line.unitCostCents, { qty: -line.qty });
  return sent;
}
