import { dollars } from '../decimal.ts';
import { derived } from '../derived.ts';
import { type Account, FIRST_ID } from '../ledger/account.ts';
import { formatInstant, formatLocal } from '../ledger/calendar.ts';
import type { Ticket } from '../ledger/documents.ts';
import type { Fields } from '../query/rows.ts';
import { STAMPS } from './stamps.ts';

/** What was paid for a completed ticket, in one amount or in two. */
export interface Payment {
  readonly id: number;
  readonly ticket: Ticket;
  readonly cents: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** Every payment; a ticket is paid in the way that the report of payments says. */
export function paymentsOf(account: Account): readonly Payment[] {
  return derived(account, 'payments', ({ tickets }) =>
    tickets.flatMap(ticket => (ticket.status === 'complete' ? paymentsOfTicket(ticket) : [])),
  );
}

export function paymentsOfTicket(ticket: Ticket): readonly Payment[] {
  if (ticket.status !== 'complete' && ticket.payments === undefined) return [];
  const { totalCents } = ticket;
  const isSplit = ticket.id % 5 === 0 && totalCents > 10_000;
  const own = isSplit ? [5000, totalCents - 5000] : [totalCents];
  const amounts = ticket.payments?.map(({ cents }) => cents) ?? own;
  return amounts.map((cents, n) => ({
    id: FIRST_ID + (ticket.id - FIRST_ID) * 2 + n,
    ticket,
    cents,
    createdAt: ticket.createdAt,
    updatedAt: ticket.updatedAt,
  }));
}

const isCash = ({ ticket }: Payment) => ticket.id % 3 === 0;

/** The undocumented list `payments`. */
export function paymentFields(account: Account): Fields<Payment> {
  const zone = ({ ticket }: Payment) => account.location(ticket.locationId).zone;
  return {
    id: payment => payment.id,
    type: payment => (isCash(payment) ? 'Payments::CashPayment' : 'Payments::CreditCardPayment'),
    status: () => 'complete',
    amount: payment => dollars(payment.cents),
    payment_type_id: payment => FIRST_ID + (isCash(payment) ? 0 : 1),
    sales_transaction_id: payment => payment.ticket.id,
    description: payment => (isCash(payment) ? 'Cash' : 'Credit Card'),
    completed_at: payment => formatInstant(payment.ticket.completedAt!),
    local_completed_at: payment => formatLocal(zone(payment), payment.ticket.completedAt!),
    cardholder_name: payment => (isCash(payment) ? null : 'Card Holder'),
    ...STAMPS,
  };
}

/** The payments of one ticket, order or invoice. */
export const SALES_PAYMENT: Fields<Payment> = {
  id: payment => payment.id,
  sales_transaction_id: payment => payment.ticket.id,
  payment_id: payment => payment.id,
  sales_order_payment_id: () => null,
  status: () => 'complete',
  amount: payment => dollars(payment.cents),
  amount_tendered: payment =>
    dollars(isCash(payment) ? Math.ceil(payment.cents / 100) * 100 : payment.cents),
  description: payment => (isCash(payment) ? 'Cash' : 'Credit Card'),
  type: payment => (isCash(payment) ? 'Payments::CashPayment' : 'Payments::CreditCardPayment'),
  gateway_info: payment => (isCash(payment) ? null : { last_four: '4242' }),
  gateway_id: () => null,
  details: () => ({}),
  credit_card_id: payment => (isCash(payment) ? null : payment.ticket.id),
  deposit_payment_id: () => null,
  signature_required: () => false,
  cardholder_name: payment => (isCash(payment) ? null : 'Card Holder'),
  active: () => true,
  deposit: () => false,
  gateway_connection_id: () => null,
  reference_id: payment => (isCash(payment) ? null : `R${payment.id}`),
  gateway_type: () => null,
  manually_reconciled: () => false,
  ...STAMPS,
};
