import { statement } from '../../../sinks/postgres/statement.ts';
import { addDays, localDate } from '../../../transforms/day.ts';
import { sumOf } from '../../../transforms/management-one/cents.ts';
import { figureText } from '../../../transforms/management-one/figures.ts';
import type { EarlierMonth } from '../../../transforms/management-one/message/summary.ts';
import { type Month, monthOf } from '../../../transforms/month.ts';
import type { Work } from '../../run/work.ts';
import type { ManagementOneConfiguration } from '../../settings/management-one.ts';
import { exportedLocations } from './locations.ts';
import { lastDelivered, totalsOf } from './totals-snapshot.ts';

/** The month before and the same month a year before, as far as they are known. */
export async function earlierMonths(
  work: Work,
  settings: ManagementOneConfiguration,
  month: Month,
): Promise<readonly EarlierMonth[]> {
  // A range of days has no month before it.
  if (!/^\d{4}-\d{2}$/.test(month.label)) return [];
  const startDay = Number(month.start.slice(8));
  const lastYear = `${Number(month.start.slice(0, 4)) - 1}${month.start.slice(4)}`;
  const found = [
    await known(
      work,
      settings,
      'the month before',
      monthOf(addDays(month.start, -1), { startDay }),
    ),
    await known(work, settings, 'the year before', monthOf(lastYear, { startDay })),
  ];
  return found.filter(earlier => earlier !== undefined);
}

/** As it was sent; else its sales, where the warehouse has every day of it. */
async function known(
  work: Work,
  settings: ManagementOneConfiguration,
  title: string,
  month: Month,
): Promise<EarlierMonth | undefined> {
  const { label } = month;
  const sent = await lastDelivered(work, label);
  const totals = sent && totalsOf(sent);
  if (sent !== undefined && totals !== undefined) {
    const day = localDate(sent.deliveredAt ?? sent.madeAt, work.configuration.timezone);
    return { title, label, from: `As sent on ${day}.`, totals };
  }
  const sales = await salesOf(work, settings, month);
  return sales && { title, label, from: 'Sales as they are in the warehouse now.', totals: sales };
}

async function salesOf(
  { warehouse, configuration }: Work,
  { sales }: ManagementOneConfiguration,
  { start, end }: Month,
): Promise<EarlierMonth['totals'] | undefined> {
  const stream = sales === 'source_sales' ? 'source_sales_daily' : 'sales_daily';
  const { numbers, theirs } = exportedLocations(configuration);
  const rows = await warehouse.query<Record<string, string>>(
    statement('exports/management-one/earlier-sales', { sales: stream }),
    [start, end, numbers, theirs, stream],
  );
  if (rows.length === 0) return undefined;
  const names = ['NetSales', 'SoldUnits', 'Markdowns'];
  const pick = (value: (name: string) => string) =>
    Object.fromEntries(names.map(name => [name, figureText(name, value(name))]));
  return {
    locations: rows.map(row => ({
      location: row.location!,
      figures: pick(name => row[name]!),
    })),
    file: pick(name => sumOf(rows.map(row => row[name]!))),
    leftOut: {},
  };
}
