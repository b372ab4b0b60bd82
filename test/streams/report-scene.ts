import { onTestFinished } from 'vitest';
import { type Raw, readAll } from '../sync/truth.ts';
import { type Scene, scene } from './account.ts';

export const BRANDS = {
  metrics: ['location_sales.net_sales', 'location_sales.net_qty_sold', 'location_sales.net_margin'],
  groups: ['location.public_id', 'item.custom@class_code'],
  by: 'month',
  subtotals: true,
};
/** An account with these reports, and what syncs some of it. */
export async function opened(reports: object, only: readonly string[], more: object = {}) {
  const off = [
    'tickets',
    'invoices',
    'sales_daily',
    'sales_margin_daily',
    'inventory_transactions',
  ];
  const account = await scene({
    reports,
    streams: Object.fromEntries(off.map(name => [name, false])),
    ...more,
  });
  onTestFinished(() => account.close());
  const sync = async () => (await account.sync(only)).failures;
  return { account, sync };
}

/** The report as Heartland gives it, row by row as `place|figures`. */
export async function asked(
  account: Scene,
  metrics: readonly string[],
  groups: readonly string[],
  params: readonly (readonly [string, string])[],
): Promise<string[]> {
  const rows = await readAll(account.heartland, 'reporting/analyzer', [
    ...metrics.map(name => ['metrics[]', name] as const),
    ...groups.flatMap(name => [['groups[]', name] as const, ['sort[]', name] as const]),
    ...params,
  ]);
  return rows.map(row => [...groups, ...metrics].map(name => shown(row[name])).join('|')).sort();
}

/** The same of the warehouse's table; `where` is a value that a row must have. */
export async function kept(
  account: Scene,
  table: string,
  columns: readonly string[],
  where = 'true',
) {
  const rows = (await account.rows(table)) as readonly Raw[];
  return rows
    .filter(row => where === 'true' || Object.values(row).includes(where))
    .map(row => columns.map(name => shown(row[name])).join('|'))
    .sort();
}

export const shown = (value: unknown) => (value === null ? '(none)' : String(value));
export const NOVEMBER = [
  ['start_date', '2026-11-01'],
  ['end_date', '2026-11-30'],
] as const;
