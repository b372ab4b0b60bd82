import type { Account } from '../ledger/account.ts';
import type * as D from '../ledger/documents.ts';
import * as selling from '../ledger/selling.ts';
import { paymentsOfTicket } from '../records/payment.ts';
import { ticketFields } from '../records/ticket.ts';
import { type Body, unfit } from './body.ts';
import { type Handler, idOf, laidOver, type Route } from './route.ts';
import { blank, demandPaid, giveChange, type Open, pay, putGoods, putTax } from './till.ts';
import { overwrite } from './written.ts';

/** Fields of a ticket that the ledger works out. */
const WORKED_OUT = [
  ...['type', 'status', 'total', 'total_tax', 'total_discounts', 'total_paid', 'balance'],
  ...['completed_at', 'local_completed_at', 'station_id', 'customer_id', 'source_location_id'],
  ...['completed?', 'voided?', 'public_id', 'customer_name', 'affect_inventory'],
  'parent_transaction_id',
];

function keepOthers(account: Account, ticket: D.Ticket, body: Body): void {
  const others = Object.fromEntries(
    Object.entries(laidOver(body, ticketFields(account))).filter(
      ([name]) => !WORKED_OUT.includes(name),
    ),
  );
  if (Object.keys(others).length > 0) overwrite(account, 'sales/tickets', ticket.id, others);
}

/** Goods of an open ticket are committed, as those of a layaway; how it is on a live account is not known (L). */
function addGoods(account: Account, ticket: D.Ticket, body: Body): D.ItemLine {
  const { line, grown } = putGoods(account, ticket, body);
  if (ticket.isPaperOnly !== true)
    account.move(line.itemId, ticket.locationId, line.unitCostCents, { committed: grown });
  return line;
}

/** One request may bring a whole ticket, lines and payments included, as the vendor's import tool sends it. */
const createTicket: Handler = (account, _, body) => {
  const status = body.text('status') ?? 'incomplete';
  if (!['incomplete', 'complete'].includes(status))
    throw unfit({ status: 'is not included in the list' });
  const ticket = blank(account, body, body.text('type') === 'Return' ? 'Return' : 'Ticket');
  for (const line of body.list('item_lines')) line.in(account.items, 'item_id');
  account.tickets.push(ticket);
  for (const line of body.list('item_lines')) addGoods(account, ticket, line);
  for (const line of body.list('tax_lines')) putTax(account, ticket, line);
  for (const payment of body.list('payments')) pay(account, ticket, payment);
  keepOthers(account, ticket, body);
  if (status === 'complete') complete(account, ticket, body);
  return { location: `sales/tickets/${ticket.id}` };
};

function complete(account: Account, ticket: D.Ticket, body: Body): void {
  demandPaid(ticket);
  giveChange(ticket);
  if (body.flag('affect_inventory') === false && ticket.isPaperOnly !== true) {
    selling.moveGoods(account, ticket, 'release');
    (ticket as Open<D.Ticket>).isPaperOnly = true;
  }
  selling.completeLayaway(account, ticket);
  ticket.completedAt = body.instant('completed_at') ?? ticket.completedAt;
}

function openTicket(account: Account, id: number): D.Ticket {
  const ticket = idOf(account.tickets, id);
  if (ticket.status !== 'incomplete') throw unfit({ status: `is ${ticket.status}` });
  return ticket;
}

const changeTicket: Handler = (account, [id], body) => {
  const ticket: Open<D.Ticket> = idOf(account.tickets, id!);
  const status = body.text('status');
  if (body.has('customer_id'))
    ticket.customerId = body.maybeIn(account.customers, 'customer_id')?.id ?? null;
  keepOthers(account, ticket, body);
  account.touch(ticket);
  if (status === 'void') {
    if (ticket.status === 'void') throw unfit({ status: 'is void' });
    selling.voidTicket(account, ticket);
  } else if (status === 'complete' && ticket.status === 'incomplete')
    complete(account, ticket, body);
  else if (status !== undefined && status !== ticket.status)
    throw unfit({ status: 'is not included in the list' });
  else if (body.has('completed_at') && ticket.status === 'complete')
    ticket.completedAt = body.instant('completed_at') ?? ticket.completedAt;
  return {};
};

const addLine: Handler = (account, [id], body) => {
  const ticket = openTicket(account, id!);
  const line = addGoods(account, ticket, body);
  return { location: `sales/tickets/${ticket.id}/item_lines/${line.id}` };
};

const addPayment: Handler = (account, [id], body) => {
  const ticket = openTicket(account, id!);
  const place = pay(account, ticket, body);
  const payment = paymentsOfTicket(ticket)[place]!;
  return { location: `sales/tickets/${ticket.id}/payments/${payment.id}` };
};

const SELL = 'sales.ticket.manage';

export const TICKET_WRITES: readonly Route[] = [
  ['POST', 'sales/tickets', SELL, createTicket],
  ['PUT', 'sales/tickets/:id', SELL, changeTicket],
  ['POST', 'sales/tickets/:id/item_lines', SELL, addLine],
  ['POST', 'sales/tickets/:id/payments', SELL, addPayment],
];
