import { formatDay, today } from '../heartland/ledger/calendar.ts';

/**
 * The machine's clock, for what has to go by it: commands in processes of their own, and Postgres. This is the one place
 * where tests read it; all other tests name the moment it is.
 */
export function now(): Date {
  return new Date();
}

/** The business day so many days ago in Chicago, where the sample shops are; `YYYY-MM-DD`. */
export function daysAgo(days: number): string {
  return formatDay(today('America/Chicago') - days);
}
