import type pg from 'pg';
import { statement } from '../../sinks/postgres/statement.ts';
import { items } from '../../sources/heartland/streams/master.ts';
import { ConfigurationError } from '../../transforms/errors.ts';
import type { FilterColumns } from '../../transforms/filter/column.ts';
import type { Filter } from '../../transforms/filter/filter.ts';
import { filterToSql, type SqlCondition } from '../../transforms/filter/sql.ts';
import { readUpc, type UpcOptions } from '../../transforms/upc.ts';
import type { LocallyConfiguration } from '../configuration/locally.ts';
import type { Configuration } from '../configuration/schema.ts';
import { placed } from '../configuration/written.ts';
import { tableOf } from '../tables.ts';
import { rowsOfCursor } from './cursor.ts';
import { oldestOpen } from './orders.ts';
import type { Store } from './refresh.ts';
import { feedOf, quantityColumn, upcKey } from './settings.ts';

export interface Moments {
  readonly now: Date;
  /** The oldest of the pulls that the feed is made from. */
  readonly asOf: Date;
}

/** Heartland's clock and ours may differ by so much. */
const CLOCKS_MS = 2 * 60_000;

/**
 * Puts the stores and the items of the feed into temporary tables, each item with its UPC read once, however many
 * stores have it. What follows is then one join in the warehouse.
 */
export async function stageFeed(
  client: pg.PoolClient,
  configuration: Configuration,
  stores: readonly Store[],
  upcs: UpcOptions,
  { now, asOf }: Moments,
): Promise<void> {
  const feed = feedOf(configuration);
  await client.query(statement('exports/locally-stage'));
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
  // Small plans, many times over: compiling one costs more than running it, and a store of 20 000 products fits in memory.
  await client.query(
    `analyze locally_stores, locally_items; set local jit = off; set local work_mem = '64MB'`,
  );
  if (feed.orders !== undefined) await stagePromised(client, oldestOpen(feed.orders, now), asOf);
  await client.query(statement('exports/locally-alone'));
  await client.query('analyze locally_items');
  await client.query(statement('exports/locally-pieces', { quantity: quantityColumn(feed) }));
  await client.query(statement('exports/locally-stock'));
}

/** Puts aside what open orders wait for, less what the tills have sold of it since. */
async function stagePromised(client: pg.PoolClient, oldest: Date, asOf: Date): Promise<void> {
  const { rows } = await client.query<{ there: boolean }>(
    `select bool_and(to_regclass(name) is not null) as there
     from unnest(array['tickets', 'ticket_lines', 'invoices', 'invoice_lines']) as name`,
  );
  await client.query(
    statement(rows[0]!.there ? 'exports/locally-sales' : 'exports/locally-no-sales'),
  );
  await client.query(statement('exports/locally-promised'), [
    oldest,
    new Date(asOf.getTime() - CLOCKS_MS),
  ]);
}

/**
 * The feed's filter as a condition on items, its parameters from `$2` on.
 *
 * @throws ConfigurationError that names the wrong place, and the closest field where one is misspelt
 */
export function itemCondition(configuration: Configuration): SqlCondition {
  const { filter } = feedOf(configuration);
  try {
    return filterToSql(filter as Filter, itemColumns(), 2);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const problem = `${placed(configuration, ['locally', 'filter'])}: ${error.message.replace(/\.$/, '')}`;
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
  const open = statement('exports/locally-items').replace(':filter', () => condition.text);
  await client.query(open, [upcKey(configuration), ...condition.values]);
  const add = statement('exports/locally-add-items');
  const { items: safetyOfItems, classes: safetyOfClasses } = feed.safety_stock;
  const classKey = configuration.item_fields.class_code.slice('custom@'.length);
  for await (const rows of rowsOfCursor<ItemRow>(client, 'locally_item_master')) {
    const readings = rows.map(row => readUpc(row.upc, upcs));
    await client.query(add, [
      rows.map(row => row.item_id),
      readings.map(reading => (reading.ok ? reading.upc : null)),
      readings.map(reading => (reading.ok ? null : reading.reason)),
      readings.map(reading => (reading.ok ? (reading.mended ?? null) : null)),
      safetyOfItems,
      safetyOfClasses,
      classKey,
    ]);
  }
}

/** What a filter may name: every field of an item. */
function itemColumns(): FilterColumns {
  return Object.fromEntries(
    tableOf(items).columns.map(({ name, kind }) => [name, { sql: `"${name}"`, type: kind }]),
  );
}
