import { UsageError } from '../../../transforms/errors.ts';

/**
 * How many lines a list is to have, as typed behind `--last`: the latest 20 runs, say.
 *
 * @param listed what the list is of, as "runs"
 * @throws UsageError for what is no whole number from 1 to 9999
 */
export function lastCount(typed: string, listed: string): number {
  if (/^[1-9]\d{0,3}$/.test(typed)) return Number(typed);
  throw new UsageError('BAD_COUNT', {
    problem: `--last is not a number of ${listed}`,
    found: typed,
    expected: 'a whole number from 1 to 9999',
  });
}
