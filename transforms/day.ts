/**
 * Days of the local calendar as `YYYY-MM-DD` text, as Heartland writes them and Postgres stores them.
 *
 * A day has no time zone and no hour: counting goes by the calendar, and a change of summer time cannot move it.
 * Only {@link localDate} knows of time zones, to say which day an instant is in.
 */
import { DateTime } from 'luxon';
import { ConfigurationError, UsageError } from './errors.ts';

/** Both days are part of it. */
export interface DayRange {
  readonly start: string;
  readonly end: string;
}

// Years that a shop's records can have: a typed "0206" or "20266" is a mistake, not a date.
const DAY = /^(?:19|20|21)\d\d-\d\d-\d\d$/;
const DAY_MS = 86_400_000;

/** Whether the text is a day of the calendar, from 1900 to 2199, written YYYY-MM-DD. */
export function isDay(text: string): boolean {
  return DAY.test(text) && formatDay(Date.parse(`${text}T00:00:00Z`)) === text;
}

/**
 * The text, if it is a day.
 * @throws UsageError `DAY_INVALID`. `name` is what the reader typed it as: "--from".
 */
export function parseDay(text: string, name: string): string {
  if (isDay(text)) return text;
  throw new UsageError('DAY_INVALID', {
    problem: `${name} is not a day`,
    found: text,
    expected: 'YYYY-MM-DD, a day of the calendar',
    next: `For example: ${name} 2026-10-31.`,
  });
}

/** The day `count` days later; earlier where it is negative. */
export function addDays(day: string, count: number): string {
  return formatDay(Date.parse(`${day}T00:00:00Z`) + count * DAY_MS);
}

/** How many days `to` is after `from`; 0 for the same day, negative where it is before. */
export function daysBetween(from: string, to: string): number {
  return (Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS;
}

/** Every day of the range in order; none where it ends before it starts. */
export function daysOf(range: DayRange): string[] {
  const count = Math.max(0, daysBetween(range.start, range.end) + 1);
  return Array.from({ length: count }, (_, index) => addDays(range.start, index));
}

/**
 * The day it is at `instant` in an IANA time zone, as "America/Chicago".
 * @throws ConfigurationError `TIME_ZONE_UNKNOWN`.
 */
export function localDate(instant: Date, zone: string): string {
  const local = DateTime.fromJSDate(instant, { zone });
  if (local.isValid) return local.toISODate();
  throw new ConfigurationError('TIME_ZONE_UNKNOWN', {
    problem: 'The time zone is not known',
    found: zone,
    expected: 'an IANA name such as America/Chicago',
    next: 'Change timezone: in the configuration.',
  });
}

/**
 * An instant as a person reads it, in the merchant's time zone and saying which that is: "2026-11-21 06:00 CST", and where
 * a zone has no letters of its own "2026-11-21 13:00 GMT+1". Programs get ISO text in UTC.
 */
export function localTime(instant: Date, zone: string): string {
  return DateTime.fromJSDate(instant, { zone }).toFormat('yyyy-MM-dd HH:mm ZZZZ', {
    locale: 'en-US',
  });
}

function formatDay(epochMs: number): string {
  return Number.isNaN(epochMs) ? '' : new Date(epochMs).toISOString().slice(0, 10);
}
