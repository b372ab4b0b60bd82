/** Why something of a store's inventory is not in the feed as it stands in Heartland. */
import type { Problem } from '../findings.ts';
import { readUpc, type UpcFix, type UpcOptions, type UpcRefusal } from '../upc.ts';

/** Stable: reports of different days are compared by it. */
export type Reason =
  | `upc_${UpcRefusal}`
  | `upc_mended_${UpcFix}`
  | 'upc_shared'
  | 'upc_shared_prices_differ'
  | 'no_price'
  | 'filtered'
  | 'item_unknown'
  | 'no_quantity'
  | 'negative_stock'
  | 'fractional_stock'
  | 'safety_stock'
  | 'open_orders'
  | 'no_buy_link';

/** How many items a reason touches, and how many pieces in stock. */
export interface ReasonCount {
  readonly reason: Reason;
  readonly treatment: Problem['treatment'];
  /** The reason in words. */
  readonly meaning: string;
  readonly items: number;
  /** Pieces in the stores of the feed, as exact text; negative stock counts as none. */
  readonly units: string;
}

interface Advice {
  readonly treatment: Problem['treatment'];
  readonly meaning: string;
  readonly fix: string;
}

const LABEL = 'Enter the UPC of the label in Heartland.';
const MENDED = 'Enter it this way in Heartland, so that other systems have it right too.';

const ADVICE: Readonly<Record<Reason, Advice>> = {
  upc_missing: { treatment: 'left_out', meaning: 'no UPC', fix: LABEL },
  upc_scientific_notation: {
    treatment: 'left_out',
    meaning: 'UPC cut to scientific notation by a spreadsheet',
    fix: LABEL,
  },
  upc_not_digits: { treatment: 'left_out', meaning: 'UPC holds more than digits', fix: LABEL },
  upc_all_zero: { treatment: 'left_out', meaning: 'UPC is only zeros', fix: LABEL },
  upc_placeholder: { treatment: 'left_out', meaning: 'UPC is a placeholder', fix: LABEL },
  upc_wrong_length: { treatment: 'left_out', meaning: 'UPC has too few digits', fix: LABEL },
  upc_check_digit_unclear: {
    treatment: 'left_out',
    meaning: 'UPC may lack its check digit',
    fix: LABEL,
  },
  upc_bad_check_digit: { treatment: 'left_out', meaning: 'UPC was mistyped', fix: LABEL },
  upc_in_house: {
    treatment: 'left_out',
    meaning: 'in-house number that means another product elsewhere',
    fix: LABEL,
  },
  upc_mended_leading_zero: { treatment: 'noted', meaning: 'leading zero restored', fix: MENDED },
  upc_mended_separators: {
    treatment: 'noted',
    meaning: 'spaces or dashes in the UPC dropped',
    fix: MENDED,
  },
  upc_mended_check_digit: { treatment: 'noted', meaning: 'check digit added', fix: MENDED },
  upc_mended_upc_e: { treatment: 'noted', meaning: 'UPC-E expanded to 12 digits', fix: MENDED },
  upc_shared: {
    treatment: 'noted',
    meaning: 'items with one UPC, sent as one',
    fix: 'Merge the items in Heartland if they are the same product; else give each its own UPC.',
  },
  upc_shared_prices_differ: {
    treatment: 'noted',
    meaning: 'items with one UPC and different prices, sent as one at the lowest',
    fix: 'Make the prices equal in Heartland, or give each item its own UPC. The lowest price of the active items that are in stock was sent.',
  },
  no_price: {
    treatment: 'noted',
    meaning: 'no price, sent without one',
    fix: 'Enter the current price of the item in Heartland.',
  },
  filtered: {
    treatment: 'left_out',
    meaning: 'not selected by the filter',
    fix: 'Nothing, unless it should be sold on Locally: then change the item, or locally.filter.',
  },
  item_unknown: {
    treatment: 'left_out',
    meaning: 'stock of an item that Heartland no longer lists',
    fix: 'Nothing, if the item was deleted; else run sync --full.',
  },
  no_quantity: {
    treatment: 'noted',
    meaning: 'Heartland gave no quantity, sent as 0',
    fix: 'Look at the item’s stock in Heartland.',
  },
  negative_stock: {
    treatment: 'noted',
    meaning: 'stock below zero, sent as 0',
    fix: 'Count the item and adjust its stock in Heartland.',
  },
  fractional_stock: {
    treatment: 'noted',
    meaning: 'stock in fractions, sent rounded down',
    fix: 'Nothing: only whole pieces can be sold on Locally.',
  },
  safety_stock: {
    treatment: 'noted',
    meaning: 'the last pieces held back as safety stock, sent as 0',
    fix: 'Nothing, unless they should be sold: then lower locally.safety_stock.',
  },
  no_buy_link: {
    treatment: 'left_out',
    meaning: 'no buy link, left out of the product feed alone',
    fix: 'Fill in the field of the item that locally.product_feed.url is made from.',
  },
  open_orders: {
    treatment: 'noted',
    meaning: 'pieces promised to open Locally orders, subtracted',
    fix: 'Nothing: they come back when the order ends, and go for good when the sale is rung up.',
  },
};

/** A finding of the warehouse: an item, and where it matters a location. */
export interface Finding {
  readonly kind: Reason;
  readonly item_number: string | null;
  readonly description: string | null;
  readonly location_number: string | null;
  readonly units: string;
  readonly found: string | null;
}

/** The finding as a problem, with the advice that fits it. */
export function problemOf(finding: Finding, upcOptions: UpcOptions): Problem {
  const { kind, item_number, description, location_number, units, found } = finding;
  const { treatment, fix } = ADVICE[kind];
  return {
    kind,
    treatment,
    itemNumber: item_number ?? undefined,
    description: description ?? undefined,
    locationNumber: location_number ?? undefined,
    found: found ?? undefined,
    atStake: { units },
    fix: upcAdvice(kind, found, upcOptions) ?? fix,
  };
}

export function reasonCount(reason: Reason, items: number, units: string): ReasonCount {
  const { treatment, meaning } = ADVICE[reason];
  return { reason, treatment, meaning, items, units };
}

function upcAdvice(kind: Reason, found: string | null, options: UpcOptions): string | undefined {
  if (!kind.startsWith('upc_') || kind.startsWith('upc_shared')) return undefined;
  const reading = readUpc(found, options);
  return reading.ok ? `It was sent as ${reading.upc}. ${MENDED}` : reading.explanation;
}
