import { statement } from '../../sinks/postgres/statement.ts';
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
  /** What Locally showed of its last feed that was read back; undefined where none was. */
  readonly readBack: StoreReadBack | undefined;
}

export interface StoreReadBack {
  readonly exportId: string;
  readonly askedAt: Date;
  readonly agrees: number;
  readonly differs: number;
  readonly unknown: number;
  /** Why Locally could not be asked, if so. */
  readonly problem: string | undefined;
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
  const readBacks = await readBacksByStore(warehouse);
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
      readBack: readBacks.get(locallyId),
    };
  });
}

async function readBacksByStore(warehouse: Warehouse): Promise<ReadonlyMap<string, StoreReadBack>> {
  const rows = await warehouse.query<{
    locally_id: string;
    export_id: string;
    asked_at: Date;
    agrees: number;
    differs: number;
    unknown: number;
    problem: string | null;
  }>(statement('status/read-backs'));
  return new Map(
    rows.map(({ locally_id, export_id: exportId, asked_at: askedAt, problem, ...counts }) => [
      locally_id,
      { exportId, askedAt, ...counts, problem: problem ?? undefined },
    ]),
  );
}

function storeIn({ totals }: DeliveredFeed, locallyId: string) {
  return totals.stores.find(store => store.locallyId === locallyId);
}

function difference(now: number | undefined, before: number | undefined): number | undefined {
  return now === undefined || before === undefined ? undefined : now - before;
}
