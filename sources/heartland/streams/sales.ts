import { z } from 'zod';
import { amount, keyDate, keyText } from '../../../transforms/columns.ts';
import { analyzerQuery } from './analyzer-query.ts';
import type { Stream } from './stream.ts';

const GROUPS = ['date.date', 'location.public_id', 'item.public_id'] as const;

/**
 * The location that sales are credited to.
 *
 * `location_sales`: the location that handed the goods over; matches its stock. `source_sales`: the one that made the sale.
 */
type SalesFamily = 'location_sales' | 'source_sales';

function dailySales(
  name: string,
  about: string,
  family: SalesFamily,
  metrics: Readonly<Record<string, string>>,
  permissions: readonly string[],
  costsIn?: string,
): Stream {
  return {
    name,
    about,
    path: 'reporting/analyzer',
    key: ['business_date', 'location_number', 'item_number'],
    walk: {
      kind: 'by_page',
      slicedBy: 'day',
      sliceColumn: 'business_date',
      shows: ['location.public_id', 'item.public_id'],
      ...(costsIn !== undefined && { costsIn }),
      query: date =>
        analyzerQuery({
          metrics: Object.keys(metrics).map(metric => `${family}.${metric}`),
          groups: GROUPS,
          startDate: date,
          endDate: date,
        }),
    },
    permissions: ['reporting.read', `reporting.read.metric.${family}`, ...permissions],
    ...(family === 'source_sales' && { onDemand: true }),
    row: z.object({
      business_date: keyDate('The store’s own day', 'date.date'),
      location_number: keyText('Location number', 'location.public_id'),
      item_number: keyText('Item number', 'item.public_id'),
      ...Object.fromEntries(
        Object.entries(metrics).map(([metric, comment]) => [
          metric,
          amount(comment, `${family}.${metric}`),
        ]),
      ),
    }),
  };
}

const SALES = {
  net_sales: 'Gross sales less markdowns and returns, without tax',
  net_qty_sold: 'Units sold less units returned',
  net_markdowns: 'Original price less selling price of what was sold, net of returns',
  gross_sales: 'Sold at original price, returns not taken off',
  gross_qty_sold: 'Units sold, returns not taken off',
  gross_returns: 'Returned at original price',
  gross_qty_returned: 'Units returned',
};
const MARGIN = { net_margin: 'Net sales less average cost at the time of sale' };
/** Requested separately: without the permission for costs it fails with 500, and sales must not. */
const MARGIN_PERMISSION = ['item.view_cost'];

export const sales_daily = dailySales(
  'sales_daily',
  'Sales a day, location and item, credited to the location that handed the goods over',
  'location_sales',
  SALES,
  [],
  'sales_margin_daily',
);
export const sales_margin_daily = dailySales(
  'sales_margin_daily',
  'Margin a day, location and item, credited as sales_daily is',
  'location_sales',
  MARGIN,
  MARGIN_PERMISSION,
);
export const source_sales_daily = dailySales(
  'source_sales_daily',
  'Sales a day, location and item, credited to the location that made the sale',
  'source_sales',
  SALES,
  [],
  'source_sales_margin_daily',
);
export const source_sales_margin_daily = dailySales(
  'source_sales_margin_daily',
  'Margin a day, location and item, credited as source_sales_daily is',
  'source_sales',
  MARGIN,
  MARGIN_PERMISSION,
);
