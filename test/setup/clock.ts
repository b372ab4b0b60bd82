import { addDays, localDate } from '../../transforms/day.ts';

/** When the tests of this process began, by the machine's clock. */
const BEGAN = new Date();
/** What another clock and zone than the machine's are made of; see `test/moments.ts`. */
const OF_A_CLOCK = [
  ...['LD_PRELOAD', 'FAKETIME', 'FAKETIME_DONT_FAKE_MONOTONIC', 'DONT_FAKE_MONOTONIC', 'TZ'],
];

/**
 * The machine's clock, for what has to go by it: commands in processes of their own, and Postgres. This is the one place
 * where tests read it; all other tests name the moment it is.
 */
export function now(): Date {
  return new Date();
}

/**
 * The business day so many days ago in Chicago, where the sample shops are; `YYYY-MM-DD`. It stays the same when midnight
 * passes.
 */
export function daysAgo(days: number): string {
  return addDays(localDate(BEGAN, 'America/Chicago'), -days);
}

/** The part of the environment by which a process goes by the same clock and zone as this one. */
export function clockEnvironment(): Record<string, string> {
  return Object.fromEntries(
    OF_A_CLOCK.flatMap(name => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
