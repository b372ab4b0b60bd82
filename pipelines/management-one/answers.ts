import { concat, from, map, mergeMap, toArray } from 'rxjs';
import { type AnalyzerRow, askAnalyzer } from '../../sources/heartland/analyzer.ts';
import type { AnalyzerQuestion } from '../../sources/heartland/streams/analyzer-query.ts';
import type { Month } from '../../transforms/month.ts';
import type { ManagementOneConfiguration } from '../configuration/management-one.ts';
import type { Work } from '../work.ts';
import { stockDays } from './refresh.ts';
import { settled } from './until.ts';

/** One figure as Heartland summed it: for a location, or in all where there is none. */
export interface Answer {
  readonly location: string | null;
  /** As in `agreement.sql`. */
  readonly metric: string;
  /** Exact text. */
  readonly amount: string;
}

interface Metric {
  /** As the analyzer calls it. */
  readonly from: string;
  readonly metric: string;
  /** What is taken off, as margin from sales for their cost. */
  readonly isNegative?: boolean;
}

interface Report {
  readonly period: Pick<AnalyzerQuestion, 'startDate' | 'endDate'>;
  readonly metrics: readonly Metric[];
}

const GROUP = 'location.public_id';

/** Asks Heartland for its own figures of the month, by location and in all; nothing of it comes from the warehouse. */
export function answersOf(
  { heartland, configuration, report }: Work,
  settings: ManagementOneConfiguration,
  month: Month,
  signal: AbortSignal,
): Promise<readonly Answer[]> {
  report({ kind: 'stage', title: 'Asking Heartland for its own totals' });
  const { per_page: perPage, in_flight: inFlight } = configuration.heartland;
  const questions = reportsOf(settings, month).flatMap(asked => [
    { asked, groups: [GROUP] },
    { asked, groups: [] },
  ]);
  const answers = from(questions).pipe(
    mergeMap(({ asked, groups }) => {
      const metrics = asked.metrics.map(({ from }) => from);
      return askAnalyzer(heartland, { metrics, groups, ...asked.period }, perPage).pipe(
        map(rows => rows.flatMap(row => read(row, asked.metrics, groups.length > 0))),
      );
    }, inFlight),
    toArray(),
    map(lists => lists.flat()),
  );
  return settled(concat(answers), signal, `asking for the totals of ${month.label}`);
}

function reportsOf(settings: ManagementOneConfiguration, month: Month): readonly Report[] {
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
    // Costs are always asked for apart: a token without the permission for them gets a 500.
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
        { from: `${sales}.net_sales`, metric: 'sold_cost' },
        { from: `${sales}.net_qty_sold`, metric: 'sold_units' },
        { from: `${sales}.net_markdowns`, metric: 'markdowns_retail' },
      ],
    },
    {
      period,
      metrics: [{ from: `${sales}.net_margin`, metric: 'sold_cost', isNegative: true }],
    },
    ...stock('begin', before),
    ...stock('end', last),
  ];
}

function read(row: AnalyzerRow, metrics: readonly Metric[], isGrouped: boolean): Answer[] {
  return metrics.map(({ from: name, metric, isNegative }) => {
    const amount = String(row[name] ?? 0);
    return {
      location: isGrouped ? String(row[GROUP] ?? '') : null,
      metric,
      amount: isNegative ? negative(amount) : amount,
    };
  });
}

function negative(amount: string): string {
  return amount.startsWith('-') ? amount.slice(1) : `-${amount}`;
}
