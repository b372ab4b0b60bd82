import type { Warehouse } from '../../../sinks/postgres/warehouse.ts';
import { localTime } from '../../../transforms/day.ts';
import type { Check } from '../../../transforms/findings.ts';
import { lastFailedSync } from '../../run/last-failed-sync.ts';

/**
 * A note where the last sync could pull nothing at all, as with a token that is refused: a feed of stock that is young
 * enough asks Heartland nothing, and would not hear of it. A pull that was begun and failed is pulled again instead.
 *
 * @param asOf when the oldest of what the feed is made from was pulled
 */
export async function noteOfLastSync(
  warehouse: Warehouse,
  timezone: string,
  asOf: Date,
): Promise<readonly Check[]> {
  const sync = await lastFailedSync(warehouse, asOf);
  if (sync === undefined) return [];
  return [
    {
      name: 'the last sync',
      result: 'note',
      figure: `run ${sync.run_id} could pull nothing, at ${localTime(sync.started_at, timezone)}`,
      detail: sync.because,
    },
  ];
}
