import { encodeJson } from '../../../transforms/filter/encode.ts';
import type { Filter } from '../../../transforms/filter/filter.ts';
import type { Query } from '../http/client.ts';

/** Filters of a report, in Heartland's filter language. */
export interface AnalyzerFilters {
  readonly item?: Filter | undefined;
  readonly location?: Filter | undefined;
  readonly sales?: Filter | undefined;
}

/** A request to Heartland's reporting analyzer. */
export interface AnalyzerRequest {
  readonly metrics: readonly string[];
  readonly groups?: readonly string[];
  /** First business day, `YYYY-MM-DD`, included. */
  readonly startDate?: string;
  /** Last business day, `YYYY-MM-DD`, included. */
  readonly endDate?: string;
  readonly filters?: AnalyzerFilters;
  /** Requests rows with Heartland's own subtotals at each level of the groups. */
  readonly subtotals?: boolean;
}

/**
 * The analyzer's query parameters, sorted by every group.
 *
 * Without a sort the order is undefined, and only a total order can be paged (Heartland API, Reporting › Params).
 */
export function analyzerQuery({
  metrics,
  groups = [],
  startDate,
  endDate,
  filters = {},
  subtotals = false,
}: AnalyzerRequest): Query {
  return [
    ...metrics.map(metric => ['metrics[]', metric] as const),
    ...groups.map(group => ['groups[]', group] as const),
    ...(startDate === undefined ? [] : [['start_date', startDate] as const]),
    ...(endDate === undefined ? [] : [['end_date', endDate] as const]),
    ...filterParameters(filters),
    ...(subtotals ? [['subtotal', 'true'] as const] : []),
    ...groups.map(group => ['sort[]', group] as const),
  ];
}

/** The documentation has `sales.filters`, the web application sends `sale.filters`: both get the same filter. */
function filterParameters({ item, location, sales }: AnalyzerFilters): Query {
  const written = (names: readonly string[], filter: Filter | undefined): Query =>
    filter === undefined ? [] : names.map(name => [name, encodeJson(filter)[1]] as const);
  return [
    ...written(['item.filters'], item),
    ...written(['location.filters'], location),
    ...written(['sales.filters', 'sale.filters'], sales),
  ];
}
