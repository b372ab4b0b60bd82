import type { Account } from '../ledger/account.ts';
import type * as D from '../ledger/documents.ts';
import * as selling from '../ledger/selling.ts';
import { invoiceFields, itemLinesOf, orderFields } from '../records/order.ts';
import { paymentsOfTicket } from '../records/payment.ts';
import { Body, unfit } from './body.ts';
import { orderBook } from './order-book.ts';
import { type Handler, idOf, laidOver, type Route } from './route.ts';
import { blank, demandPaid, type Open, pay, putGoods } from './till.ts';
import { add, overwrite, writtenTo } from './written.ts';

const ORDERS = 'sales/orders';
const NEXT: Readonly<Record<string, readonly string[]>> = {
  pending: ['open', 'canceled'],
  open: ['closed', 'canceled'],
};

/** What the order was before anything was written to it is worked out, not kept here. */
const OF_ORDER = ['customer_id', 'station_id', 'source_location_id', 'total', 'status'];

function valuesOf(account: Account, body: Body) {
  return Object.fromEntries(
    Object.entries(laidOver(body, orderFields(account))).filter(
      ([name]) => !OF_ORDER.includes(name),
    ),
  );
}

const createOrder: Handler = (account, _, body) => {
  body.in(account.customers, 'customer_id');
  body.in(account.locations, 'source_location_id');
  if (body.number('station_id') === undefined) throw unfit({ station_id: 'is required' });
  const order = blank(account, body, 'Ticket');
  orderBook(account).orders.push(order);
  overwrite(account, ORDERS, order.id, { ...valuesOf(account, body), status: 'pending' });
  return { location: `${ORDERS}/${order.id}` };
};

/** Only orders that were written can be changed: those of the ledger itself are past. */
function written(account: Account, id: number): D.Ticket {
  return idOf(orderBook(account).orders, id);
}

function statusOf(account: Account, order: D.Ticket): string {
  return String(writtenTo(account, ORDERS).values.get(order.id)?.status);
}

/** Goods of an open order are committed where they are to be shipped from, or at the source, if it holds stock. */
function commit(account: Account, order: D.Ticket, sign: 1 | -1): void {
  const { values } = writtenTo(account, `${ORDERS}/${order.id}/lines`);
  for (const line of itemLinesOf(order)) {
    const from = Number(values.get(line.id)?.ship_from_location_id ?? 0);
    const at = from !== 0 ? from : order.locationId;
    account.move(line.itemId, at, line.unitCostCents, { committed: sign * line.qty });
  }
}

const changeOrder: Handler = (account, [id], body) => {
  const order = written(account, id!);
  const before = statusOf(account, order);
  const status = body.text('status') ?? before;
  if (status !== before && !NEXT[before]?.includes(status))
    throw unfit({ status: `cannot go from ${before} to ${status}` });
  const values = valuesOf(account, body);
  overwrite(account, ORDERS, order.id, values);
  if (status === 'open' && before === 'pending') {
    const { shipping_charge: shipping = 0 } = writtenTo(account, ORDERS).values.get(order.id)!;
    demandPaid(order, order.totalCents + Math.round(Number(shipping) * 100));
    commit(account, order, 1);
  }
  if (before === 'open' && status !== 'open') commit(account, order, -1);
  overwrite(account, ORDERS, order.id, { status });
  account.touch(order);
  return {};
};

const addLine: Handler = (account, [id], body) => {
  const order = written(account, id!);
  if (statusOf(account, order) !== 'pending')
    throw unfit({ status: `is ${statusOf(account, order)}` });
  const { line } = putGoods(account, order, body);
  const from = body.maybeIn(account.locations, 'ship_from_location_id');
  const path = `${ORDERS}/${order.id}/lines`;
  const discounts = body.record.discounts ?? [];
  overwrite(account, path, line.id, { discounts, ship_from_location_id: from?.id ?? null });
  return { location: `${path}/${line.id}` };
};

const changeLine: Handler = (account, [id, lineId], body) => {
  const order = written(account, id!);
  const line = idOf(itemLinesOf(order), lineId!);
  const isOpen = statusOf(account, order) === 'open';
  if (isOpen) commit(account, order, -1);
  const from = body.maybeIn(account.locations, 'ship_from_location_id');
  if (from !== undefined)
    overwrite(account, `${ORDERS}/${order.id}/lines`, line.id, { ship_from_location_id: from.id });
  if (body.has('qty')) putGoods(account, order, new Body({ ...body.record, item_id: line.itemId }));
  if (isOpen) commit(account, order, 1);
  account.touch(order);
  return {};
};

const addPayment: Handler = (account, [id], body) => {
  const order = written(account, id!);
  const place = pay(account, order, body);
  return { location: `${ORDERS}/${order.id}/payments/${paymentsOfTicket(order)[place]!.id}` };
};

/** A tax adds to the total, a discount is taken off it or, as some send it, is below zero already (M). */
const addCharge =
  (kind: 'taxes' | 'discounts', field: 'value' | 'amount'): Handler =>
  (account, [id], body) => {
    const order = written(account, id!);
    const cents = body.cents(field);
    if (cents === undefined) throw unfit({ [field]: 'is required' });
    const path = `${ORDERS}/${order.id}/${kind}`;
    const charge = add(account, path, [], body.text('description') ?? '');
    overwrite(account, path, charge.id, { [field]: cents / 100 });
    (order as Open<D.Ticket>).totalCents += kind === 'taxes' ? cents : -Math.abs(cents);
    account.touch(order);
    return { location: `${path}/${charge.id}` };
  };

const INVOICES = 'sales/invoices';

/** An invoice is for all that its order has, until its lines say otherwise. */
const createInvoice: Handler = (account, _, body) => {
  const order = body.in(orderBook(account).orders, 'order_id');
  if (statusOf(account, order) !== 'open')
    throw unfit({ order_id: `is ${statusOf(account, order)}` });
  const inherited = { customer_id: order.customerId, source_location_id: order.sourceLocationId };
  const invoice = blank(account, new Body({ ...inherited, ...body.record }), 'Ticket');
  for (const { itemId, qty, adjustedUnitPriceCents } of itemLinesOf(order))
    putGoods(
      account,
      invoice,
      new Body({ item_id: itemId, qty, unit_price: adjustedUnitPriceCents / 100 }),
    );
  account.tickets.push(invoice);
  orderBook(account).invoiced.set(invoice.id, order);
  return { location: `${INVOICES}/${invoice.id}` };
};

function openInvoice(account: Account, id: number): D.Ticket {
  const all = account.tickets.filter(ticket => orderBook(account).invoiced.has(ticket.id));
  const invoice = idOf(all, id);
  if (invoice.status === 'void') throw unfit({ status: 'is void' });
  return invoice;
}

const addInvoiceLine: Handler = (account, [id], body) => {
  const invoice = openInvoice(account, id!);
  if (invoice.status !== 'incomplete') throw unfit({ status: `is ${invoice.status}` });
  const { line } = putGoods(account, invoice, body);
  return { location: `${INVOICES}/${invoice.id}/lines/${line.id}` };
};

const changeInvoice: Handler = (account, [id], body) => {
  const invoice = openInvoice(account, id!);
  const order = orderBook(account).invoiced.get(invoice.id)!;
  const status = body.text('status');
  const values = laidOver(body, { sales_rep: '', ...pick(invoiceFields(account)) });
  overwrite(account, INVOICES, invoice.id, values);
  if (status === 'complete' && invoice.status === 'incomplete') {
    // What was paid for the order pays for its invoice.
    (invoice as Open<D.Ticket>).payments = [
      { cents: invoice.totalCents, type: order.payments?.[0]?.type ?? 'Payments::CashPayment' },
    ];
    commit(account, order, -1);
    selling.complete(account, invoice);
    invoice.completedAt = body.instant('completed_at') ?? invoice.completedAt;
    for (const line of itemLinesOf(order))
      overwrite(account, `${ORDERS}/${order.id}/lines`, line.id, {
        qty_invoiced: line.qty,
        qty_open: 0,
      });
    overwrite(account, ORDERS, order.id, { status: 'closed' });
    account.touch(order);
  } else if (status === 'void') {
    if (invoice.status === 'complete') selling.voidTicket(account, invoice);
    else invoice.status = 'void';
    account.touch(invoice);
  } else if (status !== undefined && status !== invoice.status)
    throw unfit({ status: 'is not included in the list' });
  return {};
};

function pick({ custom, metadata }: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return { custom, metadata };
}

const EDIT = 'sales.order.edit';
const INVOICE = 'sales.invoice.manage';

export const ORDER_WRITES: readonly Route[] = [
  ['POST', ORDERS, EDIT, createOrder],
  ['PUT', `${ORDERS}/:id`, EDIT, changeOrder],
  ['POST', `${ORDERS}/:id/lines`, EDIT, addLine],
  ['PUT', `${ORDERS}/:id/lines/:id`, EDIT, changeLine],
  ['POST', `${ORDERS}/:id/payments`, EDIT, addPayment],
  ['POST', `${ORDERS}/:id/taxes`, EDIT, addCharge('taxes', 'value')],
  ['POST', `${ORDERS}/:id/discounts`, EDIT, addCharge('discounts', 'amount')],
  ['POST', INVOICES, INVOICE, createInvoice],
  ['POST', `${INVOICES}/:id/lines`, INVOICE, addInvoiceLine],
  ['PUT', `${INVOICES}/:id`, INVOICE, changeInvoice],
];
