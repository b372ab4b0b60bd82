import type { Account } from './account.ts';
import type { AdjustmentSet, Location, StockLine } from './documents.ts';
import { FIRST_MOVEMENT_ID } from './movements.ts';
import { Random } from './random.ts';

/**
 * The stock of the first day, one adjustment set a store. A large account has two million such lines, so they are not
 * kept: they are read off the movements they made.
 */
export function openStore(
  account: Account,
  location: Location,
  seed: number,
  plan: {
    readonly mostUnits: number;
    readonly shareWithout: number;
    readonly empty: ReadonlySet<number>;
  },
): void {
  const random = new Random(seed, 'opening', location.publicId);
  const stamp = account.stamp('adjustment set');
  const { movements } = account.stock;
  const from = movements.length;
  for (const item of account.items) {
    const units = random.between(1, plan.mostUnits);
    const isWithout = random.chance(plan.shareWithout);
    const cost = item.costCents ?? 0;
    const unitCostCents = Math.max(
      Math.round(cost * (0.95 + random.next() * 0.1)),
      cost > 0 ? 1 : 0,
    );
    if (isWithout || plan.empty.has(item.id)) continue;
    const qty = item.allowsFractionalQty ? units * 4 + 0.75 : units;
    account.move(item.id, location.id, unitCostCents, { qty });
  }
  const to = movements.length;
  const set: AdjustmentSet = {
    ...stamp,
    status: 'complete',
    reasonId: 100_003,
    locationId: location.id,
    note: 'Opening stock',
    completedAt: account.now,
    get lines() {
      const lines: StockLine[] = [];
      for (let row = from; row < to; row++)
        lines.push({
          // Numbered apart from the lines of other sets.
          id: FIRST_MOVEMENT_ID + 50_000_000 + row,
          createdAt: stamp.createdAt,
          updatedAt: stamp.createdAt,
          itemId: account.items[movements.item[row]!]!.id,
          qty: movements.qty[row]!,
          unitCostCents: movements.unitCostCents[row]!,
        });
      return lines;
    },
  };
  account.adjustmentSets.push(set);
}
