import { expand, map, type Observable, retry, takeWhile, throwError, timer, toArray } from 'rxjs';
import { IncompleteError } from '../../transforms/errors.ts';
import { isFigure } from '../../transforms/exact-sum.ts';
import { jsonText } from '../../transforms/json-text.ts';
import { isRecord } from '../../transforms/validate.ts';
import { checkQuestion } from './analyzer/check.ts';
import type { HeartlandClient } from './client.ts';
import { askPage } from './page.ts';
import { type AnalyzerQuestion, analyzerQuery } from './streams/analyzer-query.ts';

/** One row of a report: the groups and metrics that were asked for, by their names. */
export type AnalyzerRow = Readonly<Record<string, unknown>>;

/** An answer that arrives short is asked for again this often. */
const TIMES_AGAIN = 2;
const PAUSE_BEFORE_AGAIN_MS = 500;

/**
 * Asks the reporting analyzer a question whose answer is small, and gives all its rows at once.
 *
 * @throws ConfigurationError when Heartland would answer with an error, before it is asked
 * @throws IncompleteError when fewer or more rows arrive than Heartland says there are, or one comes twice
 */
export function askAnalyzer(
  client: HeartlandClient,
  question: AnalyzerQuestion,
  perPage: number,
): Observable<readonly AnalyzerRow[]> {
  checkQuestion(question);
  const { groups = [] } = question;
  const query = analyzerQuery(question);
  const page = (number: number) =>
    askPage(client, 'reporting/analyzer', [
      ...query,
      ['page', String(number)],
      ['per_page', String(perPage)],
    ]).pipe(map(answer => ({ number, answer })));

  return page(1).pipe(
    expand(({ number }) => page(number + 1)),
    takeWhile(({ number, answer }) => number < answer.pages, true),
    toArray(),
    map(pages => {
      const rows = pages
        .flatMap(({ answer }) => answer.results)
        .map(row => readable(row, question));
      const totals = new Set(pages.map(({ answer }) => answer.total));
      const keys = new Set(rows.map(row => jsonText(groups.map(group => row[group]))));
      if (totals.size === 1 && totals.has(rows.length) && keys.size === rows.length) return rows;
      throw new IncompleteError('INCOMPLETE', {
        problem: `Heartland’s report of ${question.metrics.join(', ')} did not arrive whole: ${rows.length} rows, ${keys.size} of them different, where it says it has ${[...totals].join(', then ')}`,
        next: 'Nothing was exported. Run the command again.',
      });
    }),
    retry({
      count: TIMES_AGAIN,
      delay: error =>
        error instanceof IncompleteError ? timer(PAUSE_BEFORE_AGAIN_MS) : throwError(() => error),
    }),
  );
}

/** @throws IncompleteError when a row says nothing of what was asked, so that its figures are missing from every sum */
function readable(row: unknown, { metrics, groups = [] }: AnalyzerQuestion): AnalyzerRow {
  const isReadable =
    isRecord(row) &&
    metrics.every(metric => isFigure(row[metric] ?? null)) &&
    groups.every(group => typeof row[group] !== 'object' || row[group] === null);
  if (isReadable) return row;
  throw new IncompleteError('ROW_NOT_READ', {
    problem: `A row of Heartland’s report of ${metrics.join(', ')} could not be read`,
    found: row,
    expected: 'a number for each of these figures',
    next: 'Nothing was exported. Run the command again; if it persists, report this row to Heartland.',
  });
}
