import type { Account } from '../ledger/account.ts';
import type * as D from '../ledger/documents.ts';
import * as stockroom from '../ledger/stockroom.ts';
import { unfit } from './body.ts';
import { goodsOf, type Open, putLine } from './lines.ts';
import { type Handler, idOf, laidOver, type Route } from './route.ts';
import { overwrite } from './written.ts';

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

const ADJUST = 'inventory.adjustment.manage';
const SHIP = 'inventory.transfer.ship';

export const STOCK_WRITES: readonly Route[] = [
  ['POST', 'inventory/adjustment_sets', ADJUST, createSet],
  ['POST', 'inventory/adjustment_sets/:id/lines', ADJUST, addToSet],
  ['POST', 'inventory/transfers', SHIP, createTransfer],
  ['PUT', 'inventory/transfers/:id', SHIP, changeTransfer],
  ['POST', 'inventory/transfers/:id/lines', SHIP, addToTransfer],
  ['PUT', 'inventory/transfers/:id/lines/:id', SHIP, changeTransferLine],
  ['DELETE', 'inventory/transfers/:id/lines/:id', SHIP, dropTransferLine],
  ['POST', 'inventory/transfers/:id/shipments', SHIP, createShipment],
];
