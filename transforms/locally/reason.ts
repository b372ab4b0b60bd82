/** Why a product is not in the feed, or not in it as in Heartland. */
import type { Problem } from '../findings.ts';
import { readUpc, type UpcFix, type UpcOptions, type UpcRefusal } from '../upc.ts';

/** Stable: reports of different days are compared by it. */
export type Reason =
  | `upc_${UpcRefusal}`
  | `upc_fixed_${UpcFix}`
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

/** How many items a reason affects, and how many units in stock. */
export interface ReasonCount {
  readonly reason: Reason;
  readonly treatment: Problem['treatment'];
  /** The reason in words. */
  readonly meaning: string;
  readonly items: number;
  /** Units in the stores of the feed, as exact text; negative stock counts as none. */
  readonly units: string;
}

interface Advice {
  readonly treatment: Problem['treatment'];
  readonly meaning: string;
  readonly fix: string;
}

const LABEL = 'Enter the UPC of the label in Heartland.';
const FIXED = 'Enter it this way in Heartland, so that other systems have it right too.';

const ADVICE: Readonly<Record<Reason, Advice>> = {
  upc_missing: { treatment: 'left_out', meaning: 'no UPC', fix: LABEL },
  upc_scientific_notation: {
    treatment: 'left_out',
    meaning: 'UPC in scientific notation, digits lost',
    fix: LABEL,
  },
  upc_not_digits: {
    treatment: 'left_out',
    meaning: 'UPC has characters other than digits',
    fix: LABEL,
  },
  upc_all_zero: { treatment: 'left_out', meaning: 'UPC of zeros only', fix: LABEL },
  upc_placeholder: { treatment: 'left_out', meaning: 'UPC is a placeholder', fix: LABEL },
  upc_wrong_length: { treatment: 'left_out', meaning: 'UPC has too few digits', fix: LABEL },
  upc_check_digit_unclear: {
    treatment: 'left_out',
    meaning: 'UPC may lack its check digit',
    fix: LABEL,
  },
  upc_bad_check_digit: { treatment: 'left_out', meaning: 'invalid check digit', fix: LABEL },
  upc_in_house: {
    treatment: 'left_out',
    meaning: 'store-internal barcode, not a UPC',
    fix: LABEL,
  },
  upc_fixed_leading_zero: { treatment: 'noted', meaning: 'leading zero restored', fix: FIXED },
  upc_fixed_separators: {
    treatment: 'noted',
    meaning: 'spaces or dashes removed from the UPC',
    fix: FIXED,
  },
  upc_fixed_check_digit: { treatment: 'noted', meaning: 'check digit added', fix: FIXED },
  upc_fixed_upc_e: { treatment: 'noted', meaning: 'UPC-E expanded to 12 digits', fix: FIXED },
  upc_shared: {
    treatment: 'noted',
    meaning: 'items with the same UPC, combined',
    fix: 'Merge the items in Heartland if they are the same product; else give each its own UPC.',
  },
  upc_shared_prices_differ: {
    treatment: 'noted',
    meaning: 'items with the same UPC, combined at the lowest price',
    fix:
      'Make the prices equal in Heartland, or give each item its own UPC. ' +
      'The lowest price of the active items in stock was sent.',
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
    meaning: 'no quantity in Heartland, sent as 0',
    fix: 'Look at the item’s stock in Heartland.',
  },
  negative_stock: {
    treatment: 'noted',
    meaning: 'stock below zero, sent as 0',
    fix: 'Count the item and adjust its stock in Heartland.',
  },
  fractional_stock: {
    treatment: 'noted',
    meaning: 'fractional stock, rounded down',
    fix: 'Nothing: only whole units can be sold on Locally.',
  },
  safety_stock: {
    treatment: 'noted',
    meaning: 'last units held back as safety stock, sent as 0',
    fix: 'Nothing, unless they should be sold: then lower locally.safety_stock.',
  },
  no_buy_link: {
    treatment: 'left_out',
    meaning: 'no buy link, left out of the product feed only',
    fix: 'Fill in the field of the item that locally.product_feed.url is made from.',
  },
  open_orders: {
    treatment: 'noted',
    meaning: 'units held back for open Locally orders',
    fix: 'Nothing: the order holds them back until it ends or the sale is rung up.',
  },
};

/** A finding in the warehouse: an item, and a location where that matters. */
export interface Finding {
  readonly kind: Reason;
  readonly item_number: string | null;
  readonly description: string | null;
  readonly location_number: string | null;
  readonly units: string;
  readonly found: string | null;
}

/** The problem of a finding, with what to do about it. */
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
  return reading.ok ? `It was sent as ${reading.upc}. ${FIXED}` : reading.explanation;
}
