/** The checks that a feed must pass before it is sent. */
import { localTime } from '../day.ts';
import type { Check } from '../findings.ts';

/** The rows of one store in a feed. */
export interface StoreFeed {
  /** Locally store id. */
  readonly locallyId: string;
  readonly locationNumbers: readonly string[];
  readonly name: string;
  /** File that holds its rows. */
  readonly file: string;
  readonly rows: number;
  /** Units in all rows. */
  readonly units: number;
  /** Rows that are 0 because the product was removed from the feed. */
  readonly removedRows: number;
}

/** What the checks need of a store's last feed. */
export type LastFeed = Pick<StoreFeed, 'locallyId' | 'rows' | 'units' | 'removedRows'>;

export interface Limits {
  /** Percent by which the products of a store may drop at once. */
  readonly max_drop_rows: number;
  /** Percent by which its units may drop at once. */
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

/** Fails where a quantity or price is not a number. Cannot be overruled. */
export function checkFigures(notNumbers: readonly NotANumber[]): readonly Check[] {
  return notNumbers.map(({ locallyId, upc }) => ({
    name: `figures of store ${locallyId}`,
    result: 'failed',
    figure: `UPC ${upc}`,
    detail:
      'its quantity or price is not a number; ' +
      'find its items in the warehouse, and pull them again with: tillstream sync --full',
  }));
}

/** Fails for a store without products: its stock would be hidden. Cannot be overruled. */
export function checkNotEmpty(stores: readonly StoreFeed[]): readonly Check[] {
  return stores.map(store => {
    const hasProducts = products(store) > 0;
    return {
      name: `store ${store.locallyId} has a feed`,
      result: hasProducts ? 'ok' : 'failed',
      figure: `${count(products(store))} products, ${count(store.units)} units`,
      detail: hasProducts
        ? `${store.name}: ${count(store.removedRows)} removed products are sent as 0`
        : `${store.name}: no product can be sent; check the filter, the UPCs, and the inventory`,
    };
  });
}

/** Fails where a feed is much smaller than the last one, or a first feed has no stock at all. */
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
      drop(`units of store ${id}`, was.units, store.units, limits.max_drop_units),
    ];
  });
}

/** A new store with 0 of every product: the quantity is more likely missing than sold out. */
function soldOut(store: StoreFeed, { small_store: small }: Limits): readonly Check[] {
  if (store.units > 0 || products(store) < small) return [];
  return [
    {
      name: `units of store ${store.locallyId}`,
      result: 'failed',
      figure: `0 of ${count(products(store))} products`,
      detail:
        'in its first feed; is this the right quantity (locally.quantity) and the right location?',
    },
  ];
}

/** Fails where stores of the last feed are missing: Locally would hide them after four days. */
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

/** Fails where the oldest of the pulls is too old. */
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
    figure: `${count(minutes)} minutes`,
    detail: `pulled completely at ${localTime(asOf, timezone)}; at most ${most} hours old`,
  };
}

/** Why a feed is held, in one sentence; undefined where all checks passed. */
export function whyHeld(checks: readonly Check[]): string | undefined {
  const failed = checks.filter(check => check.result === 'failed');
  if (failed.length === 0) return undefined;
  return failed.map(({ name, figure, detail }) => `${name}: ${figure} (${detail})`).join('; ');
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

function products({ rows, removedRows }: LastFeed): number {
  return rows - removedRows;
}

function drop(what: string, was: number, is: number, mostPercent: number): Check {
  // Compared as whole numbers: (was - is) / was > most / 100.
  const isTooMuch = (was - is) * 100 > mostPercent * was;
  const percent = was === 0 ? 0 : Math.round(((is - was) * 100) / was);
  return {
    name: what,
    result: isTooMuch ? 'failed' : 'ok',
    figure: `${count(is)}, ${count(was)} in the last feed (${percent >= 0 ? '+' : ''}${percent}%)`,
    detail: `may drop by ${mostPercent}%`,
  };
}
