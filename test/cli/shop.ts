import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { openWarehouse, type Warehouse } from '../../sinks/postgres/warehouse.ts';
import { freshMerchant } from '../postgres/fresh-work.ts';
import { daysAgo } from '../setup/clock.ts';
import { type Ended, type Running, start } from '../setup/tillstream.ts';
import { formatDay } from '../stand-ins/heartland/ledger/calendar.ts';
import type { Heartland } from '../stand-ins/heartland/server.ts';

/** A folder with a configuration, and a merchant's schema in the test run's Postgres. */
export interface Shop {
  readonly folder: string;
  readonly merchant: string;
  readonly warehouse: Warehouse;
  /** Starts a command in the folder, as a user would. */
  start(args: readonly string[], env?: Readonly<Record<string, string>>): Running;
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended>;
  /** Writes another configuration file with some sections changed. */
  write(name: string, sections?: Readonly<Record<string, unknown>>): Promise<void>;
  close(): Promise<void>;
}

/** An account that a shop pulls from; without a ledger it does not exist. */
export type Account = Pick<Heartland, 'baseUrl' | 'token'> & Partial<Pick<Heartland, 'ledger'>>;

/** Opens a shop: `tillstream.yaml` in a new folder, secrets in the environment. */
export async function openShop(
  heartland: Account,
  sections: Readonly<Record<string, unknown>> = {},
): Promise<Shop> {
  const folder = await mkdtemp(join(tmpdir(), 'tillstream-cli-'));
  const merchant = freshMerchant();
  const url = inject('warehouseUrl');
  const warehouse = openWarehouse({
    // Tests also use connections of its pool, which must see the merchant's schema.
    url: `${url}?options=${encodeURIComponent(`-c search_path=${merchant}`)}`,
    schema: merchant,
    connections: 2,
  });
  const shop: Shop = {
    folder,
    merchant,
    warehouse,
    start: (args, env = {}) =>
      start(folder, args, { HEARTLAND_TOKEN: heartland.token, DATABASE_URL: url, ...env }),
    run: (args, env) => shop.start(args, env).ended,
    write: (name, other = {}) =>
      writeFile(
        join(folder, name),
        // JSON is YAML too.
        JSON.stringify({ ...configurationOf(merchant, heartland), ...sections, ...other }),
      ),
    close: async () => {
      await warehouse.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  await shop.write('tillstream.yaml');
  return shop;
}

function configurationOf(merchant: string, { baseUrl, ledger }: Account): Record<string, unknown> {
  return {
    merchant,
    timezone: 'America/Chicago',
    heartland: {
      base_url: baseUrl,
      token: '${' + 'HEARTLAND_TOKEN}',
      max_retries: 1,
      max_wait_ms: 5000,
      timeout_ms: 20_000,
      per_page: 20,
    },
    warehouse: { url: '${' + 'DATABASE_URL}' },
    // The whole account.
    history: { from: ledger === undefined ? daysAgo(1) : formatDay(ledger.startsOn) },
    item_fields: { upc: 'custom@upc', class_code: 'custom@class_code' },
  };
}
