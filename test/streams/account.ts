import { lastValueFrom } from 'rxjs';
import { inject } from 'vitest';
import { allStreams, chosenStreams } from '../../pipelines/run/configured-streams.ts';
import type { Work } from '../../pipelines/run/work.ts';
import type { SliceRequest } from '../../pipelines/sync/slices.ts';
import { type StreamResult, sync } from '../../pipelines/sync/sync.ts';
import { openWarehouse } from '../../sinks/postgres/warehouse.ts';
import { freshMerchant, freshWork } from '../postgres/fresh-work.ts';
import { type Heartland, startHeartland } from '../stand-ins/heartland/server.ts';
import { type Raw, readTable } from '../sync/truth.ts';

/** A configuration that pulls all there is. */
export const EVERYTHING = {
  streams: Object.fromEntries(
    [
      ...['transfer_events', 'transfer_event_lines', 'webhooks', 'roles', 'permissions'],
      ...['payments', 'gift_cards', 'gift_card_adjustments', 'gift_card_adjustment_reasons'],
      ...['traffic_counters', 'traffic_counts'],
      ...['invoice_payments', 'sales_order_payments', 'user_alerts'],
    ].map(name => [name, true]),
  ),
  personal_data: { customers: true, customer_addresses: true, users: true },
} as const;

/** An account of three weeks, and the warehouse of its merchant. */
export interface Scene {
  readonly heartland: Heartland;
  readonly merchant: string;
  /** Syncs what is named, or what the configuration chooses, and says what failed. */
  sync(only?: readonly string[], request?: SliceRequest): Promise<SyncedScene>;
  /** Reads the warehouse. */
  query<Row extends object>(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  /** Every row of a table, as the comparison with documents takes them. */
  rows(table: string): Promise<readonly Raw[]>;
  /** What the last run recorded of a table. */
  count(
    table: string,
  ): Promise<{ readonly reportedTotal: number; readonly seen: number } | undefined>;
  /** Work in a run of its own, under another configuration where one is given. */
  within<T>(
    job: (work: Work) => Promise<T>,
    configuration?: Readonly<Record<string, unknown>>,
  ): Promise<T>;
  close(): Promise<void>;
}

export interface SyncedScene {
  readonly results: readonly StreamResult[];
  readonly failures: Readonly<Record<string, string>>;
}

/**
 * Opens a scene; each sync is a run of its own, a day after the one before.
 *
 * @param same a scene whose account and warehouse this one goes on with, under another configuration
 */
export async function scene(
  configuration: Readonly<Record<string, unknown>> = {},
  same?: Scene,
): Promise<Scene> {
  const heartland = same?.heartland ?? (await startHeartland({ asOf: '2026-11-20', months: 0 }));
  const merchant = same?.merchant ?? freshMerchant();
  let day = 21;
  const within: Scene['within'] = async (job, other) => {
    const fresh = await freshWork({
      heartland,
      merchant,
      now: new Date(`2026-11-${day}T12:00:00Z`),
      configuration: { history: { from: '2026-11-01' }, ...(other ?? configuration) },
    });
    try {
      return await job(fresh.work);
    } finally {
      await fresh.close();
    }
  };
  const warehouse = openWarehouse({
    url: inject('warehouseUrl'),
    schema: merchant,
    connections: 1,
  });
  return {
    heartland,
    merchant,
    within,
    close: async () => {
      await warehouse.close();
      if (same === undefined) await heartland.close();
    },
    rows: table => readTable({ warehouse }, table),
    count: async table => {
      const [counted] = await warehouse.query<{ reportedTotal: number; seen: number }>(
        'select reported_total::int as "reportedTotal", seen::int from _run_streams where stream = $1 order by run_id desc',
        [table],
      );
      return counted;
    },
    sync: (only, request = {}) =>
      within(async work => {
        const streams =
          only === undefined
            ? chosenStreams(work.configuration)
            : allStreams(work.configuration).filter(({ name }) => only.includes(name));
        const results = await lastValueFrom(sync(work, streams, request));
        day++;
        return {
          results,
          failures: Object.fromEntries(
            results.flatMap(({ stream, failure }) =>
              failure === undefined ? [] : [[stream, `${failure.code}: ${failure.message}`]],
            ),
          ),
        };
      }),
    query: (sql, values = []) => warehouse.query(sql, [...values]),
  };
}
