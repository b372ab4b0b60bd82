import { lastValueFrom } from 'rxjs';
import { inject } from 'vitest';
import { chosenStreams, knownStreams } from '../../pipelines/configured-streams.ts';
import type { WorkEvent } from '../../pipelines/report.ts';
import type { SliceRequest } from '../../pipelines/slices.ts';
import { type StreamResult, sync } from '../../pipelines/sync.ts';
import type { Work } from '../../pipelines/work.ts';
import { openWarehouse, type Warehouse } from '../../sinks/postgres/warehouse.ts';
import { type Heartland, type HeartlandOptions, startHeartland } from '../heartland/server.ts';
import { freshMerchant, freshWork } from '../postgres/fresh-work.ts';
import { afterFile } from '../setup/after-file.ts';

/** The account begins on the first of the month; its last day is complete. */
const FROM = '2026-11-01';
const AS_OF = '2026-11-12';
/** The first sync is on the day after; each later one is a day later still. */
const FIRST_SYNC = Date.parse('2026-11-13T12:00:00Z');
const DAY_MS = 86_400_000;

/** What one sync came to. */
export interface Synced {
  readonly results: readonly StreamResult[];
  readonly events: readonly WorkEvent[];
  readonly runId: string;
  /** Most pages in memory at one time. */
  readonly peak: number;
  /** Why each stream that failed did. */
  readonly failures: Readonly<Record<string, string>>;
}

/** A merchant with a stand-in account and a warehouse, and the syncs between them. */
export interface SmallAccount {
  readonly heartland: Heartland;
  readonly warehouse: Warehouse;
  readonly merchant: string;
  /** Syncs these streams (all that a sync pulls, unless named), a day after the sync before. */
  sync(
    streams?: readonly string[],
    request?: SliceRequest,
    /** Another address of the same account. */
    baseUrl?: string,
  ): Promise<Synced>;
  /** The same, by a clock of ours that is so many milliseconds ahead. */
  syncAt(aheadMs: number, streams?: readonly string[]): Promise<Synced>;
  /** Lets days pass before the next sync; the account's clock goes along. */
  letPass(days: number): void;
}

/** Opens an account of 48 items and 3 stores for one test; it is closed after the file's last test. */
export async function smallAccount(
  options: HeartlandOptions & {
    readonly configuration?: Readonly<Record<string, unknown>>;
    readonly heartlandConfiguration?: Readonly<Record<string, unknown>>;
  } = {},
): Promise<SmallAccount> {
  const { configuration, heartlandConfiguration, ...standIn } = options;
  const heartland = await startHeartland({ asOf: AS_OF, months: 0, ...standIn });
  // The one kind of paper that twelve days do not bring by themselves.
  const { ledger } = heartland;
  ledger.returnToVendor({
    vendorId: ledger.vendors[0]!.id,
    locationId: ledger.locations[0]!.id,
    lines: [{ itemId: ledger.items[30]!.id, qty: 1 }],
  });
  const merchant = freshMerchant();
  const warehouse = openWarehouse({
    url: inject('warehouseUrl'),
    schema: merchant,
    connections: 2,
  });
  afterFile(() => heartland.close());
  afterFile(() => warehouse.close());
  let now = FIRST_SYNC;
  const syncBy: (aheadMs: number, ...asked: Parameters<SmallAccount['sync']>) => Promise<Synced> =
    async (aheadMs, names, request = {}, baseUrl = heartland.baseUrl) => {
      const fresh = await freshWork({
        heartland: { baseUrl, token: heartland.token },
        merchant,
        now: new Date(now + aheadMs),
        configuration: {
          history: { from: FROM },
          ...configuration,
          heartland: { per_page: 20, max_wait_ms: 20_000, ...heartlandConfiguration },
        },
      });
      try {
        const results = await lastValueFrom(
          sync(fresh.work, streamsOf(fresh.work, names), request),
        );
        return {
          results,
          events: fresh.events,
          runId: fresh.work.runId,
          peak: fresh.work.slots.peak,
          failures: Object.fromEntries(
            results.flatMap(({ stream, failure }) =>
              failure === undefined ? [] : [[stream, `${failure.code}: ${failure.message}`]],
            ),
          ),
        };
      } finally {
        await fresh.close();
        now += DAY_MS;
        // What is done in the account from here on is after the sync that just ended, and before the next.
        heartland.ledger.advanceTo(now - DAY_MS / 2);
      }
    };
  return {
    heartland,
    warehouse,
    merchant,
    sync: (...asked) => syncBy(0, ...asked),
    syncAt: syncBy,
    letPass: days => {
      now += days * DAY_MS;
      heartland.ledger.advanceTo(now - DAY_MS / 2);
    },
  };
}

function streamsOf({ configuration }: Work, names: readonly string[] | undefined) {
  return names === undefined
    ? chosenStreams(configuration)
    : knownStreams(configuration).filter(({ name }) => names.includes(name));
}
