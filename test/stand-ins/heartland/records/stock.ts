import { dollars, type Json, quantity, quantityOrNull } from '../decimal.ts';
import type { Account } from '../ledger/account.ts';
import { formatInstant } from '../ledger/calendar.ts';
import type { AdjustmentSet, Transfer, TransferLine } from '../ledger/documents.ts';
import { FIRST_MOVEMENT_ID } from '../ledger/movements.ts';
import { type Fields, type Rows, recordOf, unknownField } from '../query/rows.ts';
import { STAMPS, USER_ID } from './stamps.ts';

function sum(lines: readonly TransferLine[], of: (line: TransferLine) => number): number {
  return lines.reduce((total, line) => total + of(line), 0);
}

// Until goods are received there is no discrepancy to speak of.
function discrepancy(transfer: Transfer, line: TransferLine): number {
  return transfer.receivedAt === null ? 0 : line.qtyShipped - line.qtyReceived;
}

export const TRANSFER: Fields<Transfer> = {
  id: transfer => transfer.id,
  status: transfer => transfer.status,
  from_location_id: transfer => transfer.fromLocationId,
  to_location_id: transfer => transfer.toLocationId,
  ...STAMPS,
  shipped_at: transfer => formatInstant(transfer.shippedAt),
  shipped_by_user_id: () => USER_ID,
  received_at: transfer =>
    transfer.receivedAt === null ? null : formatInstant(transfer.receivedAt),
  received_by_user_id: transfer => (transfer.receivedAt === null ? null : USER_ID),
  total_qty_shipped: transfer => quantity(sum(transfer.lines, line => line.qtyShipped)),
  total_qty_received: transfer => quantity(sum(transfer.lines, line => line.qtyReceived)),
  total_qty_lost: transfer => quantity(sum(transfer.lines, line => line.qtyLost)),
  custom: () => ({}),
  total_qty_requested: () => null,
  due_date: () => null,
  purchasing_receipt_id: () => null,
  total_qty_discrepant: transfer =>
    quantity(sum(transfer.lines, line => discrepancy(transfer, line))),
  receipt_overdue: () => false,
  pick_overdue: () => false,
};

export function transferLineFields(transfer: Transfer): Fields<TransferLine> {
  return {
    id: line => line.id,
    transfer_id: () => transfer.id,
    item_id: line => line.itemId,
    qty_shipped: line => quantity(line.qtyShipped),
    qty_received: line => quantity(line.qtyReceived),
    qty_lost: line => quantity(line.qtyLost),
    unit_cost: line => dollars(line.unitCostCents),
    qty_discrepant: line => quantity(discrepancy(transfer, line)),
    qty_over: () => quantity(0),
    qty_short: line => quantity(discrepancy(transfer, line)),
    ...STAMPS,
    qty_requested: () => null,
  };
}

export const ADJUSTMENT_SET: Fields<AdjustmentSet> = {
  id: set => set.id,
  adjustment_reason_id: set => set.reasonId,
  location_id: set => set.locationId,
  note: set => set.note,
  status: set => set.status,
  ...STAMPS,
};

/** Every inventory transaction, read straight off the columns they are kept in. */
export function transactions(account: Account): Rows {
  const { movements: m } = account.stock;
  const delta = (column: Float32Array) => (row: number) =>
    quantityOrNull(Number.isNaN(column[row]) ? null : column[row]!);
  const fields: Fields<number> = {
    id: row => FIRST_MOVEMENT_ID + row,
    item_id: row => account.items[m.item[row]!]!.id,
    unit_cost: row => dollars(m.unitCostCents[row]!),
    created_at: row => formatInstant(m.at[row]!),
    delta_qty: delta(m.qty),
    delta_qty_on_po: delta(m.onPo),
    delta_qty_committed: delta(m.committed),
    delta_qty_in_transit: delta(m.inTransit),
    location_id: row => account.locations[m.location[row]!]!.id,
  };
  const all: Rows = {
    count: m.length,
    column: (name): ((row: number) => Json) => {
      const read = fields[name];
      if (read === undefined) throw unknownField(name);
      return read;
    },
    record: row => recordOf(row, fields),
    instant: name => (name === 'created_at' ? row => m.at[row]! : undefined),
  };
  return account.stock.hidden.size === 0 ? all : withoutHidden(all, account.stock.hidden);
}

function withoutHidden(all: Rows, hidden: ReadonlySet<number>): Rows {
  const seen = Array.from({ length: all.count }, (_, row) => row).filter(row => !hidden.has(row));
  return {
    count: seen.length,
    column: name => {
      const read = all.column(name);
      return row => read(seen[row]!);
    },
    record: row => all.record(seen[row]!),
    instant: name => {
      const read = all.instant?.(name);
      return read && (row => read(seen[row]!));
    },
  };
}
