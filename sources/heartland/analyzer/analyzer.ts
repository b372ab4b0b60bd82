import { expand, map, type Observable, retry, takeWhile, throwError, timer, toArray } from 'rxjs';
import { IncompleteError } from '../../../transforms/errors.ts';
import { isFigure } from '../../../transforms/exact-sum.ts';
import { jsonText } from '../../../transforms/json-text.ts';
import { isRecord } from '../../../transforms/validate.ts';
import type { HeartlandClient } from '../http/client.ts';
import { type AnalyzerRequest, analyzerQuery } from '../streams/analyzer-query.ts';
import { requestPage } from '../walks/page.ts';
import { checkAnalyzerRequest } from './check.ts';

/** One row of a report: the requested groups and metrics, by their names. */
export type AnalyzerRow = Readonly<Record<string, unknown>>;

/** Retries of an incomplete answer. */
const RETRIES = 2;
const PAUSE_BEFORE_RETRY_MS = 500;

/**
 * Requests a small report from the reporting analyzer, and returns all its rows at once.
 *
 * @throws ConfigurationError if Heartland would answer with an error; then nothing is requested
 * @throws IncompleteError if the rows differ from the reported total, or one comes twice
 */
export function queryAnalyzer(
  client: HeartlandClient,
  request: AnalyzerRequest,
  perPage: number,
): Observable<readonly AnalyzerRow[]> {
  checkAnalyzerRequest(request);
  const { groups = [] } = request;
  const query = analyzerQuery(request);
  const page = (number: number) =>
    requestPage(client, 'reporting/analyzer', [
      ...query,
      ['page', String(number)],
      ['per_page', String(perPage)],
    ]).pipe(map(answer => ({ number, answer })));

  return page(1).pipe(
    expand(({ number }) => page(number + 1)),
    takeWhile(({ number, answer }) => number < answer.pages, true),
    toArray(),
    map(pages => {
      const rows = pages.flatMap(({ answer }) => answer.results).map(row => readable(row, request));
      const totals = new Set(pages.map(({ answer }) => answer.total));
      const keys = new Set(rows.map(row => jsonText(groups.map(group => row[group]))));
      if (totals.size === 1 && totals.has(rows.length) && keys.size === rows.length) return rows;
      throw new IncompleteError('INCOMPLETE', {
        problem: `Heartland’s report of ${request.metrics.join(', ')} is incomplete: ${inWords(rows.length)} rows arrived, ${inWords(keys.size)} of them different, but Heartland reports ${[...totals].map(inWords).join(', then ')}`,
        next: 'Nothing was exported. Run the command again.',
      });
    }),
    retry({
      count: RETRIES,
      delay: error =>
        error instanceof IncompleteError ? timer(PAUSE_BEFORE_RETRY_MS) : throwError(() => error),
    }),
  );
}

/** @throws IncompleteError if a row lacks a requested figure or group, so that its figures are missing from every sum */
function readable(row: unknown, { metrics, groups = [] }: AnalyzerRequest): AnalyzerRow {
  const isReadable =
    isRecord(row) &&
    metrics.every(metric => isFigure(row[metric] ?? null)) &&
    groups.every(group => typeof row[group] !== 'object' || row[group] === null);
  if (isReadable) return row;
  throw new IncompleteError('ROW_NOT_READ', {
    problem: `A row of Heartland’s report of ${metrics.join(', ')} is invalid`,
    found: row,
    expected: 'a number for each of these figures',
    next: 'Nothing was exported. Run the command again; if it persists, report this row to Heartland.',
  });
}

function inWords(count: number): string {
  return count.toLocaleString('en-US');
}
