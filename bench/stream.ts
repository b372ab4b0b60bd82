import { z } from 'zod';
import type { Stream } from '../sources/heartland/streams/stream.ts';
import { amount, keyDate, keyText } from '../transforms/columns.ts';

/** Twelve columns: three of the key, nine metrics. */
export const BENCH_METRICS = [
  ...['net_sales', 'net_qty_sold', 'net_markdowns', 'gross_sales', 'gross_qty_sold'],
  ...['gross_returns', 'gross_qty_returned', 'net_margin', 'transaction_count'],
].map(metric => `location_sales.${metric}`);

export const ROWS_A_DAY = 100_000;

/** Sales a day, location and item: a stream like `sales_daily`, through the same code. */
export const benchStream: Stream = {
  name: 'bench_sales',
  about: 'Rows for measuring',
  path: 'reporting/analyzer',
  key: ['business_date', 'location_number', 'item_number'],
  walk: {
    kind: 'by_page',
    slicedBy: 'day',
    sliceColumn: 'business_date',
    query: day => [
      ...BENCH_METRICS.map(metric => ['metrics[]', metric] as const),
      ['start_date', day],
      ['end_date', day],
    ],
  },
  permissions: [],
  row: z.object({
    business_date: keyDate('Day', 'date.date'),
    location_number: keyText('Location', 'location.public_id'),
    item_number: keyText('Item', 'item.public_id'),
    ...Object.fromEntries(
      BENCH_METRICS.map(metric => [metric.split('.')[1]!, amount('A metric', metric)]),
    ),
  }),
};
