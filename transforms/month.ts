/**
 * A month that is reported on: from its first to its last day of the local calendar.
 *
 * Where a retailer's month starts on another day than the first (Management One lets them choose, "monthly period
 * start day"), the month is named after the one it starts in: 2026-10 with start day 5 is 5 October to 4 November.
 */
import { addDays, type DayRange } from './day.ts';
import { ConfigurationError, UsageError } from './errors.ts';

export interface Month extends DayRange {
  /** `YYYY-MM`, as it is typed and as files are named. */
  readonly label: string;
}

export interface MonthOptions {
  /** The day of the calendar month on which the month starts, 1 to 28 (days that every month has). Default 1. */
  readonly startDay?: number;
}

const MONTH = /^((?:19|20|21)\d\d)-(0[1-9]|1[0-2])$/;

/**
 * The month that somebody typed.
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

/** The month that `day` (YYYY-MM-DD) is in. */
export function monthOf(day: string, options: MonthOptions = {}): Month {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number];
  const begunLastMonth = date < checkedStartDay(options);
  return monthAt(year, begunLastMonth ? month - 1 : month, options);
}

/** The last whole month before `today` (YYYY-MM-DD, in the merchant's time zone). */
export function monthBefore(today: string, options: MonthOptions = {}): Month {
  return monthOf(addDays(monthOf(today, options).start, -1), options);
}

/** `month` may be 0 or 13: December before, January after. */
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
