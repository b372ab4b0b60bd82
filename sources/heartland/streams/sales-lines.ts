import { z } from 'zod';
import { amount, id, json, ref, words, yesNo } from '../../../transforms/columns.ts';
import { lines } from './documents.ts';
import { recordFields } from './master.ts';
import type { ChildStream } from './stream.ts';

/** The lines of a ticket or an invoice: goods, tax, discounts and shipping, told apart by their type. */
export function salesLines(name: string, about: string): ChildStream {
  return {
    ...lines,
    name,
    about,
    parentKey: 'sales_transaction_id',
    row: z.object({
      id: id('Heartland’s internal number'),
      sales_transaction_id: ref('Ticket or invoice'),
      type: words('ItemLine, TaxLine, DiscountLine, ShippingLine, …'),
      item_id: ref('Item, of an ItemLine'),
      public_id: words('Item number, of an ItemLine'),
      description: words('What the receipt says'),
      qty: amount('Units; negative for goods brought back'),
      value: amount('Amount of the line; its price times its units, discounts taken off'),
      adjusted_unit_price: amount('Price of one unit as sold'),
      original_unit_price: amount('Price of one unit before markdowns'),
      unit_cost: amount('Average cost of one unit at the time'),
      item_custom: json('Custom fields of the item at the time'),
      item_line_id: ref('Item line that a tax or discount belongs to'),
      sales_transaction_line_id: ref('Line it belongs to'),
      order_line_id: ref('Line of the sales order it fulfills'),
      order_discount_id: ref('Discount of the sales order'),
      shipping_line_id: ref('Shipping line it belongs to'),
      shipping_method_id: ref('Shipping method'),
      tax_rule_id: ref('Tax rule, of a TaxLine'),
      gift_card_id: ref('Gift card that was sold'),
      lookup_id: ref('Code under which the item was found'),
      action_id: words('Action of the promotion that made it'),
      reason_codes: json('Reasons given'),
      manually_added: yesNo('Whether a person added it'),
      customer_id: ref('Customer'),
      loyalty_points: amount('Loyalty points'),
      address_id: ref('Address it goes to'),
      address_revision_id: ref('That address as it was at the time'),
      ...recordFields,
    }),
  };
}

/** The payments of a ticket, an invoice or an order, without the payer's name. */
export function salesPayments(name: string, about: string, parentKey: string): ChildStream {
  return {
    name,
    about,
    path: 'payments',
    isEmbedded: true,
    areFew: true,
    parentKey,
    key: ['id'],
    excludeUnless: { customers: ['cardholder_name', 'details', 'gateway_info'] },
    row: z.object({
      id: id('Heartland’s internal number'),
      sales_transaction_id: ref('Ticket or invoice it pays for'),
      [parentKey]: ref('What it pays for'),
      payment_id: ref('Payment'),
      sales_order_payment_id: ref('Payment of the sales order'),
      type: words('Kind of payment, as Payments::CashPayment'),
      status: words('Whether it has been captured'),
      amount: amount('Amount; negative when paid back'),
      amount_tendered: amount('Amount handed over, change included'),
      description: words('What people call it'),
      active: yesNo('Whether it counts'),
      deposit: yesNo('Whether it was captured at once'),
      payment_type_id: ref('Payment type'),
      gateway_id: ref('Payment gateway'),
      gateway_type: words('Kind of gateway'),
      gateway_connection_id: ref('Connection to the gateway'),
      credit_card_id: ref('Credit card, by Heartland’s number of it'),
      deposit_payment_id: ref('Deposit it draws on'),
      reference_id: words('Reference at the gateway'),
      signature_required: yesNo('Whether a signature was needed'),
      manually_reconciled: yesNo('Whether a person reconciled it'),
      cardholder_name: words('Name on the card; stored only with personal_data.customers: true'),
      details: json('Details of the payment; stored only with personal_data.customers: true'),
      gateway_info: json('What the gateway sent; stored only with personal_data.customers: true'),
      ...recordFields,
    }),
  };
}
