import type pg from 'pg';
import { statement } from '../../../sinks/postgres/statement.ts';
import { items } from '../../../sources/heartland/streams/master.ts';
import { ConfigurationError } from '../../../transforms/errors.ts';
import type { FilterColumns } from '../../../transforms/filter/column.ts';
import type { Filter } from '../../../transforms/filter/filter.ts';
import { filterToSql, type SqlCondition } from '../../../transforms/filter/sql.ts';
import { readUpc, type UpcOptions } from '../../../transforms/upc.ts';
import { oldestOpen } from '../../orders/open-orders.ts';
import { tableOf } from '../../run/tables.ts';
import type { LocallyConfiguration } from '../../settings/locally.ts';
import type { Configuration } from '../../settings/schema.ts';
import { placed } from '../../settings/written.ts';
import type { Store } from './refresh.ts';
import { feedOf, quantityColumn, upcKey } from './settings.ts';

export interface Moments {
  readonly now: Date;
  /** The oldest of the pulls that the feed is made from. */
  readonly asOf: Date;
}

/** The most that Heartland's clock and ours may differ. */
const CLOCK_DIFFERENCE_MS = 2 * 60_000;

/**
 * Puts the stores and items of the feed into temporary tables.
 *
 * Each item has its UPC read once, however many stores have it; the rest is one join in the
 * warehouse.
 */
export async function stageFeed(
  client: pg.PoolClient,
  configuration: Configuration,
  stores: readonly Store[],
  upcs: UpcOptions,
  { now, asOf }: Moments,
): Promise<void> {
  const feed = feedOf(configuration);
  await client.query(statement('exports/locally/stage'));
  const safetyOfStores = new Map(Object.entries(feed.safety_stock.stores));
  for (const { locallyId, locations } of stores) {
    for (const { id, number } of locations) {
      await client.query('insert into locally_stores values ($1, $2, $3, $4)', [
        locallyId,
        id,
        number,
        (safetyOfStores.get(locallyId) ?? feed.safety_stock.default) || null,
      ]);
    }
  }
  await stageItems(client, configuration, feed, upcs);
  // Compiling such small plans costs more than running them; 20,000 products fit in memory.
  await client.query(
    `analyze locally_stores, locally_items; set local jit = off; set local work_mem = '64MB'`,
  );
  if (feed.orders !== undefined) await stagePromised(client, oldestOpen(feed.orders, now), asOf);
  await client.query(statement('exports/locally/single-rows'));
  await client.query('analyze locally_items');
  await client.query(statement('exports/locally/units', { quantity: quantityColumn(feed) }));
  await client.query(statement('exports/locally/stock'));
}

/** Stages the units that open orders wait for, less what was sold of them since. */
async function stagePromised(client: pg.PoolClient, oldest: Date, asOf: Date): Promise<void> {
  const { rows } = await client.query<{ hasSales: boolean }>(
    `select bool_and(to_regclass(name) is not null) as "hasSales"
     from unnest(array['tickets', 'ticket_lines', 'invoices', 'invoice_lines']) as name`,
  );
  await client.query(
    statement(rows[0]!.hasSales ? 'exports/locally/sales' : 'exports/locally/no-sales'),
  );
  await client.query(statement('exports/locally/promised'), [
    oldest,
    new Date(asOf.getTime() - CLOCK_DIFFERENCE_MS),
  ]);
}

/**
 * The feed's filter as a condition on items, its parameters from `$2` on.
 *
 * @throws ConfigurationError that names the place, and the closest field for an unknown one
 */
export function itemCondition(configuration: Configuration): SqlCondition {
  const { filter } = feedOf(configuration);
  try {
    return filterToSql(filter as Filter, itemColumns(), 2);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const place = placed(configuration, ['locally', 'filter']);
    const problem = `${place}: ${error.message.replace(/\.$/, '')}`;
    throw new ConfigurationError(error.code, { problem });
  }
}

interface ItemRow {
  readonly item_id: string;
  readonly upc: string | null;
}

async function stageItems(
  client: pg.PoolClient,
  configuration: Configuration,
  feed: LocallyConfiguration,
  upcs: UpcOptions,
): Promise<void> {
  const condition = itemCondition(configuration);
  // The text holds column names and parameters only: nothing that a user wrote.
  const open = `${statement('exports/locally/items')} and ${condition.text}`;
  await client.query(open, [upcKey(configuration), ...condition.values]);
  const add = statement('exports/locally/add-items');
  const { items: safetyOfItems, classes: safetyOfClasses } = feed.safety_stock;
  const classKey = configuration.item_fields.class_code.slice('custom@'.length);
  for await (const rows of rowsOfCursor<ItemRow>(client, 'locally_item_master')) {
    const readings = rows.map(row => readUpc(row.upc, upcs));
    await client.query(add, [
      rows.map(row => row.item_id),
      readings.map(reading => (reading.ok ? reading.upc : null)),
      readings.map(reading => (reading.ok ? null : reading.reason)),
      readings.map(reading => (reading.ok ? (reading.fix ?? null) : null)),
      safetyOfItems,
      safetyOfClasses,
      classKey,
    ]);
  }
}

/** The fields that a filter may name: every field of an item. */
function itemColumns(): FilterColumns {
  return Object.fromEntries(
    tableOf(items).columns.map(({ name, kind }) => [name, { sql: `"${name}"`, type: kind }]),
  );
}

/** Rows in memory at a time. */
const BATCH = 2000;

/**
 * Reads the rows of a cursor that is open in the client's transaction in batches, then closes it.
 * Other statements may run in between, which a cursor of the driver would not allow.
 */
export async function* rowsOfCursor<Row extends pg.QueryResultRow>(
  client: pg.PoolClient,
  cursor: 'locally_item_master' | 'locally_products' | 'upc_field',
): AsyncGenerator<readonly Row[]> {
  for (;;) {
    const { rows } = await client.query<Row>(`fetch ${BATCH} from ${cursor}`);
    if (rows.length > 0) yield rows;
    if (rows.length < BATCH) break;
  }
  await client.query(`close ${cursor}`);
}
