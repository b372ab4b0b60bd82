import { money, wholeQuantity } from '../figures.ts';
import type { LayoutRow } from '../layout.ts';

/** One product of one store, as the warehouse gives it. Figures are exact text. */
export interface StockRow {
  readonly upc: string;
  /** Null where it is gone. */
  readonly qty: string | null;
  readonly price: string | null;
}

/**
 * The row as it stands in the feed: quantity whole and not negative, price with two decimals and a dot, or nothing
 * where there is none (Locally then keeps the price it has; "PushCart", sample file, and the set-up form).
 */
export function feedRow(locallyId: string, { upc, qty, price }: StockRow): LayoutRow {
  return {
    locally_id: locallyId,
    upc,
    qty: wholeQuantity(qty),
    price: price === null ? null : money(price),
  };
}
