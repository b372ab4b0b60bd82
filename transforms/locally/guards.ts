/** What a feed must prove of itself before it may leave. */
import { localTime } from '../day.ts';
import type { Check } from '../findings.ts';

/** What was made for one store. */
export interface StoreFeed {
  /** Locally store id. */
  readonly locallyId: string;
  readonly locationNumbers: readonly string[];
  readonly name: string;
  /** File that holds its rows. */
  readonly file: string;
  readonly rows: number;
  /** Pieces in all rows. */
  readonly units: number;
  /** Rows among them that are zero because the product is gone. */
  readonly goneRows: number;
}

/** What is remembered of a store's last feed. */
export type LastFeed = Pick<StoreFeed, 'locallyId' | 'rows' | 'units' | 'goneRows'>;

export interface Limits {
  /** Percent by which the products of a store may drop at once. */
  readonly max_drop_rows: number;
  /** Percent by which its pieces may drop at once. */
  readonly max_drop_units: number;
  /** Stores with fewer products than this in their last feed may drop. */
  readonly small_store: number;
  /** Stores of the last feed that may be missing. */
  readonly missing_stores: number;
  readonly max_age_hours: number;
}

/** A product whose quantity or price in a store is not a number. */
export interface NotANumber {
  readonly locallyId: string;
  readonly upc: string;
}

/** No file can carry a figure that is not a number. Not even force sends one. */
export function checkFigures(notNumbers: readonly NotANumber[]): readonly Check[] {
  return notNumbers.map(({ locallyId, upc }) => ({
    name: `figures of store ${locallyId}`,
    result: 'failed',
    figure: `UPC ${upc}`,
    detail:
      'its quantity or its price is not a number; look for its items in the warehouse, and sync them again with --full',
  }));
}

/** Every store has rows of its own: an empty feed would hide all that the store has. Not even force sends one. */
export function checkNotEmpty(stores: readonly StoreFeed[]): readonly Check[] {
  return stores.map(store => {
    const isThere = products(store) > 0;
    return {
      name: `store ${store.locallyId} has a feed`,
      result: isThere ? 'ok' : 'failed',
      figure: `${products(store)} products, ${store.units} pieces`,
      detail: isThere
        ? `${store.name}: ${store.goneRows} more are sent as gone`
        : `${store.name}: nothing of its inventory can be sent, because of the filter, the UPCs, or an empty inventory`,
    };
  });
}

/** A feed much smaller than the last one, or a first one without any stock, is more often a mistake than the truth. */
export function checkDrops(
  stores: readonly StoreFeed[],
  last: readonly LastFeed[],
  limits: Limits,
): readonly Check[] {
  const before = new Map(last.map(store => [store.locallyId, store]));
  return stores.flatMap(store => {
    const was = before.get(store.locallyId);
    const id = store.locallyId;
    if (was === undefined) return soldOut(store, limits);
    if (products(was) < limits.small_store) return [];
    return [
      drop(`products of store ${id}`, products(was), products(store), limits.max_drop_rows),
      drop(`pieces of store ${id}`, was.units, store.units, limits.max_drop_units),
    ];
  });
}

/** A new store that has nothing of all its products: the quantity is more likely missing than sold out. */
function soldOut(store: StoreFeed, { small_store: small }: Limits): readonly Check[] {
  if (store.units > 0 || products(store) < small) return [];
  return [
    {
      name: `pieces of store ${store.locallyId}`,
      result: 'failed',
      figure: `0 of ${products(store)} products`,
      detail:
        'in its first feed; is the right quantity sent (locally.quantity), and the right location?',
    },
  ];
}

/** A store that is missing keeps its last stock at Locally, and is hidden there after four days. */
export function checkStores(
  stores: readonly StoreFeed[],
  last: readonly LastFeed[],
  { missing_stores: allowed }: Limits,
): readonly Check[] {
  if (last.length === 0) return [];
  const now = new Set(stores.map(store => store.locallyId));
  const missing = last.map(store => store.locallyId).filter(id => !now.has(id));
  return [
    {
      name: 'stores of the last feed',
      result: missing.length > allowed ? 'failed' : 'ok',
      figure: `${last.length - missing.length} of ${last.length}`,
      detail: missing.length === 0 ? 'all are in this one' : `missing: ${missing.join(', ')}`,
    },
  ];
}

/** The oldest of the pulls must be young enough when the feed leaves. */
export function checkAge(
  asOf: Date,
  now: Date,
  { max_age_hours: most }: Limits,
  timezone: string,
): Check {
  const minutes = Math.max(0, Math.round((now.getTime() - asOf.getTime()) / 60_000));
  return {
    name: 'age of the inventory',
    result: minutes > most * 60 ? 'failed' : 'ok',
    figure: `${minutes} minutes`,
    detail: `pulled completely at ${localTime(asOf, timezone)}; at most ${most} hours old`,
  };
}

/** The sentence for a feed that may not leave. */
export function whyHeld(checks: readonly Check[]): string | undefined {
  const failed = checks.filter(check => check.result === 'failed');
  if (failed.length === 0) return undefined;
  return failed.map(({ name, figure, detail }) => `${name}: ${figure} (${detail})`).join('; ');
}

function products({ rows, goneRows }: LastFeed): number {
  return rows - goneRows;
}

function drop(what: string, was: number, is: number, mostPercent: number): Check {
  // Compared as whole numbers: (was - is) / was > most / 100.
  const isTooMuch = (was - is) * 100 > mostPercent * was;
  const percent = was === 0 ? 0 : Math.round(((is - was) * 100) / was);
  return {
    name: what,
    result: isTooMuch ? 'failed' : 'ok',
    figure: `${is}, ${was} in the last feed (${percent >= 0 ? '+' : ''}${percent} %)`,
    detail: `may drop by ${mostPercent} %`,
  };
}
