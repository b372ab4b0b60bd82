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
import { recordFields } from './master.ts';
import type { Stream } from './stream.ts';

/** Not documented, but in use; it refuses `location_id` as a filter. */
export const payments: Stream = {
  name: 'payments',
  about: 'Every payment and refund, whatever it was for',
  path: 'payments',
  key: ['id'],
  walk: { kind: 'by_key', changedBy: 'updated_at', fromHistoryStart: true },
  permissions: ['payment.read'],
  countsOn: ['local_completed_at', 'completed_at', 'created_at'],
  onDemand: true,
  excludeUnless: { customers: ['cardholder_name', 'customer_name', 'details', 'gateway_info'] },
  row: z.object({
    id: id('Heartland’s internal number'),
    type: words('Kind of payment, as Payments::CashPayment'),
    status: words('Whether it has been captured'),
    amount: amount('Amount; negative when paid back'),
    payment_type_id: ref('Payment type'),
    completed_at: moment('When it was completed'),
    local_completed_at: wallClock('When it was completed, by the store’s clock'),
    sales_transaction_id: ref('Ticket or invoice it pays for'),
    description: words('What people call it'),
    cardholder_name: words('Name on the card; stored only with personal_data.customers: true'),
    ...recordFields,
  }),
};

export const payment_types: Stream = {
  name: 'payment_types',
  about: 'Ways to pay',
  path: 'payment_types',
  key: ['id'],
  walk: { kind: 'by_key' },
  permissions: ['payment_type.manage'],
  // Addresses of other systems may contain their keys.
  exclude: ['check_balance_url', 'capture_url', 'refund_url', 'void_url'],
  row: z.object({
    id: id('Heartland’s internal number'),
    public_id: words('Its number or short name'),
    name: words('Name'),
    key: words('Key'),
    kind: words('PaymentType or GiftCardPaymentType'),
    description: words('Description'),
    custom_field_group: words('Group of its custom fields'),
    active: yesNo('Whether it is in use'),
    builtin: yesNo('Whether it came with Heartland'),
    accept_on_sales_order: yesNo('Whether orders can be paid with it'),
    default_to_amount_due: yesNo('Whether the balance is filled in'),
    payment_process_type: words('manual, webhooks, heartland or big_commerce'),
    max_refund_amount: amount('Most that is paid back'),
    payment_account_id: ref('Financial account'),
    deposit_account_id: ref('Financial account of deposits'),
    expiration_account_id: ref('Financial account of expired gift cards'),
    financial_error: yesNo('Whether its accounts are set up wrongly'),
    ...recordFields,
  }),
};

export const shipping_methods: Stream = {
  name: 'shipping_methods',
  about: 'Ways to ship sales orders',
  path: 'shipping/methods',
  key: ['id'],
  walk: { kind: 'by_key' },
  permissions: ['shipping_method.manage'],
  row: z.object({
    id: id('Heartland’s internal number'),
    name: words('Name'),
    active: yesNo('Whether it is in use'),
    amount: amount('What it costs the customer, unless the order says otherwise'),
    income_account_id: ref('Financial account'),
    financial_error: yesNo('Whether its account is set up wrongly'),
    uuid: words('Unique identifier'),
    metadata: json('Keys and values stored by integrations'),
    ...recordFields,
  }),
};
