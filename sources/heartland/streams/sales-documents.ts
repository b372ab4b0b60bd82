import { z } from 'zod';
import {
  amount,
  id,
  json,
  moment,
  ref,
  wallClock,
  words,
  yesNo,
} from '../../../transforms/columns.ts';
import { lines } from './documents.ts';
import { recordFields } from './master.ts';
import { salesLines, salesPayments } from './sales-lines.ts';
import type { Stream } from './stream.ts';

/** Rows carry their lines and payments. A first run reads only the configured history of them. */
const walk = { kind: 'by_key', changedBy: 'updated_at', perPage: 250 } as const;
const historyWalk = { ...walk, fromHistoryStart: true } as const;

/** Fields with the names of customers and employees. */
const excludeUnless = { customers: ['customer_name', 'customer'], users: ['sales_rep'] };

const saleFields = {
  id: id('Heartland’s internal number'),
  public_id: words('Number on the receipt'),
  type: words('Ticket, Return or Invoice'),
  status: words('incomplete, complete or void'),
  customer_id: ref('Customer'),
  customer_name: words('Customer’s name; stored only with personal_data.customers: true'),
  source_location_id: ref('Location credited with the sale'),
  station_id: ref('Register; its location hands the goods over'),
  sales_rep: words('Who sold it; stored only with personal_data.users: true'),
  sales_rep_ids: json('Users who sold it'),
  total: amount('Goods, tax and shipping'),
  total_tax: amount('Tax'),
  total_discounts: amount('Discounts'),
  total_paid: amount('Paid so far'),
  balance: amount('Still to be paid'),
  completed: yesNo('Whether it is complete'),
  voided: yesNo('Whether it was voided'),
  completed_at: moment('When it was completed'),
  local_completed_at: wallClock('When it was completed, by the store’s clock: its business date'),
  local_created_at: wallClock('When it was made, by the store’s clock'),
  local_updated_at: wallClock('When it last changed, by the store’s clock'),
  affect_inventory: yesNo('Whether completing it moves stock'),
  recalculate: yesNo('Whether promotions and taxes are calculated'),
  custom: json('Custom fields'),
  metadata: json('Keys and values stored by integrations'),
  metadata_private: json('Keys and values stored by Heartland'),
  ...recordFields,
};

/** A sale counts on the store's own day. */
const COMPLETED = ['local_completed_at', 'completed_at'] as const;

export const tickets: Stream = {
  name: 'tickets',
  about:
    'Sales and returns at the register, with layaways; goods shipped for orders are in invoices',
  path: 'sales/tickets',
  key: ['id'],
  walk: historyWalk,
  permissions: ['sales.ticket.manage'],
  countsOn: COMPLETED,
  excludeUnless,
  row: z.object({
    ...saleFields,
    parent_transaction_id: ref('Ticket that is returned'),
    coupon_id: ref('Coupon'),
  }),
  children: [
    salesLines('ticket_lines', 'Goods, tax, discounts and shipping on tickets'),
    salesPayments('ticket_payments', 'Payments of tickets', 'sales_transaction_id'),
  ],
};

export const invoices: Stream = {
  name: 'invoices',
  about: 'Sales orders as they were fulfilled; they count as sales like tickets',
  path: 'sales/invoices',
  key: ['id'],
  walk: historyWalk,
  permissions: ['sales.invoice.manage'],
  countsOn: COMPLETED,
  excludeUnless,
  row: z.object({
    ...saleFields,
    order_id: ref('Sales order it fulfills'),
    billing_address_id: ref('Address of the bill'),
  }),
  children: [
    salesLines('invoice_lines', 'Goods, tax, discounts and shipping on invoices'),
    // Payments were seen embedded in tickets; whether every account lists them for these is not known.
    {
      ...salesPayments('invoice_payments', 'Payments of invoices', 'sales_transaction_id'),
      onDemand: true,
    },
  ],
};

export const sales_orders: Stream = {
  name: 'sales_orders',
  about: 'Orders of customers: pending, open, closed and canceled',
  path: 'sales/orders',
  key: ['id'],
  walk,
  permissions: ['sales.order.view'],
  excludeUnless,
  row: z.object({
    id: id('Heartland’s internal number'),
    public_id: words('Order number'),
    status: words('pending, open, closed or canceled'),
    customer_id: ref('Customer'),
    customer_name: words('Customer’s name; stored only with personal_data.customers: true'),
    station_id: ref('Station it was taken at'),
    source_location_id: ref('Location credited with the sale'),
    sales_rep: words('Who sold it; stored only with personal_data.users: true'),
    shipping_method_id: ref('Shipping method'),
    shipping_charge: amount('What shipping costs the customer'),
    billing_address_id: ref('Address of the bill'),
    shipping_address_id: ref('Address it goes to'),
    recalculate: yesNo('Whether promotions and taxes are calculated'),
    total: amount('Total'),
    custom: json('Custom fields'),
    ...recordFields,
  }),
  // Numbers of gift cards are as good as the money on them.
  exclude: ['gift_cards'],
  children: [
    {
      ...lines,
      name: 'sales_order_lines',
      about: 'Items on sales orders',
      parentKey: 'order_id',
      row: z.object({
        id: id('Heartland’s internal number'),
        order_id: ref('Sales order'),
        item_id: ref('Item'),
        description: words('What the order says'),
        qty: amount('Units ordered'),
        qty_open: amount('Units still to be invoiced'),
        qty_invoiced: amount('Units invoiced'),
        adjusted_unit_price: amount('Price of one unit as sold'),
        original_unit_price: amount('Price of one unit before markdowns'),
        unit_cost: amount('Cost of one unit'),
        total_tax: amount('Tax of the line'),
        ship_from_location_id: ref('Location that sends it'),
        discounts: json('Discounts of the line'),
        ...recordFields,
      }),
    },
    {
      ...salesPayments('sales_order_payments', 'Payments of sales orders', 'order_id'),
      onDemand: true,
    },
  ],
};
