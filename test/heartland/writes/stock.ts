import type { Account } from '../ledger/account.ts';
import type * as D from '../ledger/documents.ts';
import * as purchasing from '../ledger/purchasing.ts';
import * as stockroom from '../ledger/stockroom.ts';
import { type Body, unfit } from './body.ts';
import { type Handler, idOf, laidOver, type Route } from './route.ts';
import { add, overwrite, writtenTo } from './written.ts';

type Open<T> = { -readonly [K in keyof T]: T[K] };

/** The line of a document for an item; one that is there already is written to (Heartland API, "Add an item to …"). */
function putLine<T extends { itemId: number; readonly id: number }>(
  document: { readonly lines: readonly T[] },
  itemId: number,
  make: () => T,
): T {
  const there = document.lines.find(line => line.itemId === itemId);
  if (there !== undefined) return there;
  const line = make();
  (document as { lines: readonly T[] }).lines = [...document.lines, line];
  return line;
}

function goodsOf(account: Account, body: Body, qtyName = 'qty') {
  const item = body.in(account.items, 'item_id');
  const qty = body.number(qtyName);
  if (qty === undefined) throw unfit({ [qtyName]: 'is required' });
  return { itemId: item.id, qty, unitCostCents: body.cents('unit_cost') };
}

/** Each line of an adjustment set is booked at once: known clients do nothing after adding lines (M). */
const createSet: Handler = (account, _, body) => {
  const reasonId = body.number('adjustment_reason_id');
  if (reasonId === undefined) throw unfit({ adjustment_reason_id: 'is required' });
  const { id: locationId } = body.in(account.locations, 'location_id');
  const set = stockroom.adjust(account, { locationId, reasonId, lines: [] });
  return { location: `inventory/adjustment_sets/${set.id}` };
};

const addToSet: Handler = (account, [id], body) => {
  const set = idOf(account.adjustmentSets, id!);
  const { itemId, qty, unitCostCents } = goodsOf(account, body);
  const cost = unitCostCents ?? account.averageCostCents(itemId, set.locationId);
  const stamp = { itemId, qty: 0, unitCostCents: cost };
  const line = putLine<D.StockLine>(set, itemId, () => ({
    ...account.stamp('adjustment line'),
    ...stamp,
  }));
  (line as Open<D.StockLine>).qty += qty;
  account.move(itemId, set.locationId, line.unitCostCents, { qty });
  account.touch(set);
  return { location: `inventory/adjustment_sets/${set.id}/lines/${line.id}` };
};

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

/** A transfer that was written is on its way from the start: its lines leave the stock as they are added (L). */
const createTransfer: Handler = (account, _, body) => {
  const from = body.in(account.locations, 'from_location_id');
  const to = body.in(account.locations, 'to_location_id');
  if (from === to) throw unfit({ to_location_id: 'is the same place' });
  const asked = { fromLocationId: from.id, toLocationId: to.id, lines: [] };
  return { location: `inventory/transfers/${stockroom.ship(account, asked).id}` };
};

function onItsWay(account: Account, id: number): D.Transfer {
  const transfer = idOf(account.transfers, id);
  if (transfer.status !== 'in_transit') throw unfit({ status: `is ${transfer.status}` });
  return transfer;
}

function shipMore(account: Account, transfer: D.Transfer, line: D.TransferLine, qty: number): void {
  (line as Open<D.TransferLine>).qtyShipped += qty;
  account.move(line.itemId, transfer.fromLocationId, line.unitCostCents, { qty: -qty });
  account.move(line.itemId, transfer.toLocationId, line.unitCostCents, { inTransit: qty });
  account.touch(line);
  account.touch(transfer);
}

const addToTransfer: Handler = (account, [id], body) => {
  const transfer = onItsWay(account, id!);
  const { itemId, qty } = goodsOf(account, body, 'qty_shipped');
  const line = putLine<D.TransferLine>(transfer, itemId, () => ({
    ...account.stamp('transfer line'),
    itemId,
    qtyShipped: 0,
    qtyReceived: 0,
    qtyLost: 0,
    unitCostCents: account.averageCostCents(itemId, transfer.fromLocationId),
  }));
  shipMore(account, transfer, line, qty);
  return { location: `inventory/transfers/${transfer.id}/lines/${line.id}` };
};

const changeTransferLine: Handler = (account, [id, lineId], body) => {
  const transfer = onItsWay(account, id!);
  const line = idOf(transfer.lines, lineId!);
  const qty = body.number('qty_shipped');
  if (qty !== undefined) shipMore(account, transfer, line, qty - line.qtyShipped);
  return {};
};

const dropTransferLine: Handler = (account, [id, lineId]) => {
  const transfer = onItsWay(account, id!);
  const line = idOf(transfer.lines, lineId!);
  shipMore(account, transfer, line, -line.qtyShipped);
  (transfer as Open<D.Transfer>).lines = transfer.lines.filter(each => each !== line);
  return {};
};

const changeTransfer: Handler = (account, [id], body) => {
  const transfer = idOf(account.transfers, id!);
  const status = body.text('status');
  if (status === 'complete' && transfer.status === 'in_transit')
    stockroom.receiveTransfer(account, transfer);
  else if (status !== undefined && status !== transfer.status)
    throw unfit({ status: 'is not included in the list' });
  const { custom } = laidOver(body, { custom: '' });
  if (custom !== undefined) overwrite(account, 'inventory/transfers', transfer.id, { custom });
  return {};
};

/** A shipment has no documented content: it is noted, and moves nothing more. */
const createShipment: Handler = (account, [id]) => {
  const transfer = idOf(account.transfers, id!);
  const shipmentId = account.nextId('shipment');
  return { location: `inventory/transfers/${transfer.id}/shipments/${shipmentId}` };
};

const COUNTS = 'inventory/physical_counts';

const createCount: Handler = (account, _, body) => {
  const location = body.in(account.locations, 'location_id');
  const { added } = writtenTo(account, COUNTS);
  const count = add(account, COUNTS, added, body.text('description') ?? '');
  overwrite(account, COUNTS, count.id, {
    location_id: location.id,
    adjustment_reason_id: body.number('adjustment_reason_id') ?? null,
    status: 'pending',
  });
  return { location: `${COUNTS}/${count.id}` };
};

/** What was counted, by batch and item. */
const counted = new WeakMap<Account, Map<number, Map<number, number>>>();

const createBatch: Handler = (account, [id], body) => {
  idOf(writtenTo(account, COUNTS).added, id!);
  const batch = add(account, `${COUNTS}/batches`, [], body.text('description') ?? '');
  overwrite(account, `${COUNTS}/batches`, batch.id, { count_id: id! });
  return { location: `${COUNTS}/batches/${batch.id}` };
};

const addToBatch: Handler = (account, [id], body) => {
  const batch = idOf(writtenTo(account, `${COUNTS}/batches`).added, id!);
  const lookup = body.text('item_lookup');
  const item = account.items.find(({ publicId }) => publicId === lookup);
  if (item === undefined) throw unfit({ item_lookup: 'does not exist' });
  const batches = counted.get(account) ?? new Map<number, Map<number, number>>();
  counted.set(account, batches);
  const lines = batches.get(batch.id) ?? new Map<number, number>();
  batches.set(batch.id, lines);
  lines.set(item.id, (lines.get(item.id) ?? 0) + (body.number('qty') ?? 0));
  return { location: `${COUNTS}/batches/${batch.id}/lines/${lines.size}` };
};

/** An accepted count becomes one adjustment set that brings the stock of what was counted to what was counted. */
const changeCount: Handler = (account, [id], body) => {
  idOf(writtenTo(account, COUNTS).added, id!);
  const count = writtenTo(account, COUNTS).values.get(id!)!;
  const status = body.text('status') ?? '';
  if (!['counting', 'finalizing', 'accepted'].includes(status))
    throw unfit({ status: 'is not included in the list' });
  if (status === 'accepted') {
    const locationId = Number(count.location_id);
    const { values } = writtenTo(account, `${COUNTS}/batches`);
    const batches = [...values].filter(([, batch]) => batch.count_id === id!);
    const found = batches.flatMap(([batch]) => [...(counted.get(account)?.get(batch) ?? [])]);
    const lines = found.map(([itemId, qty]) => ({
      itemId,
      qty: qty - account.onHand(itemId, locationId),
    }));
    stockroom.adjust(account, { locationId, reasonId: Number(count.adjustment_reason_id), lines });
  }
  overwrite(account, COUNTS, id!, { status });
  return {};
};

const ADJUST = 'inventory.adjustment.manage';
const SHIP = 'inventory.transfer.ship';

export const STOCK_WRITES: readonly Route[] = [
  ['POST', 'inventory/adjustment_sets', ADJUST, createSet],
  ['POST', 'inventory/adjustment_sets/:id/lines', ADJUST, addToSet],
  ['POST', 'purchasing/orders', 'purchasing.order.manage', createOrder],
  ['POST', 'purchasing/orders/:id/lines', 'purchasing.order.manage', addToOrder],
  ['POST', 'purchasing/receipts', 'purchasing.receipt.manage', createReceipt],
  ['POST', 'purchasing/receipts/:id/lines', 'purchasing.receipt.manage', addToReceipt],
  ['PUT', 'purchasing/receipts/:id', 'purchasing.receipt.manage', changeReceipt],
  ['POST', 'purchasing/returns', 'purchasing.return.manage', createReturn],
  ['POST', 'purchasing/returns/:id/lines', 'purchasing.return.manage', addToReturn],
  ['POST', 'inventory/transfers', SHIP, createTransfer],
  ['PUT', 'inventory/transfers/:id', SHIP, changeTransfer],
  ['POST', 'inventory/transfers/:id/lines', SHIP, addToTransfer],
  ['PUT', 'inventory/transfers/:id/lines/:id', SHIP, changeTransferLine],
  ['DELETE', 'inventory/transfers/:id/lines/:id', SHIP, dropTransferLine],
  ['POST', 'inventory/transfers/:id/shipments', SHIP, createShipment],
  ['POST', COUNTS, 'inventory.counts.create', createCount],
  ['PUT', `${COUNTS}/:id`, 'inventory.counts.finalize', changeCount],
  ['POST', `${COUNTS}/:id/batches`, 'inventory.counts.create', createBatch],
  ['POST', `${COUNTS}/batches/:id/lines`, 'inventory.counts.create', addToBatch],
];
