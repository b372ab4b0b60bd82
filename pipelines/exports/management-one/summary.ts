import { statement } from '../../../sinks/postgres/statement.ts';
import { addDays, localDate } from '../../../transforms/day.ts';
import { TillstreamError } from '../../../transforms/errors.ts';
import { sumOf } from '../../../transforms/management-one/cents.ts';
import { figureText } from '../../../transforms/management-one/figures.ts';
import type {
  EarlierMonth,
  LocationNames,
  MonthEndSummary,
} from '../../../transforms/management-one/message/summary.ts';
import { isMonthLabel, type Month, monthOf } from '../../../transforms/month.ts';
import type { Work } from '../../run/work.ts';
import type { ManagementOneConfiguration } from '../../settings/management-one.ts';
import {
  changesSinceDelivery,
  type DeliveryHistory,
  lastDelivered,
  type MonthToDeliver,
  totalsOf,
} from './delivery-history.ts';
import { exportedLocations } from './settings.ts';

/** Collects what the e-mails about a month say. */
export async function summaryOf(
  work: Work,
  settings: ManagementOneConfiguration,
  made: MonthToDeliver,
  history: DeliveryHistory,
): Promise<MonthEndSummary> {
  const { merchant, timezone } = work.configuration;
  const { month, files, totals, checks, problems } = made;
  return {
    ...{ merchant, month, files, totals, checks, problems },
    clientId: settings.client_id,
    locationNames: await locationNames(work),
    earlier: await earlierMonths(work, settings, month),
    resent: changesSinceDelivery(history, made.snapshot, timezone),
  };
}

/**
 * Reads the names of the locations; none where the warehouse cannot be read, as they are a courtesy.
 */
export async function locationNames({
  warehouse,
  configuration,
}: Pick<Work, 'warehouse' | 'configuration'>): Promise<LocationNames> {
  const { numbers, fileNumbers } = exportedLocations(configuration);
  try {
    const rows = await warehouse.query<{ number: string; name: string }>(
      statement('exports/management-one/location-names'),
    );
    const inHeartland = new Map(rows.map(({ number, name }) => [number, name]));
    const inFile = fileNumbers.flatMap((fileNumber, at) => {
      const name = inHeartland.get(numbers[at]!);
      return name === undefined ? [] : [[fileNumber, name] as const];
    });
    return { inHeartland, inFile: new Map(inFile) };
  } catch (error) {
    if (!(error instanceof TillstreamError)) throw error;
    return { inHeartland: new Map(), inFile: new Map() };
  }
}

/** Finds the previous month and the same month of the previous year, as far as they are known. */
export async function earlierMonths(
  work: Work,
  settings: ManagementOneConfiguration,
  month: Month,
): Promise<readonly EarlierMonth[]> {
  // A range of days has no previous month.
  if (!isMonthLabel(month.label)) return [];
  const startDay = Number(month.start.slice(8));
  const lastYear = `${Number(month.start.slice(0, 4)) - 1}${month.start.slice(4)}`;
  const previous = monthOf(addDays(month.start, -1), { startDay });
  const found = [
    await earlierMonth(work, settings, 'the previous month', previous),
    await earlierMonth(work, settings, 'the previous year', monthOf(lastYear, { startDay })),
  ];
  return found.filter(earlier => earlier !== undefined);
}

/** The month as it was sent; else its sales, where the warehouse has every day of it. */
async function earlierMonth(
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
  const { numbers, fileNumbers } = exportedLocations(configuration);
  const rows = await warehouse.query<Record<string, string>>(
    statement('exports/management-one/earlier-sales', { sales: stream }),
    [start, end, numbers, fileNumbers, stream],
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
