import { UsageError } from '../../transforms/errors.ts';

/**
 * Refuses options and actions that exclude each other.
 *
 * Commander's `.conflicts()` knows options only, and its message cannot say which one to use.
 *
 * @param given whether each option or action was typed, by its name
 * @param next which of them does what
 * @throws UsageError if more than one of them was typed
 */
export function refuseTogether(given: Readonly<Record<string, boolean>>, next: string): void {
  const typed = Object.keys(given).filter(name => given[name]);
  if (typed.length < 2) return;
  throw new UsageError('NOT_TOGETHER', {
    problem: `${typed.slice(0, -1).join(', ')} and ${typed.at(-1)} cannot be used together`,
    expected: 'one of them',
    next,
  });
}
