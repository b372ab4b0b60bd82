/** Whether all that the month is made of arrived. */
import type { Check } from '../../findings.ts';
import { listed } from './wording.ts';

/**
 * Every part of the month was pulled by this run, and counted against what Heartland said it holds.
 *
 * @param count parts in all
 */
export function completeCheck(
  missing: readonly { readonly stream: string; readonly slice: string }[],
  count: number,
): Check {
  const parts = missing.map(({ stream, slice }) =>
    slice === '' ? stream : `${stream} of ${slice}`,
  );
  return {
    name: 'everything was pulled whole',
    verdict: missing.length === 0 ? 'ok' : 'failed',
    figure: `${count - missing.length} of ${count} parts`,
    detail:
      missing.length === 0
        ? 'each counted against what Heartland says it holds'
        : `missing: ${listed(parts)}`,
  };
}

/** Nothing that the month is made of lies in quarantine. */
export function quarantineCheck(
  rows: readonly { readonly stream: string; readonly rows: number; readonly reason: string }[],
): Check {
  const count = rows.reduce((sum, row) => sum + row.rows, 0);
  return {
    name: 'nothing in quarantine',
    verdict: count === 0 ? 'ok' : 'failed',
    figure: String(count),
    detail:
      count === 0
        ? 'every row of the month could be read'
        : `${listed(rows.map(row => `${row.rows} of ${row.stream} (${row.reason})`))}. Look at them with: tillstream quarantine list`,
  };
}
