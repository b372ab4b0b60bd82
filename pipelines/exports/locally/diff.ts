import { type MadeExport, madeExports } from '../../../sinks/postgres/exports.ts';
import type { Warehouse } from '../../../sinks/postgres/warehouse.ts';
import { UsageError } from '../../../transforms/errors.ts';
import { type ChangeKind, type FeedChange, feedChanges } from '../../../transforms/locally/diff.ts';
import { type DeliveredFeed, deliveredFeed, storedLines } from './history.ts';

interface StoreDiff {
  readonly locallyId: string;
  readonly name: string;
  /** Number of changes of each kind. */
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
  /** Export ids of delivered feeds. Default: the last two. */
  readonly before?: string;
  readonly after?: string;
  /** Most changes listed for each store; all are counted. Default 100. */
  readonly listed?: number;
}

/** How many of the latest feeds are searched. */
const SEARCHED = 400;

/**
 * Compares two feeds by the bytes that were sent.
 *
 * @throws UsageError when there are not two delivered feeds, or none with the given id
 */
export async function locallyDiff(
  warehouse: Warehouse,
  { before: beforeId, after: afterId, listed = 100 }: DiffRequest = {},
): Promise<LocallyDiff> {
  const feeds = await madeExports(warehouse, {
    kind: 'locally',
    statuses: ['delivered'],
    limit: SEARCHED,
  });
  const later = afterId === undefined ? feeds[0] : feeds.find(byId(afterId));
  const earlier =
    beforeId === undefined ? feeds[feeds.indexOf(later!) + 1] : feeds.find(byId(beforeId));
  if (later === undefined) throw notFound(afterId, feeds);
  if (earlier === undefined) throw notFound(beforeId, feeds);
  for (const { exportId, hasBytes } of [earlier, later]) {
    if (!hasBytes) throw bytesDeleted(exportId);
  }
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
    const linesOf = (feed: DeliveredFeed) => storedLines(warehouse, feed, locallyId);
    const removed = await removedIn(warehouse, after, locallyId);
    const isRemoved = (upc: string) => removed.has(upc);
    for await (const change of feedChanges(linesOf(before), linesOf(after), isRemoved)) {
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

/** The products that the feed sent as an explicit zero because they were removed from it. */
async function removedIn(
  warehouse: Warehouse,
  { recorded }: DeliveredFeed,
  locallyId: string,
): Promise<ReadonlySet<string>> {
  const rows = await warehouse.query<{ upc: string }>(
    'select upc from _locally_feed_products where locally_id = $1 and removed_since <= $2::date',
    [locallyId, recorded.period],
  );
  return new Set(rows.map(row => row.upc));
}

/** The stores of both feeds, each once. */
function storesOf(before: DeliveredFeed, after: DeliveredFeed) {
  const stores = [...before.totals.stores, ...after.totals.stores];
  return [...new Map(stores.map(store => [store.locallyId, store])).values()];
}

function shown({ recorded: { exportId, deliveredAt, madeAt } }: DeliveredFeed) {
  return { exportId, deliveredAt: deliveredAt ?? madeAt };
}

function bytesDeleted(exportId: string): UsageError {
  return new UsageError('FEED_FORGOTTEN', {
    problem: `The lines of feed ${exportId} were deleted`,
    next: 'Compare later feeds. locally.keep_days says after how many days lines are deleted.',
  });
}

function notFound(id: string | undefined, feeds: readonly MadeExport[]): UsageError {
  if (id === undefined) {
    return new UsageError('NO_SUCH_FEED', {
      problem: 'There are not two delivered feeds to compare yet',
      found: `${feeds.length} delivered`,
      expected: 'two, one after the other',
      next: 'Run `tillstream locally` once more, then compare again.',
    });
  }
  return new UsageError('NO_SUCH_FEED', {
    problem: 'No feed with that number was delivered',
    found: id,
    ...(feeds.length > 0 && {
      expected: `one of ${feeds
        .slice(0, 10)
        .map(({ exportId }) => exportId)
        .join(', ')}`,
    }),
  });
}
