import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastValueFrom } from 'rxjs';
import { inject } from 'vitest';
import { locally } from '../../pipelines/exports/locally/locally.ts';
import { managementOne } from '../../pipelines/exports/management-one/management-one.ts';
import { MonthHeldError } from '../../pipelines/exports/management-one/result.ts';
import { chosenStreams, knownStreams } from '../../pipelines/run/configured-streams.ts';
import type { Work } from '../../pipelines/run/work.ts';
import type { SliceRequest } from '../../pipelines/sync/slices.ts';
import { sync } from '../../pipelines/sync/sync.ts';
import { openWarehouse, type Warehouse } from '../../sinks/postgres/warehouse.ts';
import { SourceError } from '../../transforms/errors.ts';
import { parseMonth } from '../../transforms/month.ts';
import { LENIENT } from '../management-one/month.ts';
import { freshMerchant, freshWork } from '../postgres/fresh-work.ts';
import { CLASSES } from '../stand-ins/heartland/catalogue-facts.ts';
import type { Heartland } from '../stand-ins/heartland/server.ts';

export const FROM = '2026-11-12';

const SALES = ['location_sales.net_sales', 'location_sales.net_margin'];
const REPORTS = {
  classes: { metrics: SALES, groups: ['item.custom@class_code'], by: 'day' },
  vendors: { metrics: SALES, groups: ['vendor.name', 'location.public_id'], by: 'month' },
  stock: {
    metrics: ['ending_inventory.price_on_hand', 'ending_inventory.cost_on_hand'],
    groups: ['item.custom@class_code'],
    filters: { item: { active: true } },
    by: 'month',
  },
} as const;

/** One warehouse of an account. */
export class OneWay {
  readonly merchant = freshMerchant();
  readonly warehouse: Warehouse;
  readonly #heartland: Heartland;

  constructor(heartland: Heartland) {
    this.#heartland = heartland;
    this.warehouse = openWarehouse({
      url: inject('warehouseUrl'),
      schema: this.merchant,
      connections: 2,
    });
  }

  close(): Promise<void> {
    return this.warehouse.close();
  }

  /** Syncs; answers the streams that failed, or why nothing could be read at all. */
  sync(
    now: number,
    request: SliceRequest = {},
    only?: readonly string[],
  ): Promise<readonly string[]> {
    return this.#within(now, {}, async work => {
      const { configuration } = work;
      const streams =
        only === undefined
          ? chosenStreams(configuration)
          : knownStreams(configuration).filter(({ name }) => only.includes(name));
      try {
        const results = await lastValueFrom(sync(work, streams, request));
        return results.flatMap(({ stream, failure }) => (failure ? [stream] : []));
      } catch (error) {
        if (error instanceof SourceError) return [error.code];
        throw error;
      }
    });
  }

  /** Both exports, as they would leave. */
  async exports(now: number, month: string): Promise<unknown> {
    const folder = await mkdtemp(join(tmpdir(), 'tillstream-two-ways-'));
    const { signal } = new AbortController();
    try {
      return await this.#within(now, { data_folder: join(folder, 'data') }, async work => {
        const feed = await locally(work, { out: join(folder, 'feed') }, signal);
        const file = await managementOne(
          work,
          { month: parseMonth(month), out: join(folder, 'month') },
          signal,
        ).catch((error: unknown) => {
          if (error instanceof MonthHeldError) return error.result;
          throw error;
        });
        return {
          stores: feed.stores,
          problems: feed.problems,
          feed: await contentOf(join(folder, 'feed')),
          totals: file.totals,
          checks: file.checks,
          month: await contentOf(join(folder, 'month')),
        };
      });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async #within<T>(now: number, more: object, job: (work: Work) => Promise<T>): Promise<T> {
    const { baseUrl, token, ledger } = this.#heartland;
    const fresh = await freshWork({
      heartland: { baseUrl, token },
      merchant: this.merchant,
      now: new Date(now),
      configuration: {
        history: { from: FROM, restate_days: 1 },
        reports: REPORTS,
        heartland: { max_retries: 0 },
        locations: Object.fromEntries(
          ledger.locations.map(({ publicId, zone, isChannel }, n) => [
            publicId,
            {
              ...(!isChannel && { locally_id: String(12_345 + n) }),
              ...(zone !== 'America/Chicago' && { timezone: zone }),
            },
          ]),
        ),
        locally: {
          filter: {},
          deliver: { host: '127.0.0.1', port: 9, user: 'acme', password: 'unused' },
        },
        management_one: {
          client_id: '1',
          class_codes: Object.keys(CLASSES),
          ...LENIENT,
          email: { smtp: 'smtp://127.0.0.1:9', from: 'a@example.com', to: ['b@example.com'] },
        },
        ...more,
      },
    });
    try {
      return await job(fresh.work);
    } finally {
      await fresh.close();
    }
  }

  /** The month ends whose stock is there. */
  async monthEnds(): Promise<readonly string[]> {
    const rows = await this.warehouse.query<{ day: string }>(
      'select distinct as_of_date::text as day from inventory_month_end order by 1',
    );
    return rows.map(({ day }) => day);
  }

  /** Every row that Heartland still has and every row of every view, as texts, by table. */
  async content(): Promise<ReadonlyMap<string, readonly string[]>> {
    const relations = await this.warehouse.query<{ name: string; is_view: boolean }>(
      String.raw`select relname as name, relkind = 'v' as is_view
                 from pg_class
                 where relnamespace = $1::regnamespace and relkind in ('r', 'v') and relname not like '\_%'
                 order by 1`,
      [this.merchant],
    );
    const content = new Map<string, readonly string[]>();
    for (const { name, is_view } of relations) {
      if (BY_WAY.tables.includes(name)) continue;
      const hasMark = !is_view && !OURS.includes(name);
      const rows = await this.warehouse.query<{ row: string }>(
        `select (to_jsonb(t) - $1::text[])::text as row from ${name} as t
         ${hasMark ? 'where _deleted_at is null' : ''} order by 1`,
        [BY_WAY.columns],
      );
      content.set(
        name,
        rows.map(({ row }) => row).filter(row => !OF_MONTH_ENDS.includes(name) || hasFigures(row)),
      );
    }
    return content;
  }
}

/** Tables that hold nothing of Heartland's. */
const OURS = [
  'open_to_buy_plan',
  'locally_orders',
  'locally_order_lines',
  'locally_order_history',
  'locally_sales_orders',
];
/** What depends on when somebody looked, and is meant to: the versions of items that were seen. */
const BY_WAY = {
  tables: ['item_history'],
  columns: [
    ...['_run_id', '_loaded_at', '_deleted_at'],
    ...['class_code_then', 'price_then', 'retail_on_hand_then'],
  ],
};

/**
 * Where an item that has once been anywhere is there at each month end, with nothing but zeros at those before it came: so a
 * month end that was asked for later has more such rows.
 */
const OF_MONTH_ENDS = [
  ...['inventory_month_end', 'inventory_cost_month_end', 'stock_at_month_end', 'item_months'],
  ...['sell_through', 'inventory_turn', 'report_stock', 'report_stock_costs'],
];

function hasFigures(row: string): boolean {
  const fields = Object.entries(JSON.parse(row) as Record<string, unknown>);
  return fields.some(
    ([name, value]) => typeof value === 'number' && value !== 0 && !name.endsWith('_id'),
  );
}

async function contentOf(folder: string): Promise<Record<string, string>> {
  const names = await readdir(folder).catch(() => []);
  const files = names.map(
    async name => [name, await readFile(join(folder, name), 'utf8')] as const,
  );
  return Object.fromEntries(await Promise.all(files));
}
