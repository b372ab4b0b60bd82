import { z } from 'zod';
import { amount, day, id, json, moment, ref, words, yesNo } from '../../../transforms/columns.ts';
import { recordFields } from './master.ts';
import type { Stream } from './stream.ts';
import { transfer_event_lines, transfer_events } from './transfer-events.ts';

/** The path, embedding and key of a document's lines. */
export const lines = { path: 'lines', isEmbedded: true, key: ['id'] } as const;

/** Small pages: each document carries its lines. */
const walk = { kind: 'by_key', changedBy: 'updated_at', perPage: 200 } as const;

export const purchase_orders: Stream = {
  name: 'purchase_orders',
  about: 'Purchase orders: pending, open, closed and canceled',
  path: 'purchasing/orders',
  key: ['id'],
  walk,
  permissions: ['purchasing.order.read'],
  row: z.object({
    id: id('Heartland’s internal number'),
    public_id: words('Order number'),
    status: words('pending, open, closed or canceled'),
    vendor_id: ref('Vendor it is ordered from'),
    receive_at_location_id: ref('Location it is to be received at'),
    start_shipments_at: day('First day the vendor may ship'),
    end_shipments_at: day('Last day the vendor may ship; Heartland sorts open orders by its month'),
    description: words('Description'),
    total_qty: amount('Units ordered'),
    total_cost: amount('Cost of what was ordered'),
    total_price: amount('Retail value of what was ordered'),
    total_received_qty: amount('Units received'),
    total_received_cost: amount('Cost of what was received'),
    total_received_price: amount('Retail value of what was received'),
    total_open_qty: amount('Units still to come'),
    total_open_cost: amount('Cost of what is still to come'),
    total_open_price: amount('Retail value of what is still to come'),
    initial_margin_ratio: amount('Margin when it was ordered, as a share'),
    po_import_batch_id: ref('Import it came with'),
    custom: json('Custom fields'),
    ...recordFields,
  }),
  children: [
    {
      ...lines,
      name: 'purchase_order_lines',
      about: 'Items on purchase orders',
      parentKey: 'order_id',
      row: z.object({
        id: id('Heartland’s internal number'),
        order_id: ref('Purchase order'),
        item_id: ref('Item'),
        qty: amount('Units ordered'),
        qty_received: amount('Units received so far'),
        qty_expected: amount('Units expected'),
        unit_cost: amount('Cost of one unit'),
        received_cost: amount('Cost of what was received'),
        open_cost: amount('Cost of what is still to come'),
        status: words('Status of the line'),
        original_cost: amount('Cost of one unit when it was ordered'),
        extended_cost: amount('Cost of the line'),
        name: words('What the order says'),
        line_display_id: words('Item number'),
        item_custom: json('Custom fields of the item'),
        ...recordFields,
      }),
    },
  ],
};

export const receipts: Stream = {
  name: 'receipts',
  about: 'Goods received from vendors',
  path: 'purchasing/receipts',
  key: ['id'],
  walk,
  permissions: ['purchasing.receipt.read'],
  countsOn: ['completed_at', 'created_at'],
  row: z.object({
    id: id('Heartland’s internal number'),
    public_id: words('Receipt number'),
    status: words('pending or complete'),
    order_id: ref('Purchase order it fulfills, if any'),
    vendor_id: ref('Vendor'),
    location_id: ref('Location it was received at', 'location_id', 'receive_at_location_id'),
    completed_at: moment(
      'When it was accepted, where the account says so',
      'completed_at',
      'accepted_at',
    ),
    custom: json('Custom fields'),
    ...recordFields,
  }),
  children: [
    {
      ...lines,
      name: 'receipt_lines',
      about: 'Items on receipts',
      parentKey: 'receipt_id',
      row: z.object({
        id: id('Heartland’s internal number'),
        receipt_id: ref('Receipt'),
        order_line_id: ref('Line of the purchase order it fulfills'),
        item_id: ref('Item'),
        qty: amount('Units received'),
        qty_expected: amount('Units expected'),
        qty_unauthorized: amount('Units that were not ordered'),
        unit_cost: amount('Cost of one unit'),
        ...recordFields,
      }),
    },
  ],
};

/** The documentation describes returns in two ways, one like a receipt; the columns are those of both. */
export const purchase_returns: Stream = {
  name: 'purchase_returns',
  about: 'Goods sent back to vendors',
  path: 'purchasing/returns',
  key: ['id'],
  walk,
  permissions: ['purchasing.return.read'],
  countsOn: ['completed_at', 'created_at'],
  row: z.object({
    id: id('Heartland’s internal number'),
    public_id: words('Return number'),
    status: words('pending or complete'),
    order_id: ref('Purchase order, where the account says so'),
    vendor_id: ref('Vendor'),
    location_id: ref('Location it left from', 'return_from_location_id', 'location_id'),
    completed_at: moment('When it was completed, where the account says so'),
    custom: json('Custom fields'),
    ...recordFields,
  }),
  children: [
    {
      ...lines,
      name: 'purchase_return_lines',
      about: 'Items on returns to vendors',
      parentKey: 'return_id',
      row: z.object({
        id: id('Heartland’s internal number'),
        return_id: ref('Return', 'return_id', 'receipt_id'),
        order_line_id: ref('Line of the purchase order, where the account says so'),
        item_id: ref('Item'),
        qty: amount('Units sent back'),
        qty_expected: amount('Units expected, where the account says so'),
        qty_unauthorized: amount('Units that were not authorized, where the account says so'),
        unit_cost: amount('Cost of one unit'),
        ...recordFields,
      }),
    },
  ],
};

export const transfers: Stream = {
  name: 'transfers',
  about: 'Goods moved between locations',
  path: 'inventory/transfers',
  key: ['id'],
  walk,
  permissions: ['inventory.transfer.read'],
  countsOn: ['shipped_at', 'received_at', 'created_at'],
  row: z.object({
    id: id('Heartland’s internal number'),
    status: words('pending, in_transit, complete, …'),
    from_location_id: ref('Location that ships'),
    to_location_id: ref('Location that receives'),
    shipped_at: moment('When it left; from then it is in transit'),
    shipped_by_user_id: ref('User who shipped it'),
    received_at: moment('When it arrived'),
    received_by_user_id: ref('User who received it'),
    total_qty_shipped: amount('Units shipped'),
    total_qty_received: amount('Units received'),
    total_qty_lost: amount('Units lost on the way'),
    total_qty_requested: amount('Units requested'),
    total_qty_discrepant: amount('Units that differ between shipped and received'),
    due_date: day('When a request is due'),
    purchasing_receipt_id: ref('Receipt that started it'),
    receipt_overdue: yesNo('Whether it should have been received by now'),
    pick_overdue: yesNo('Whether it should have been picked by now'),
    custom: json('Custom fields'),
    ...recordFields,
  }),
  children: [
    {
      ...lines,
      name: 'transfer_lines',
      about: 'Items on transfers',
      parentKey: 'transfer_id',
      row: z.object({
        id: id('Heartland’s internal number'),
        transfer_id: ref('Transfer'),
        item_id: ref('Item'),
        qty_requested: amount('Units requested'),
        qty_shipped: amount('Units shipped'),
        qty_received: amount('Units received'),
        qty_lost: amount('Units lost on the way'),
        qty_discrepant: amount('Units that differ'),
        qty_over: amount('Units received beyond those shipped'),
        qty_short: amount('Units short of those shipped'),
        unit_cost: amount('Cost of one unit'),
        ...recordFields,
      }),
    },
    transfer_events,
    transfer_event_lines,
  ],
};

export const adjustment_sets: Stream = {
  name: 'adjustment_sets',
  about: 'Corrections of stock: counts, damage, loss',
  path: 'inventory/adjustment_sets',
  key: ['id'],
  walk,
  permissions: ['inventory.adjustment.read'],
  countsOn: ['completed_at', 'created_at'],
  row: z.object({
    id: id('Heartland’s internal number'),
    adjustment_reason_id: ref('Reason'),
    location_id: ref('Location'),
    status: words('Status'),
    note: words('Note'),
    completed_at: moment('When it took effect, where the account says so'),
    ...recordFields,
  }),
  children: [
    {
      ...lines,
      name: 'adjustment_set_lines',
      about: 'Items on adjustment sets',
      parentKey: 'adjustment_set_id',
      row: z.object({
        id: id('Heartland’s internal number'),
        adjustment_set_id: ref('Adjustment set'),
        item_id: ref('Item'),
        qty: amount('Units added; negative when taken away'),
        unit_cost: amount('Cost of one unit'),
        ...recordFields,
      }),
    },
  ],
};
