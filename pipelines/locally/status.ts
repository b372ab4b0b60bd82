import type { Warehouse } from '../../sinks/postgres/warehouse.ts';
import { type FeedAge, feedAge } from '../../transforms/locally/age.ts';
import type { Configuration } from '../configuration/schema.ts';
import { type DeliveredFeed, deliveredFeeds } from './history.ts';
import { mappedStores } from './settings.ts';

/** How a store stands at Locally. */
export interface StoreStatus {
  readonly locallyId: string;
  readonly locationNumbers: readonly string[];
  readonly name: string | undefined;
  readonly exportId: string | undefined;
  readonly deliveredAt: Date | undefined;
  readonly hours: number | undefined;
  readonly age: FeedAge;
  /** The age in words. */
  readonly meaning: string;
  readonly rows: number | undefined;
  readonly units: number | undefined;
  /** Against the store's feed before; undefined where there is none. */
  readonly rowsChange: number | undefined;
  readonly unitsChange: number | undefined;
}

/** Feeds that are looked through: a store may be missing from the last ones. */
const LOOKED_THROUGH = 60;

/** The last delivered feed of every store of the configuration, its age, and how it differs from the one before. */
export async function locallyStatus(
  warehouse: Warehouse,
  configuration: Configuration,
  now: Date,
): Promise<readonly StoreStatus[]> {
  const feeds = await deliveredFeeds(warehouse, LOOKED_THROUGH);
  const mapped = mappedStores(configuration);
  const stores =
    mapped.length > 0 ? mapped : [{ locallyId: configuration.merchant, locationNumbers: [] }];
  return stores.map(({ locallyId, locationNumbers }) => {
    const [last, before] = feeds
      .map(feed => ({ feed, store: storeIn(feed, locallyId) }))
      .filter(each => each.store !== undefined);
    const deliveredAt = last?.feed.kept.deliveredAt;
    return {
      locallyId,
      locationNumbers: last?.store?.locationNumbers ?? locationNumbers,
      name: last?.store?.name,
      exportId: last?.feed.kept.exportId,
      deliveredAt,
      ...feedAge(deliveredAt, now),
      rows: last?.store?.rows,
      units: last?.store?.units,
      rowsChange: difference(last?.store?.rows, before?.store?.rows),
      unitsChange: difference(last?.store?.units, before?.store?.units),
    };
  });
}

function storeIn({ totals }: DeliveredFeed, locallyId: string) {
  return totals.stores.find(store => store.locallyId === locallyId);
}

function difference(now: number | undefined, before: number | undefined): number | undefined {
  return now === undefined || before === undefined ? undefined : now - before;
}
