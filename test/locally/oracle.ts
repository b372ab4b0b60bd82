/**
 * The expected feed, computed from the stand-in's movements and items by independent code: without
 * inventory/values, SQL or our transforms.
 */
import type { Ledger } from '../stand-ins/heartland/ledger/ledger.ts';

type Item = Ledger['items'][number];

export interface OracleOptions {
  /** The store's location, or several that are one store. */
  readonly locations: readonly string[];
  readonly quantity?: 'available' | 'on_hand';
  /** Which items are selected. Default: all. */
  readonly selects?: (item: Item) => boolean;
  /** Units held back of an item; undefined where the store's setting counts. */
  readonly heldBack?: (item: Item) => number | undefined;
  readonly heldBackByStore?: number;
  readonly addsCheckDigit?: boolean;
}

interface Product {
  quarters: number;
  heldBack: number | undefined;
  /** Each item at each location. */
  here: { quarters: number; isActive: boolean; priceCents: number | null }[];
}

/** Lines of a store's feed without header, such as `727602259178,1,10.99`. */
export function expectedLines(ledger: Ledger, options: OracleOptions): string[] {
  const { selects = () => true, heldBack = () => undefined, heldBackByStore = 0 } = options;
  const products = new Map<string, Product>();
  for (const location of options.locations) {
    const stock = quarterUnits(ledger, location, options.quantity ?? 'available');
    for (const item of ledger.items) {
      const quarters = stock.get(item.id);
      const upc = expectedUpc(item.custom.upc, options.addsCheckDigit);
      if (quarters === undefined || upc === undefined || !selects(item)) continue;
      const product = products.get(upc) ?? { quarters: 0, heldBack: undefined, here: [] };
      product.quarters += quarters;
      product.here.push({ quarters, isActive: item.isActive, priceCents: item.priceCents });
      const own = heldBack(item);
      if (own !== undefined) product.heldBack = Math.max(own, product.heldBack ?? 0);
      products.set(upc, product);
    }
  }
  return [...products]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([upc, { quarters, heldBack: own, here }]) => {
      const left = quarters - 4 * (own ?? heldBackByStore);
      return `${upc},${wholeUnits(left)},${priceOf(here)}`;
    });
}

/** Stock of each item at a location in quarters of a unit, summed from its movements. */
function quarterUnits(ledger: Ledger, number: string, quantity: 'available' | 'on_hand') {
  const { movements } = ledger.account.stock;
  const location = ledger.locations.findIndex(each => each.publicId === number);
  const sums = new Map<number, number>();
  for (let row = 0; row < movements.length; row++) {
    if (movements.location[row] !== location) continue;
    const { id } = ledger.account.items[movements.item[row]!]!;
    const committed = quantity === 'available' ? movements.committed[row]! || 0 : 0;
    const delta = (movements.qty[row]! || 0) - committed;
    sums.set(id, (sums.get(id) ?? 0) + Math.round(delta * 4));
  }
  return sums;
}

function wholeUnits(quarters: number): number {
  return quarters <= 0 ? 0 : (quarters - (quarters % 4)) / 4;
}

/** The lowest price of the active items in stock; else of the active ones; else of all. */
function priceOf(here: Product['here']): string {
  const choices = [
    here.filter(each => each.isActive && each.quarters > 0),
    here.filter(each => each.isActive),
    here,
  ];
  for (const choice of choices) {
    const cents = choice.flatMap(each => (each.priceCents ? [each.priceCents] : []));
    if (cents.length > 0) {
      const lowest = String(Math.min(...cents)).padStart(3, '0');
      return `${lowest.slice(0, -2)}.${lowest.slice(-2)}`;
    }
  }
  return '';
}

/** A valid UPC-A of twelve digits, after removing separators and restoring a lost zero. */
export function expectedUpc(
  written: string | null | undefined,
  addsCheckDigit = false,
): string | undefined {
  const text = (written ?? '')
    .split('')
    .filter(character => !' -'.includes(character))
    .join('');
  if (text.length < 10 || [...text].some(character => !'0123456789'.includes(character)))
    return undefined;
  const twelve = text.padStart(12, '0');
  if (twelve === '000000000000' || '24'.includes(twelve[0]!)) return undefined;
  if (tenths(twelve) % 10 === 0) return twelve;
  if (!addsCheckDigit || text.length !== 11) return undefined;
  return `${text}${(10 - (tenths(`${text}0`) % 10)) % 10}`;
}

function tenths(twelve: string): number {
  return [...twelve].reduce((sum, digit, n) => sum + Number(digit) * (n % 2 === 0 ? 3 : 1), 0);
}
