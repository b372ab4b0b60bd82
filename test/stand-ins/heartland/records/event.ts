import { quantity } from '../decimal.ts';
import { type Account, FIRST_ID } from '../ledger/account.ts';
import { formatLocal } from '../ledger/calendar.ts';
import type { Transfer, TransferLine } from '../ledger/documents.ts';
import type { Fields } from '../query/rows.ts';
import { STAMPS } from './stamps.ts';

/** What happened to a transfer: it was shipped, and later received. */
interface TransferEvent {
  readonly id: number;
  readonly isReceipt: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
}

interface EventLine extends TransferEvent {
  readonly eventId: number;
  readonly line: TransferLine;
}

export function eventsOf(transfer: Transfer): readonly TransferEvent[] {
  const id = FIRST_ID + (transfer.id - FIRST_ID) * 2;
  const { shippedAt, receivedAt } = transfer;
  const shipped = { id, isReceipt: false, createdAt: shippedAt, updatedAt: shippedAt };
  if (receivedAt === null) return [shipped];
  return [shipped, { id: id + 1, isReceipt: true, createdAt: receivedAt, updatedAt: receivedAt }];
}

export function eventLinesOf(transfer: Transfer): readonly EventLine[] {
  return eventsOf(transfer).flatMap((event, n) =>
    transfer.lines.map((line, at) => ({
      ...event,
      id: FIRST_ID + (transfer.id - FIRST_ID) * 1000 + n * 500 + at,
      eventId: event.id,
      line,
    })),
  );
}

export function eventFields(account: Account, transfer: Transfer): Fields<TransferEvent> {
  const sum = (of: (line: TransferLine) => number) =>
    transfer.lines.reduce((total, line) => total + of(line), 0);
  return {
    id: event => event.id,
    transfer_id: () => transfer.id,
    ...localStamps(account, transfer),
    total_delta_qty_shipped: event => quantity(event.isReceipt ? 0 : sum(line => line.qtyShipped)),
    total_delta_qty_received: event =>
      quantity(event.isReceipt ? sum(line => line.qtyReceived) : 0),
    total_delta_qty_lost: event => quantity(event.isReceipt ? sum(line => line.qtyLost) : 0),
    total_qty_created: event => quantity(event.isReceipt ? 0 : sum(line => line.qtyShipped)),
    total_qty_added: () => quantity(0),
  };
}

export function eventLineFields(account: Account, transfer: Transfer): Fields<EventLine> {
  return {
    id: line => line.id,
    event_id: line => line.eventId,
    transfer_line_id: ({ line }) => line.id,
    delta_qty_shipped: ({ isReceipt, line }) => quantity(isReceipt ? 0 : line.qtyShipped),
    delta_qty_received: ({ isReceipt, line }) => quantity(isReceipt ? line.qtyReceived : 0),
    delta_qty_lost: ({ isReceipt, line }) => quantity(isReceipt ? line.qtyLost : 0),
    adjustment_reason_id: () => null,
    adjustment_id: () => null,
    ...localStamps(account, transfer),
    qty_created: ({ isReceipt, line }) => quantity(isReceipt ? 0 : line.qtyShipped),
    qty_added: () => quantity(0),
  };
}

function localStamps(account: Account, transfer: Transfer) {
  const zone = (event: TransferEvent) =>
    account.location(event.isReceipt ? transfer.toLocationId : transfer.fromLocationId).zone;
  return {
    ...STAMPS,
    local_created_at: (event: TransferEvent) => formatLocal(zone(event), event.createdAt),
    local_updated_at: (event: TransferEvent) => formatLocal(zone(event), event.updatedAt),
  };
}
