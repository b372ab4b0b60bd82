import type * as D from '../ledger/documents.ts';
import * as purchasing from '../ledger/purchasing.ts';
import { unfit } from './body.ts';
import { goodsOf, type Open, putLine } from './lines.ts';
import { type Handler, idOf, type Route } from './route.ts';

const createOrder: Handler = (account, _, body) => {
  const vendor = body.in(account.vendors, 'vendor_id');
  const location = body.in(account.locations, 'receive_at_location_id');
  const description = body.text('description') ?? null;
  const order = purchasing.order(account, {
    vendorId: vendor.id,
    locationId: location.id,
    isPending: true,
    description,
    lines: [],
  });
  return { location: `purchasing/orders/${order.id}` };
};

const addToOrder: Handler = (account, [id], body) => {
  const order = idOf(account.orders, id!);
  if (order.status !== 'pending' && order.status !== 'open')
    throw unfit({ status: `is ${order.status}` });
  const { itemId, qty, unitCostCents } = goodsOf(account, body);
  const line = putLine<D.OrderLine>(order, itemId, () => ({
    ...account.stamp('order line'),
    itemId,
    qty: 0,
    unitCostCents: unitCostCents ?? account.item(itemId).costCents ?? 0,
    qtyReceived: 0,
  }));
  (line as Open<D.OrderLine>).qty += qty;
  if (order.status === 'open' && order.locationId !== null)
    account.move(itemId, order.locationId, line.unitCostCents, { onPo: qty });
  account.touch(order);
  return { location: `purchasing/orders/${order.id}/lines/${line.id}` };
};

/** A receipt names its order, or a vendor; where goods come in is told under one of two names (M). */
const createReceipt: Handler = (account, _, body) => {
  const order = body.maybeIn(account.orders, 'order_id');
  const vendorId = order?.vendorId ?? body.maybeIn(account.vendors, 'vendor_id')?.id;
  const at =
    body.maybeIn(account.locations, 'receive_at_location_id') ??
    body.maybeIn(account.locations, 'location_id');
  const locationId = at?.id ?? order?.locationId;
  if (vendorId === undefined) throw unfit({ vendor_id: 'is required' });
  if (locationId === undefined || locationId === null)
    throw unfit({ receive_at_location_id: 'is required' });
  const asked = { order: order ?? null, vendorId, locationId, isPending: true, lines: [] };
  const receipt = purchasing.receive(account, asked);
  return { location: `purchasing/receipts/${receipt.id}` };
};

const addToReceipt: Handler = (account, [id], body) => {
  const receipt = idOf(account.receipts, id!);
  if (receipt.status !== 'pending') throw unfit({ status: `is ${receipt.status}` });
  const { itemId, qty, unitCostCents } = goodsOf(account, body);
  const order = account.orders.find(each => each.id === receipt.orderId);
  const ordered = order?.lines.find(line => line.itemId === itemId);
  const cost = unitCostCents ?? ordered?.unitCostCents ?? account.item(itemId).costCents ?? 0;
  const line = putLine<D.ReceiptLine>(receipt, itemId, () => ({
    ...account.stamp('receipt line'),
    itemId,
    qty: 0,
    unitCostCents: cost,
    orderLineId: ordered?.id ?? null,
  }));
  (line as Open<D.ReceiptLine>).qty = qty;
  account.touch(receipt);
  return { location: `purchasing/receipts/${receipt.id}/lines/${line.id}` };
};

/** Completing is `accepted` on the way in and `complete` on the way out (M). */
const changeReceipt: Handler = (account, [id], body) => {
  const receipt = idOf(account.receipts, id!);
  const status = body.text('status');
  if (status === 'accepted' || status === 'complete') {
    if (receipt.status !== 'pending') throw unfit({ status: `is ${receipt.status}` });
    purchasing.completeReceipt(account, receipt);
  } else if (status !== undefined && status !== receipt.status)
    throw unfit({ status: 'is not included in the list' });
  return {};
};

const createReturn: Handler = (account, _, body) => {
  const vendor = body.in(account.vendors, 'vendor_id');
  const location = body.in(account.locations, 'return_from_location_id');
  const asked = { vendorId: vendor.id, locationId: location.id, isPending: true, lines: [] };
  return { location: `purchasing/returns/${purchasing.returnToVendor(account, asked).id}` };
};

const addToReturn: Handler = (account, [id], body) => {
  const sent = idOf(account.vendorReturns, id!);
  if (sent.status !== 'pending') throw unfit({ status: `is ${sent.status}` });
  const { itemId, qty, unitCostCents } = goodsOf(account, body);
  const cost = unitCostCents ?? account.averageCostCents(itemId, sent.locationId);
  const line = putLine<D.StockLine>(sent, itemId, () => ({
    ...account.stamp('vendor return line'),
    itemId,
    qty: 0,
    unitCostCents: cost,
  }));
  (line as Open<D.StockLine>).qty = qty;
  account.touch(sent);
  return { location: `purchasing/returns/${sent.id}/lines/${line.id}` };
};

export const PURCHASE_WRITES: readonly Route[] = [
  ['POST', 'purchasing/orders', 'purchasing.order.manage', createOrder],
  ['POST', 'purchasing/orders/:id/lines', 'purchasing.order.manage', addToOrder],
  ['POST', 'purchasing/receipts', 'purchasing.receipt.manage', createReceipt],
  ['POST', 'purchasing/receipts/:id/lines', 'purchasing.receipt.manage', addToReceipt],
  ['PUT', 'purchasing/receipts/:id', 'purchasing.receipt.manage', changeReceipt],
  ['POST', 'purchasing/returns', 'purchasing.return.manage', createReturn],
  ['POST', 'purchasing/returns/:id/lines', 'purchasing.return.manage', addToReturn],
];
