import type pg from 'pg';
import { statement } from '../../sinks/postgres/statement.ts';
import type { Month } from '../../transforms/month.ts';
import type { ManagementOneConfiguration } from '../configuration/management-one.ts';
import type { Configuration } from '../configuration/schema.ts';
import { stockDays } from './refresh.ts';

/**
 * Fills `_month_facts`, what the month is made of by location and item, and `_month_cells`, the same by location and class.
 * Both last as long as the transaction of `client`.
 */
export async function gatherFacts(
  client: pg.PoolClient,
  configuration: Configuration,
  settings: ManagementOneConfiguration,
  month: Month,
): Promise<void> {
  const zones = Object.entries(configuration.locations).flatMap(([number, { timezone }]) =>
    timezone === undefined ? [] : [[number, timezone] as const],
  );
  const { sales, inventory } = settings;
  const isSource = sales === 'source_sales';
  const names = {
    sales: isSource ? 'source_sales_daily' : 'sales_daily',
    margins: isSource ? 'source_sales_margin_daily' : 'sales_margin_daily',
    units: `qty_${inventory}`,
    cost: `cost_${inventory}`,
    retail: `price_${inventory}`,
  };
  const field = configuration.item_fields.class_code.replace(/^custom@/, '');
  // A month of many locations and classes is grouped in memory, not on disk.
  await client.query("set local work_mem = '128MB'");
  await client.query(statement('exports/management-one/create-facts'));
  await client.query(statement('exports/management-one/facts', names), [
    month.start,
    month.end,
    stockDays(month)[0],
    configuration.timezone,
    zones.map(([number]) => number),
    zones.map(([, zone]) => zone),
    field,
  ]);
  if (isSource) {
    await client.query(statement('exports/management-one/handed-over'), [
      month.start,
      month.end,
      field,
    ]);
  }
  // Postgres knows nothing of a new temporary table; without this a large month may be planned badly.
  await client.query('analyze _month_facts');
  await client.query(statement('exports/management-one/create-cells'));
  await client.query('analyze _month_cells');
}
