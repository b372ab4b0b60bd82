/**
 * The month of a report: from its first to its last day of the local calendar.
 *
 * Management One lets a retailer choose another start day than the first ("monthly period start
 * day"). Then the month has the name of the one it starts in: 2026-10 with start day 5 is October 5
 * to November 4.
 */
import { addDays, type DayRange } from './day.ts';
import { ConfigurationError, UsageError } from './errors.ts';

export interface Month extends DayRange {
  /** `YYYY-MM`, as in options, file names and JSON. */
  readonly label: string;
}

export interface MonthOptions {
  /** The day on which the month starts, 1 to 28 (days that every month has). Default 1. */
  readonly startDay?: number;
}

const MONTH_NAMES = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July'],
  ...['August', 'September', 'October', 'November', 'December'],
];

const MONTH = /^((?:19|20|21)\d\d)-(0[1-9]|1[0-2])$/;

/**
 * Reads a month as `2026-10`.
 *
 * @throws UsageError `MONTH_INVALID`; ConfigurationError `START_DAY_INVALID`.
 */
export function parseMonth(text: string, options: MonthOptions = {}): Month {
  const [, year, month] = MONTH.exec(text) ?? [];
  if (year === undefined || month === undefined) {
    throw new UsageError('MONTH_INVALID', {
      problem: 'The month cannot be read',
      found: text,
      expected: 'YYYY-MM with a month from 01 to 12',
      next: 'For example: --month 2026-10.',
    });
  }
  return monthAt(Number(year), Number(month), options);
}

/** Returns the month that `day` (YYYY-MM-DD) is in. */
export function monthOf(day: string, options: MonthOptions = {}): Month {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number];
  const begunLastMonth = date < checkedStartDay(options);
  return monthAt(year, begunLastMonth ? month - 1 : month, options);
}

/** Returns the last complete month before `today` (YYYY-MM-DD, in the merchant's time zone). */
export function monthBefore(today: string, options: MonthOptions = {}): Month {
  return monthOf(addDays(monthOf(today, options).start, -1), options);
}

/** Whether a period is a month, as `2026-10`, and not a range of days. */
export function isMonthLabel(label: string): boolean {
  return MONTH.test(label);
}

/** Returns a period as people read it: `October 2026`, or `2026-10-01 to 2026-10-15`. */
export function periodInWords({ label }: Pick<Month, 'label'>): string {
  const [, year, month] = MONTH.exec(label) ?? [];
  if (year === undefined) return label.replace('_', ' to ');
  return `${MONTH_NAMES[Number(month) - 1]} ${year}`;
}

/** `month` may be 0 or 13: the previous December, the next January. */
function monthAt(year: number, month: number, options: MonthOptions): Month {
  const startDay = checkedStartDay(options);
  const start = dayText(year, month, startDay);
  return {
    start,
    end: addDays(dayText(year, month + 1, startDay), -1),
    label: start.slice(0, 7),
  };
}

function dayText(year: number, month: number, day: number): string {
  return new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 10);
}

function checkedStartDay({ startDay = 1 }: MonthOptions): number {
  if (Number.isInteger(startDay) && startDay >= 1 && startDay <= 28) return startDay;
  throw new ConfigurationError('START_DAY_INVALID', {
    problem: 'The day on which the month starts is not in every month',
    found: startDay,
    expected: 'a whole number from 1 to 28',
  });
}
