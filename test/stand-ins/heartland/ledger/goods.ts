import type { Days } from './days.ts';
import type { Location } from './documents.ts';
import type { Random } from './random.ts';

/** Draws items and quantities to buy, at about what they cost. */
export function goods(days: Days, random: Random, lines: number, mostUnits: number) {
  const drawn = new Map<number, { itemId: number; qty: number; unitCostCents: number }>();
  for (let tries = 0; drawn.size < lines && tries < lines * 4; tries++) {
    const item = days.drawItem(random);
    const units = random.between(1, mostUnits);
    const drift = 0.95 + random.next() * 0.1;
    if (item === undefined) continue;
    drawn.set(item.id, {
      itemId: item.id,
      qty: item.allowsFractionalQty ? units + 0.5 : units,
      unitCostCents: Math.round((item.costCents ?? 0) * drift),
    });
  }
  return [...drawn.values()];
}

/** So many items, a unit each, of which a store surely has some. */
export function inStock(
  days: Days,
  store: Location,
  random: Random,
  count: number,
): { itemId: number; qty: number }[] {
  const { items, deletedItemIds } = days.account;
  const found: { itemId: number; qty: number }[] = [];
  const start = random.between(0, items.length - 1);
  for (let n = 0; n < items.length && found.length < count; n++) {
    const { id, allowsFractionalQty } = items[(start + n) % items.length]!;
    if (allowsFractionalQty || deletedItemIds.has(id)) continue;
    if (days.account.onHand(id, store.id) >= 3) found.push({ itemId: id, qty: 1 });
  }
  return found;
}
