import { UsageError } from '../../transforms/errors.ts';

/**
 * How many of the last a person wants to see, as typed behind `--last`.
 *
 * @param things what is counted, as "runs"
 */
export function lastOf(typed: string, things: string): number {
  if (/^[1-9]\d{0,3}$/.test(typed)) return Number(typed);
  throw new UsageError('BAD_COUNT', {
    problem: `--last is not a number of ${things}`,
    found: typed,
    expected: 'a whole number from 1 to 9999',
  });
}
