import { statement } from '../../sinks/postgres/statement.ts';
import type { Warehouse } from '../../sinks/postgres/warehouse.ts';
import { localTime } from '../../transforms/day.ts';
import type { Check } from '../../transforms/findings.ts';

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
  const failed = await warehouse.query<{
    run_id: string;
    started_at: Date;
    message: string | null;
  }>(statement('exports/locally-last-sync'), [asOf]);
  return failed.map(({ run_id: run, started_at: at, message }) => ({
    name: 'the last sync',
    verdict: 'note',
    figure: `run ${run} could pull nothing, at ${localTime(at, timezone)}`,
    detail: message?.trim().split('\n')[0] ?? 'it did not say why',
  }));
}
