import { statement } from '../../../sinks/postgres/statement.ts';
import type { Warehouse } from '../../../sinks/postgres/warehouse.ts';
import { type FeedAge, feedAge } from '../../../transforms/locally/age.ts';
import type { Configuration } from '../../settings/schema.ts';
import { mappedStores } from './settings.ts';

/** The last delivered feed of a store. */
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
  /** Compared with the store's previous feed; undefined where there is none. */
  readonly rowsChange: number | undefined;
  readonly unitsChange: number | undefined;
  /** Its last verification; undefined where there was none. */
  readonly verify: StoreVerification | undefined;
}

interface StoreVerification {
  readonly exportId: string;
  readonly askedAt: Date;
  readonly agrees: number;
  readonly differs: number;
  readonly unknown: number;
  /** Why there was no answer from Locally, if so. */
  readonly problem: string | undefined;
}

interface StoreRow {
  readonly locally_id: string;
  readonly export_id: string;
  readonly delivered_at: Date;
  readonly name: string;
  readonly location_numbers: readonly string[];
  readonly rows: number;
  readonly units: number;
  readonly rows_change: number | null;
  readonly units_change: number | null;
}

/** How many of the latest feeds are searched: a store may be missing from the last ones. */
const SEARCHED = 60;

/** The last delivered feed of each configured store, with its age and what changed. */
export async function locallyStatus(
  warehouse: Warehouse,
  configuration: Configuration,
  now: Date,
): Promise<readonly StoreStatus[]> {
  const rows = await warehouse.query<StoreRow>(statement('status/stores'), [SEARCHED]);
  const verifications = await lastVerifications(warehouse);
  const mapped = mappedStores(configuration);
  const stores =
    mapped.length > 0 ? mapped : [{ locallyId: configuration.merchant, locationNumbers: [] }];
  return stores.map(({ locallyId, locationNumbers }) => {
    const last = rows.find(({ locally_id }) => locally_id === locallyId);
    return {
      locallyId,
      locationNumbers: last?.location_numbers ?? locationNumbers,
      name: last?.name,
      exportId: last?.export_id,
      deliveredAt: last?.delivered_at,
      ...feedAge(last?.delivered_at, now),
      rows: last?.rows,
      units: last?.units,
      rowsChange: last?.rows_change ?? undefined,
      unitsChange: last?.units_change ?? undefined,
      verify: verifications.get(locallyId),
    };
  });
}

async function lastVerifications(
  warehouse: Warehouse,
): Promise<ReadonlyMap<string, StoreVerification>> {
  const rows = await warehouse.query<{
    locally_id: string;
    export_id: string;
    asked_at: Date;
    agrees: number;
    differs: number;
    unknown: number;
    problem: string | null;
  }>(statement('status/verifications'));
  return new Map(
    rows.map(({ locally_id, export_id: exportId, asked_at: askedAt, problem, ...counts }) => [
      locally_id,
      { exportId, askedAt, ...counts, problem: problem ?? undefined },
    ]),
  );
}
