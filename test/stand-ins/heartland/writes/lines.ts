import type { Account } from '../ledger/account.ts';
import { type Body, unfit } from './body.ts';

export type Open<T> = { -readonly [K in keyof T]: T[K] };

/** The line of a document for an item; one that is there already is written to (Heartland API, "Add an item to …"). */
export function putLine<T extends { itemId: number; readonly id: number }>(
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

/** What a line of goods says. Throws where the item is unknown or the quantity is missing. */
export function goodsOf(account: Account, body: Body, qtyName = 'qty') {
  const item = body.in(account.items, 'item_id');
  const qty = body.number(qtyName);
  if (qty === undefined) throw unfit({ [qtyName]: 'is required' });
  return { itemId: item.id, qty, unitCostCents: body.cents('unit_cost') };
}
