import { dollars, quantity, ratio } from '../decimal.ts';
import type { Account } from '../ledger/account.ts';
import { formatDay, formatInstant } from '../ledger/calendar.ts';
import type {
  Order,
  OrderLine,
  Receipt,
  ReceiptLine,
  StockLine,
  VendorReturn,
} from '../ledger/documents.ts';
import { openQty } from '../ledger/purchasing.ts';
import type { Fields } from '../query/rows.ts';
import { STAMPS, USER_ID } from './stamps.ts';

function sum<T>(lines: readonly T[], of: (line: T) => number): number {
  return lines.reduce((total, line) => total + of(line), 0);
}

function isOpen({ status }: Order): boolean {
  return status === 'open' || status === 'pending';
}

/** A purchase order; its totals are summed from its lines each time. */
export function orderFields(account: Account): Fields<Order> {
  const price = (line: OrderLine) => account.item(line.itemId).priceCents ?? 0;
  const open = (order: Order, line: OrderLine) => (isOpen(order) ? openQty(line) : 0);
  return {
    id: order => order.id,
    public_id: order => order.publicId,
    status: order => order.status,
    start_shipments_at: order => formatDay(order.startsShippingOn),
    end_shipments_at: order => formatDay(order.endsShippingOn),
    vendor_id: order => order.vendorId,
    description: order => order.description,
    receive_at_location_id: order => order.locationId,
    custom: () => ({}),
    total_qty: order => quantity(sum(order.lines, line => line.qty)),
    total_cost: order => dollars(sum(order.lines, line => line.qty * line.unitCostCents)),
    total_price: order => dollars(sum(order.lines, line => line.qty * price(line))),
    total_received_qty: order => quantity(sum(order.lines, line => line.qtyReceived)),
    total_received_cost: order =>
      dollars(sum(order.lines, line => line.qtyReceived * line.unitCostCents)),
    total_received_price: order =>
      dollars(sum(order.lines, line => line.qtyReceived * price(line))),
    total_open_qty: order => quantity(sum(order.lines, line => open(order, line))),
    total_open_cost: order =>
      dollars(sum(order.lines, line => open(order, line) * line.unitCostCents)),
    total_open_price: order => dollars(sum(order.lines, line => open(order, line) * price(line))),
    initial_margin_ratio: order => {
      const retail = sum(order.lines, line => line.qty * price(line));
      const cost = sum(order.lines, line => line.qty * line.unitCostCents);
      return retail === 0 ? null : ratio((retail - cost) / retail);
    },
    po_import_batch_id: () => null,
    ...STAMPS,
  };
}

export function orderLineFields(account: Account, order: Order): Fields<OrderLine> {
  const open = (line: OrderLine) => (isOpen(order) ? openQty(line) : 0);
  return {
    id: line => line.id,
    item_id: line => line.itemId,
    order_id: () => order.id,
    name: line => account.item(line.itemId).description,
    line_display_id: line => account.item(line.itemId).publicId,
    item_custom: line => account.item(line.itemId).custom,
    qty: line => quantity(line.qty),
    unit_cost: line => dollars(line.unitCostCents),
    original_cost: line => dollars(line.unitCostCents),
    extended_cost: line => dollars(line.qty * line.unitCostCents),
    qty_received: line => quantity(line.qtyReceived),
    received_cost: line => dollars(line.qtyReceived * line.unitCostCents),
    open_cost: line => dollars(open(line) * line.unitCostCents),
    qty_expected: line => quantity(open(line)),
    status: line => (openQty(line) === 0 ? 'received' : line.qtyReceived > 0 ? 'partial' : 'open'),
    autogridding: () => [],
    ...STAMPS,
  };
}

/** A receipt. When it was completed is not told; completing it is its last update, as a rule. */
export const RECEIPT: Fields<Receipt> = {
  id: receipt => receipt.id,
  public_id: receipt => receipt.publicId,
  status: receipt => receipt.status,
  order_id: receipt => receipt.orderId,
  vendor_id: receipt => receipt.vendorId,
  receive_at_location_id: receipt => receipt.locationId,
  custom: () => ({}),
  ...STAMPS,
};

export function receiptLineFields(receipt: Receipt): Fields<ReceiptLine> {
  return {
    id: line => line.id,
    item_id: line => line.itemId,
    qty: line => quantity(line.qty),
    unit_cost: line => dollars(line.unitCostCents),
    receipt_id: () => receipt.id,
    order_line_id: line => line.orderLineId,
    qty_expected: line => (line.orderLineId === null ? null : quantity(line.qty)),
    qty_unauthorized: line => quantity(line.orderLineId === null ? line.qty : 0),
    ...STAMPS,
  };
}

export const VENDOR_RETURN: Fields<VendorReturn> = {
  id: sent => sent.id,
  public_id: sent => sent.publicId,
  status: sent => sent.status,
  vendor_id: sent => sent.vendorId,
  return_from_location_id: sent => sent.locationId,
  custom: () => ({}),
  ...STAMPS,
};

/** A line of a vendor return or of an adjustment set, which names its parent by `parentKey`. */
export function stockLineFields(parentKey: string, parentId: number): Fields<StockLine> {
  return {
    id: line => line.id,
    [parentKey]: () => parentId,
    item_id: line => line.itemId,
    qty: line => quantity(line.qty),
    unit_cost: line => dollars(line.unitCostCents),
    created_at: line => formatInstant(line.createdAt),
    updated_at: line => formatInstant(line.updatedAt),
    created_by_user_id: () => USER_ID,
    updated_by_user_id: () => USER_ID,
  };
}
