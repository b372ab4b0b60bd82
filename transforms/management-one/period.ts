/** The days of a file: a month as the retailer counts them, or any range of days. */
import { daysBetween, parseDay } from '../day.ts';
import { UsageError } from '../errors.ts';
import { type Month, parseMonth } from '../month.ts';

/**
 * Reads a range of days, both included.
 *
 * Its label (`2026-10-01_2026-10-15`) can never be mistaken for that of a month that was sent.
 *
 * @throws UsageError `DAY_INVALID`, `RANGE_INVALID`
 */
export function parseRange(from: string, to: string): Month {
  const start = parseDay(from, '--from');
  const end = parseDay(to, '--to');
  if (daysBetween(start, end) < 0) {
    throw new UsageError('RANGE_INVALID', {
      problem: 'The range of days ends before it begins',
      found: `${start} to ${end}`,
      expected: 'a last day that is not before the first',
      next: 'For example: --from 2026-10-01 --to 2026-10-15.',
    });
  }
  return { start, end, label: `${start}_${end}` };
}

/** Moves a month to the retailer's start day; a range of days stays as it is. */
export function asCounted(period: Month, startDay: number): Month {
  return /^\d{4}-\d{2}$/.test(period.label) ? parseMonth(period.label, { startDay }) : period;
}

/** Returns the label as in file names: `202610`, `20261001-20261015`. */
export function compactLabel({ label }: Month): string {
  return label
    .split('_')
    .map(part => part.replaceAll('-', ''))
    .join('-');
}
