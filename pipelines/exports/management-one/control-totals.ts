import { defaultIfEmpty, from, ignoreElements, map, mergeMap } from 'rxjs';
import { queryAnalyzer } from '../../../sources/heartland/analyzer/analyzer.ts';
import type { AnalyzerRequest } from '../../../sources/heartland/streams/analyzer-query.ts';
import { type Month, periodInWords } from '../../../transforms/month.ts';
import { untilAborted } from '../../run/stopping.ts';
import type { Work } from '../../run/work.ts';
import type { ManagementOneConfiguration } from '../../settings/management-one.ts';
import { today } from '../../sync/slices.ts';
import { ControlTotals, type Level } from './reconcile.ts';
import { stockDays } from './refresh.ts';

/** One of the Heartland reports that a month is reconciled with. */
export interface Report {
  readonly period: Pick<AnalyzerRequest, 'startDate' | 'endDate'>;
  readonly metrics: readonly {
    /** As the analyzer calls it. */
    readonly from: string;
    /** As `create-control-totals.sql` calls it. */
    readonly metric: string;
  }[];
}

export const LOCATION = 'location.public_id';

/**
 * Requests Heartland's own totals of the month, by location and class, by location, and in total.
 *
 * None of it comes from the warehouse.
 */
export async function requestControlTotals(
  work: Work,
  settings: ManagementOneConfiguration,
  month: Month,
  signal: AbortSignal,
): Promise<ControlTotals> {
  const { heartland, configuration } = work;
  work.report({ kind: 'stage', title: 'Requesting Heartland’s control totals' });
  const { per_page: perPage, in_flight: inFlight } = configuration.heartland;
  const classCode = `item.${configuration.item_fields.class_code}`;
  const groups: Readonly<Record<Level, readonly string[]>> = {
    class: [LOCATION, classCode],
    location: [LOCATION],
    all: [],
  };
  const requests = reportsOf(settings, month, today(work)).flatMap(report =>
    (['class', 'location', 'all'] as const).map(level => ({ report, level })),
  );
  const controlTotals = new ControlTotals({ location: LOCATION, classCode });
  const requesting = from(requests).pipe(
    mergeMap(({ report: { metrics, period }, level }) => {
      const names = metrics.map(({ from }) => from);
      const question = { metrics: names, groups: groups[level], ...period };
      return queryAnalyzer(heartland, question, perPage).pipe(
        map(rows => controlTotals.add(level, metrics, rows)),
      );
    }, inFlight),
    ignoreElements(),
    defaultIfEmpty(controlTotals),
  );
  const title = `Requesting the control totals of ${periodInWords(month)}`;
  return untilAborted(requesting, signal, title);
}

/** Lists the reports, each with figures that Heartland gives together. */
export function reportsOf(
  settings: ManagementOneConfiguration,
  month: Month,
  now: string,
): readonly Report[] {
  const { sales, inventory } = settings;
  const period = { startDate: month.start, endDate: month.end };
  const [before, last] = stockDays(month);
  const stock = (name: 'begin' | 'end', endDate: string): Report[] => [
    {
      period: { endDate },
      metrics: [
        { from: `ending_inventory.qty_${inventory}`, metric: `${name}_units` },
        { from: `ending_inventory.price_${inventory}`, metric: `${name}_retail` },
      ],
    },
    // Costs are always requested by themselves: a token without the permission for them gets a 500.
    {
      period: { endDate },
      metrics: [{ from: `ending_inventory.cost_${inventory}`, metric: `${name}_cost` }],
    },
  ];
  return [
    {
      period,
      metrics: [
        { from: `${sales}.net_sales`, metric: 'sold_retail' },
        { from: `${sales}.net_qty_sold`, metric: 'sold_units' },
        { from: `${sales}.net_markdowns`, metric: 'markdowns_retail' },
      ],
    },
    {
      period,
      metrics: [{ from: `${sales}.net_margin`, metric: 'sold_margin' }],
    },
    ...stock('begin', before),
    ...stock('end', last),
    {
      // On order is as of now, whichever month it is; Heartland has no cost of it.
      period: { endDate: now },
      metrics: [
        { from: 'ending_inventory.qty_on_po', metric: 'on_order_units' },
        { from: 'ending_inventory.price_on_po', metric: 'on_order_retail' },
      ],
    },
  ];
}
