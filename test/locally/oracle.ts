/**
 * What the feed must say, computed from the ledger's raw movements and items by code of its own: no inventory/values,
 * no SQL, none of our transforms.
 */
import type { Ledger } from '../heartland/ledger/ledger.ts';

export interface OracleOptions {
  readonly locationNumber: string;
  readonly quantity: 'available' | 'on_hand';
  /** Which items are selected; all unless said. */
  readonly selects?: (item: Ledger['items'][number]) => boolean;
}

/** Lines of a store's feed without header, as `727602259178,1,10.99`. */
export function expectedLines(ledger: Ledger, options: OracleOptions): string[] {
  const { selects = () => true } = options;
  const stock = quarterPieces(ledger, options);
  const products = new Map<
    string,
    { quarters: number; here: [number, boolean, number | null][] }
  >();
  for (const item of ledger.items) {
    const quarters = stock.get(item.id);
    const upc = expectedUpc(item.custom.upc);
    if (quarters === undefined || upc === undefined || !selects(item)) continue;
    const product = products.get(upc) ?? { quarters: 0, here: [] };
    product.quarters += quarters;
    product.here.push([quarters, item.isActive, item.priceCents]);
    products.set(upc, product);
  }
  return [...products]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([upc, { quarters, here }]) => `${upc},${pieces(quarters)},${priceOf(here)}`);
}

/** Stock of each item at a location in quarters of a piece, added up movement by movement. */
function quarterPieces(ledger: Ledger, { locationNumber, quantity }: OracleOptions) {
  const { movements } = ledger.account.stock;
  const location = ledger.locations.findIndex(each => each.publicId === locationNumber);
  const sums = new Map<number, number>();
  for (let row = 0; row < movements.length; row++) {
    if (movements.location[row] !== location) continue;
    const { id } = ledger.account.items[movements.item[row]!]!;
    const delta =
      (movements.qty[row]! || 0) - (quantity === 'available' ? movements.committed[row]! || 0 : 0);
    sums.set(id, (sums.get(id) ?? 0) + Math.round(delta * 4));
  }
  return sums;
}

function pieces(quarters: number): number {
  return quarters <= 0 ? 0 : (quarters - (quarters % 4)) / 4;
}

/** The lowest price of the active items in stock; else of the active ones; else of all; nothing where none has one. */
function priceOf(here: readonly [number, boolean, number | null][]): string {
  const choices = [
    here.filter(([quarters, isActive]) => isActive && quarters > 0),
    here.filter(([, isActive]) => isActive),
    here,
  ];
  for (const choice of choices) {
    const cents = choice.map(each => each[2]).filter(price => price !== null && price > 0);
    if (cents.length > 0) {
      const lowest = String(Math.min(...(cents as number[]))).padStart(3, '0');
      return `${lowest.slice(0, -2)}.${lowest.slice(-2)}`;
    }
  }
  return '';
}

/** A UPC-A of twelve digits whose check digit is right, once spaces, dashes and a lost zero are mended. */
export function expectedUpc(written: string | null | undefined): string | undefined {
  const text = (written ?? '')
    .split('')
    .filter(character => !' -'.includes(character))
    .join('');
  if (text.length < 10 || [...text].some(character => !'0123456789'.includes(character)))
    return undefined;
  const twelve = text.padStart(12, '0');
  if (twelve === '000000000000' || '24'.includes(twelve[0]!)) return undefined;
  let sum = 0;
  for (const [place, digit] of [...twelve].entries())
    sum += Number(digit) * (place % 2 === 0 ? 3 : 1);
  return sum % 10 === 0 ? twelve : undefined;
}
