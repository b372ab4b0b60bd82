/** The days a file is about: a month as the retailer counts them, or any range of days. */
import { daysBetween, parseDay } from '../day.ts';
import { UsageError } from '../errors.ts';
import { type Month, parseMonth } from '../month.ts';

/**
 * Any range of days, both included. It is named after them (`2026-10-01_2026-10-15`), so that it is never taken for a
 * month that was sent.
 * @throws UsageError `DAY_INVALID`, `RANGE_INVALID`
 */
export function parseRange(from: string, to: string): Month {
  const start = parseDay(from, '--from');
  const end = parseDay(to, '--to');
  if (daysBetween(start, end) < 0) {
    throw new UsageError('RANGE_INVALID', {
      problem: 'The range of days ends before it begins',
      found: `${start} to ${end}`,
      expected: 'a first day and, not before it, a last one',
      next: 'For example: --from 2026-10-01 --to 2026-10-15.',
    });
  }
  return { start, end, label: `${start}_${end}` };
}

/** The period as its name says, where a month starts on another day than the first. Ranges of days stay as they are. */
export function asCounted(period: Month, startDay: number): Month {
  return /^\d{4}-\d{2}$/.test(period.label) ? parseMonth(period.label, { startDay }) : period;
}

/** The period without signs between its digits, as files are named: `202610`, `20261001-20261015`. */
export function compactLabel({ label }: Month): string {
  return label
    .split('_')
    .map(part => part.replaceAll('-', ''))
    .join('-');
}
