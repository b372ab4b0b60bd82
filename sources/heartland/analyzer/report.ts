import { z } from 'zod';
import { amount, groupText, keyDate, keyNumber } from '../../../transforms/columns.ts';
import { monthOf } from '../../../transforms/month.ts';
import type { Stream } from '../stream.ts';
import { type AnalyzerFilters, analyzerQuery } from '../streams/analyzer-query.ts';
import { type KnownMetric, METRICS } from './families.ts';
import { type Group, groupNamed, permissionOf } from './groups.ts';
import { subtotalCheck } from './subtotals.ts';

/** A report as a merchant defines it. */
export interface ReportDefinition {
  readonly metrics: readonly string[];
  readonly groups: readonly string[];
  readonly filters?: AnalyzerFilters | undefined;
  /** One slice of the table: what is pulled at once, and pulled again while tickets may still change it. */
  readonly by: 'day' | 'month';
  /** First day, where it is another than that of the kept history. */
  readonly from?: string | undefined;
  /** Whether Heartland's own subtotals are asked for, and held against the rows. */
  readonly subtotals?: boolean | undefined;
}

const SLICES = {
  day: { column: 'business_date', about: 'The store’s own day' },
  month: { column: 'month', about: 'First day of the month' },
} as const;

/**
 * The streams of a report: `report_{name}`, and `report_{name}_costs` for the figures that give away costs. Those are
 * asked for apart, because a token without the permission for costs gets a 500 for all that is asked with them.
 *
 * @param definition known to be right (see `check.ts`)
 */
export function reportStreams(name: string, definition: ReportDefinition): readonly Stream[] {
  const metrics = definition.metrics.map(metric => METRICS.get(metric)!);
  const costs = metrics.filter(metric => metric.isCost);
  const others = metrics.filter(metric => !metric.isCost);
  if (costs.length === 0 || others.length === 0) {
    return [reportStream(`report_${name}`, `Report ${name}`, metrics, definition)];
  }
  return [
    reportStream(`report_${name}`, `Report ${name}`, others, definition, `report_${name}_costs`),
    reportStream(`report_${name}_costs`, `Report ${name}: costs and margins`, costs, definition),
  ];
}

function reportStream(
  name: string,
  about: string,
  metrics: readonly KnownMetric[],
  { groups: groupNames, filters, by, from, subtotals }: ReportDefinition,
  costsIn?: string,
): Stream {
  const slice = SLICES[by];
  const groups = groupNames.map(group => groupNamed(group)!);
  const names = metrics.map(metric => metric.name);
  const texts = groups.filter(({ kind }) => kind === 'text').length;
  // Subtotals need something to be the total of.
  const hasSubtotals = subtotals === true && groups.length > 0;
  return {
    name,
    about: `${about}: ${names.join(', ')}${groups.length > 0 ? ` by ${groupNames.join(', ')}` : ''}`,
    path: 'reporting/analyzer',
    key: [slice.column, ...groups.map(group => group.column)],
    walk: {
      kind: 'by_page',
      slicedBy: by,
      sliceColumn: slice.column,
      stampSlice: true,
      isStock: metrics.some(({ needs }) => needs.length > 0),
      shows: shownIn(metrics, groupNames, filters),
      ...(costsIn !== undefined && { costsIn }),
      definition: JSON.stringify({ metrics: names, groups: groupNames, filters }),
      ...(from !== undefined && { from }),
      ...(hasSubtotals && { check: () => subtotalCheck(groupNames, names) }),
      query: start =>
        analyzerQuery({
          metrics: names,
          groups: groupNames,
          startDate: start,
          endDate: by === 'day' ? start : monthOf(start).end,
          ...(filters && { filters }),
          ...(hasSubtotals && { subtotals: true }),
        }),
    },
    permissions: permissionsOf(metrics, groups),
    row: z.object({
      [slice.column]: keyDate(slice.about),
      ...Object.fromEntries(groups.map(group => [group.column, groupColumn(group, texts)])),
      ...Object.fromEntries(
        metrics.map(metric => [columnOf(metric, metrics), amount(metric.about, metric.name)]),
      ),
    }),
  };
}

/** What a report takes from other records: their names, and whatever it chooses by. */
function shownIn(
  metrics: readonly KnownMetric[],
  groupNames: readonly string[],
  filters: AnalyzerFilters = {},
): readonly string[] {
  return [
    ...groupNames,
    ...(groupNames.some(name => name.startsWith('vendor.')) ? ['item.primary_vendor_id'] : []),
    ...(metrics.some(({ shortName }) => shortName.startsWith('price_')) ? ['item.price'] : []),
    ...(filters.item === undefined ? [] : ['item.any']),
    ...(filters.location === undefined ? [] : ['location.any']),
  ];
}

/** @param texts groups of the report that are text */
function groupColumn({ kind, about, name }: Group, texts: number): z.ZodType {
  switch (kind) {
    case 'date':
      return keyDate(about, name);
    case 'number':
      return keyNumber(about, name);
    case 'text':
      return groupText(texts, about, name);
  }
}

/** The metric's own name; with its family's where two families of the report have one of that name. */
function columnOf({ name, shortName }: KnownMetric, metrics: readonly KnownMetric[]): string {
  const isShared = metrics.some(other => other.shortName === shortName && other.name !== name);
  return isShared ? name.replace('.', '_') : shortName;
}

function permissionsOf(metrics: readonly KnownMetric[], groups: readonly Group[]) {
  return [
    ...new Set([
      'reporting.read',
      ...metrics.map(({ family }) => `reporting.read.metric.${family.name}`),
      ...groups.flatMap(permissionOf),
      ...(metrics.some(metric => metric.isCost) ? ['item.view_cost'] : []),
    ]),
  ];
}
