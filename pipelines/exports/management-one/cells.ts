import type pg from 'pg';
import type { Month } from '../../../transforms/month.ts';
import type { ManagementOneConfiguration } from '../../settings/management-one.ts';
import type { Configuration } from '../../settings/schema.ts';
import { ask } from './ask.ts';
import type { Partition } from './partitions.ts';
import { stockDays } from './refresh.ts';

/** What a month is computed from. */
export interface Subject {
  readonly configuration: Configuration;
  readonly settings: ManagementOneConfiguration;
  readonly month: Month;
}

/** Fills `_month_cells`, the figures of half the locations by location and class, for as long as its transaction lasts. */
export async function createCells(subject: Subject, half: Partition): Promise<void> {
  const { first, isFirst, client } = half;
  await create(client, '_month_cells', subject, [first, isFirst, null, null]);
}

/**
 * Fills `_month_details`, the figures by location and item of all that is not of an exported location and a class code
 * in order, and makes the view `_month_at_stake` of it.
 */
export async function createDetails(
  subject: Subject,
  client: pg.PoolClient,
  inOrder: { readonly numbers: readonly string[]; readonly codes: readonly string[] },
): Promise<void> {
  await create(client, '_month_details', subject, [null, null, inOrder.numbers, inOrder.codes]);
  await ask(client, 'create-at-stake');
}

async function create(
  client: pg.PoolClient,
  table: string,
  { configuration, settings, month }: Subject,
  which: readonly unknown[],
): Promise<void> {
  const zones = Object.entries(configuration.locations).flatMap(([number, { timezone }]) =>
    timezone === undefined ? [] : [[number, timezone] as const],
  );
  const isSource = settings.sales === 'source_sales';
  await ask(
    client,
    'create-cells',
    [
      month.start,
      month.end,
      stockDays(month)[0],
      configuration.timezone,
      zones.map(([number]) => number),
      zones.map(([, zone]) => zone),
      classField(configuration),
      isSource,
      ...which,
    ],
    {
      table,
      sales: isSource ? 'source_sales_daily' : 'sales_daily',
      margins: isSource ? 'source_sales_margin_daily' : 'sales_margin_daily',
      ...stockColumns(settings),
    },
  );
}

/** Key of the custom field with the class code. */
export function classField({ item_fields: fields }: Pick<Configuration, 'item_fields'>): string {
  return fields.class_code.replace(/^custom@/, '');
}

/** Columns of the stock family that are in the file. */
export function stockColumns({ inventory }: ManagementOneConfiguration) {
  return { units: `qty_${inventory}`, cost: `cost_${inventory}`, retail: `price_${inventory}` };
}
