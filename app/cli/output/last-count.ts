import { UsageError } from '../../../transforms/errors.ts';

/**
 * Parses `--last`: how many entries a list shows.
 *
 * @param listed what the list shows, as "runs"
 * @throws UsageError if it is not a whole number from 1 to 9999
 */
export function lastCount(typed: string, listed: string): number {
  if (/^[1-9]\d{0,3}$/.test(typed)) return Number(typed);
  throw new UsageError('BAD_COUNT', {
    problem: `--last is not a number of ${listed}`,
    found: typed,
    expected: 'a whole number from 1 to 9999',
  });
}
