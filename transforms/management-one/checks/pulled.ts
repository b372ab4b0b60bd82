/** Checks that the data of the month is complete and readable. */
import type { Check } from '../../findings.ts';
import { listed } from './wording.ts';

/**
 * Checks that this run pulled every part of the month, with the reported number of rows.
 *
 * @param count of all parts
 */
export function completeCheck(
  missing: readonly { readonly stream: string; readonly slice: string }[],
  count: number,
): Check {
  const parts = missing.map(({ stream, slice }) =>
    slice === '' ? stream : `${stream} of ${slice}`,
  );
  return {
    name: 'every part is complete',
    result: missing.length === 0 ? 'ok' : 'failed',
    figure: `${count - missing.length} of ${count} parts`,
    detail:
      missing.length === 0
        ? 'each part has as many rows as Heartland reported'
        : `missing: ${listed(parts)}`,
  };
}

/** Checks that no row of the month is in quarantine. */
export function quarantineCheck(
  rows: readonly { readonly stream: string; readonly rows: number; readonly reason: string }[],
): Check {
  const count = rows.reduce((sum, row) => sum + row.rows, 0);
  return {
    name: 'nothing in quarantine',
    result: count === 0 ? 'ok' : 'failed',
    figure: String(count),
    detail:
      count === 0
        ? 'every row of the month could be read'
        : `${listed(rows.map(row => `${row.rows} of ${row.stream} (${row.reason})`))}. Look at them with: tillstream quarantine list`,
  };
}
