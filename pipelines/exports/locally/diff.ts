import { type MadeExport, madeExports } from '../../../sinks/postgres/exports.ts';
import type { Warehouse } from '../../../sinks/postgres/warehouse.ts';
import { UsageError } from '../../../transforms/errors.ts';
import { type ChangeKind, type FeedChange, feedChanges } from '../../../transforms/locally/diff.ts';
import { type DeliveredFeed, deliveredFeed } from './history.ts';
import { keptLines } from './stored-lines.ts';

interface StoreDiff {
  readonly locallyId: string;
  readonly name: string;
  /** How many changes of each kind. */
  readonly counts: Readonly<Record<ChangeKind, number>>;
  /** The first of them, in the order of UPCs. */
  readonly changes: readonly FeedChange[];
}

/** What changed from one delivered feed to another. */
export interface LocallyDiff {
  readonly before: { readonly exportId: string; readonly deliveredAt: Date };
  readonly after: { readonly exportId: string; readonly deliveredAt: Date };
  readonly stores: readonly StoreDiff[];
}

export interface DiffRequest {
  /** Export ids of delivered feeds; left out, the last one and the one before it. */
  readonly before?: string;
  readonly after?: string;
  /** Changes listed of each store at most; all are counted. Default 100. */
  readonly listed?: number;
}

/** Feeds that are looked through for the ones asked for. */
const LOOKED_THROUGH = 400;

/**
 * Compares two feeds by the bytes that were sent.
 *
 * @throws UsageError when there are not two delivered feeds, or none of the id asked for
 */
export async function locallyDiff(
  warehouse: Warehouse,
  { before: beforeId, after: afterId, listed = 100 }: DiffRequest = {},
): Promise<LocallyDiff> {
  const feeds = await madeExports(warehouse, {
    kind: 'locally',
    statuses: ['delivered'],
    limit: LOOKED_THROUGH,
  });
  const later = afterId === undefined ? feeds[0] : feeds.find(byId(afterId));
  const earlier =
    beforeId === undefined ? feeds[feeds.indexOf(later!) + 1] : feeds.find(byId(beforeId));
  if (later === undefined) throw notThere(afterId, feeds);
  if (earlier === undefined) throw notThere(beforeId, feeds);
  for (const { exportId, hasBytes } of [earlier, later]) if (!hasBytes) throw forgotten(exportId);
  const before = await deliveredFeed(warehouse, earlier);
  const after = await deliveredFeed(warehouse, later);

  const stores: StoreDiff[] = [];
  for (const { locallyId, name } of storesOf(before, after)) {
    const counts = {
      new: 0,
      left_out: 0,
      sold_out: 0,
      no_longer_sent: 0,
      back: 0,
      quantity: 0,
      price: 0,
    };
    const changes: FeedChange[] = [];
    const linesOf = (feed: DeliveredFeed) => keptLines(warehouse, feed, locallyId);
    const gone = await goneIn(warehouse, after, locallyId);
    const isGone = (upc: string) => gone.has(upc);
    for await (const change of feedChanges(linesOf(before), linesOf(after), isGone)) {
      counts[change.kind]++;
      if (changes.length < listed) changes.push(change);
    }
    stores.push({ locallyId, name, counts, changes });
  }
  return { before: shown(before), after: shown(after), stores };
}

function byId(id: string): (feed: MadeExport) => boolean {
  return ({ exportId }) => exportId === id;
}

/** What the feed sent as an explicit zero, because it was no longer one of the products to be sent. */
async function goneIn(
  warehouse: Warehouse,
  { kept }: DeliveredFeed,
  locallyId: string,
): Promise<ReadonlySet<string>> {
  const rows = await warehouse.query<{ upc: string }>(
    'select upc from _locally_feed_products where locally_id = $1 and gone_since <= $2::date',
    [locallyId, kept.period],
  );
  return new Set(rows.map(row => row.upc));
}

/** Stores of either feed. */
function storesOf(before: DeliveredFeed, after: DeliveredFeed) {
  const stores = [...before.totals.stores, ...after.totals.stores];
  return [...new Map(stores.map(store => [store.locallyId, store])).values()];
}

function shown({ kept }: DeliveredFeed) {
  return { exportId: kept.exportId, deliveredAt: kept.deliveredAt ?? kept.madeAt };
}

function forgotten(exportId: string): UsageError {
  return new UsageError('FEED_FORGOTTEN', {
    problem: `The lines of feed ${exportId} are no longer kept`,
    next: 'Compare later ones. locally.keep_days says for how many days they are kept.',
  });
}

function notThere(id: string | undefined, feeds: readonly MadeExport[]): UsageError {
  if (id === undefined) {
    return new UsageError('NO_SUCH_FEED', {
      problem: 'There are not yet two delivered feeds to compare',
      found: `${feeds.length} delivered`,
      expected: 'two, one after the other',
      next: 'Each run of `tillstream locally` that is not held delivers one; then compare again.',
    });
  }
  return new UsageError('NO_SUCH_FEED', {
    problem: 'No feed of that number was delivered',
    found: id,
    ...(feeds.length > 0 && {
      expected: `one of ${feeds
        .slice(0, 10)
        .map(({ exportId }) => exportId)
        .join(', ')}`,
    }),
  });
}
