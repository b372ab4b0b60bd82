import type { Account } from './account.ts';
import type { AdjustmentSet, Transfer } from './documents.ts';
import type { Goods } from './purchasing.ts';

/** Ships goods to another store: out of stock here, in transit there. */
export function ship(
  account: Account,
  asked: {
    readonly fromLocationId: number;
    readonly toLocationId: number;
    readonly lines: readonly { readonly itemId: number; readonly qty: number }[];
  },
): Transfer {
  const shipped: Transfer = {
    ...account.stamp('transfer'),
    status: 'in_transit',
    fromLocationId: asked.fromLocationId,
    toLocationId: asked.toLocationId,
    shippedAt: account.now,
    receivedAt: null,
    lines: asked.lines.map(line => ({
      ...account.stamp('transfer line'),
      itemId: line.itemId,
      qtyShipped: line.qty,
      qtyReceived: 0,
      qtyLost: 0,
      unitCostCents: account.averageCostCents(line.itemId, asked.fromLocationId),
    })),
  };
  account.transfers.push(shipped);
  for (const line of shipped.lines) {
    account.move(line.itemId, shipped.fromLocationId, line.unitCostCents, {
      qty: -line.qtyShipped,
    });
    account.move(line.itemId, shipped.toLocationId, line.unitCostCents, {
      inTransit: line.qtyShipped,
    });
  }
  return shipped;
}

/** One unit of the first line, to be lost on the way. */
export function onePieceOf({ lines: [line] }: Transfer): ReadonlyMap<number, number> {
  return new Map(line === undefined ? [] : [[line.id, Math.min(1, line.qtyShipped)]]);
}

/** Takes a transfer in. What does not arrive is lost: it is in transit no more, and in no stock. */
export function receiveTransfer(
  account: Account,
  arrived: Transfer,
  lost: ReadonlyMap<number, number> = new Map(),
): void {
  if (arrived.status !== 'in_transit') throw new Error(`Transfer ${arrived.id} is complete.`);
  for (const line of arrived.lines) {
    line.qtyLost = lost.get(line.id) ?? 0;
    line.qtyReceived = line.qtyShipped - line.qtyLost;
    account.touch(line);
    const { itemId, unitCostCents, qtyReceived, qtyLost } = line;
    if (qtyReceived !== 0)
      account.move(itemId, arrived.toLocationId, unitCostCents, {
        qty: qtyReceived,
        inTransit: -qtyReceived,
      });
    if (qtyLost !== 0)
      account.move(itemId, arrived.toLocationId, unitCostCents, { inTransit: -qtyLost });
  }
  arrived.status = 'complete';
  arrived.receivedAt = account.now;
  account.touch(arrived);
}

/** Corrects stock after a count. Without a cost, at the average; a pending set moves nothing. */
export function adjust(
  account: Account,
  asked: {
    readonly locationId: number;
    readonly reasonId?: number;
    readonly note?: string | null;
    readonly isPending?: boolean;
    readonly lines: readonly Goods[];
  },
): AdjustmentSet {
  const isPending = asked.isPending === true;
  const set: AdjustmentSet = {
    ...account.stamp('adjustment set'),
    status: isPending ? 'pending' : 'complete',
    reasonId: asked.reasonId ?? 100_001,
    locationId: asked.locationId,
    note: asked.note ?? null,
    completedAt: isPending ? null : account.now,
    lines: asked.lines.map(line => ({
      ...account.stamp('adjustment line'),
      itemId: line.itemId,
      qty: line.qty,
      unitCostCents: line.unitCostCents ?? account.averageCostCents(line.itemId, asked.locationId),
    })),
  };
  account.adjustmentSets.push(set);
  if (!isPending)
    for (const line of set.lines)
      account.move(line.itemId, set.locationId, line.unitCostCents, { qty: line.qty });
  return set;
}
