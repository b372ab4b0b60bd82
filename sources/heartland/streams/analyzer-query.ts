import type { Query } from '../client.ts';

/** A question to Heartland's reporting analyzer. */
export interface AnalyzerQuestion {
  readonly metrics: readonly string[];
  readonly groups?: readonly string[];
  /** First business day, `YYYY-MM-DD`, included. */
  readonly startDate?: string;
  /** Last business day, `YYYY-MM-DD`, included. */
  readonly endDate?: string;
}

/**
 * The analyzer's parameters, sorted by every group: no order is promised without a sort, and only a total order
 * can be paged (Heartland API, Reporting › Params).
 */
export function analyzerQuery({
  metrics,
  groups = [],
  startDate,
  endDate,
}: AnalyzerQuestion): Query {
  return [
    ...metrics.map(metric => ['metrics[]', metric] as const),
    ...groups.map(group => ['groups[]', group] as const),
    ...(startDate === undefined ? [] : [['start_date', startDate] as const]),
    ...(endDate === undefined ? [] : [['end_date', endDate] as const]),
    ...groups.map(group => ['sort[]', group] as const),
  ];
}
