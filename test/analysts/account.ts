/** A small stand-in account, synced once into a merchant's own schema, for tests that only read it. */
import { lastValueFrom } from 'rxjs';
import { sync } from '../../pipelines/sync.ts';
import type { Work } from '../../pipelines/work.ts';
import { catalogue } from '../../sources/heartland/catalogue.ts';
import { type Heartland, startHeartland } from '../heartland/server.ts';
import { freshMerchant, freshWork } from '../postgres/fresh-work.ts';

export interface Account {
  readonly heartland: Heartland;
  readonly work: Work;
  readonly merchant: string;
  /** Rows of a query in the merchant's schema. */
  query<Row>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  /** Pulls again, at this moment (the moment before unless said); `full` sweeps everything; `only` these streams. */
  sync(at?: string, full?: boolean, only?: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** What the views read. */
const STREAMS = [
  ...['locations', 'vendors', 'items', 'purchase_orders', 'inventory_values'],
  ...['sales_daily', 'sales_margin_daily', 'inventory_daily', 'inventory_cost_daily'],
];

/** The day on which the account stands still. */
export const AS_OF = '2026-11-21';

/**
 * @param configuration sections laid over a working default
 * @param names the streams to pull
 */
export async function syncedAccount(
  configuration: Readonly<Record<string, unknown>> = {},
  names: readonly string[] = STREAMS,
): Promise<Account> {
  const heartland = await startHeartland({ asOf: AS_OF });
  const merchant = freshMerchant();
  const fresh = await freshWork({
    heartland,
    merchant,
    now: new Date(`${AS_OF}T18:00:00Z`),
    configuration: { history: { from: '2026-08-01' }, ...configuration },
  });
  let now = fresh.work.now();
  const work: Work = { ...fresh.work, now: () => now };
  const pull = async (at?: string, full = false, only = names) => {
    if (at !== undefined) now = new Date(at);
    const streams = catalogue.filter(stream => only.includes(stream.name));
    const results = await lastValueFrom(sync(work, streams, { full }));
    const failed = results.find(result => result.failure !== undefined);
    if (failed !== undefined) throw failed.failure;
  };
  await pull();
  return {
    heartland,
    work,
    merchant,
    query: (text, values) => fresh.work.warehouse.query(text, values) as never,
    sync: pull,
    close: async () => {
      await fresh.close();
      await heartland.close();
    },
  };
}
