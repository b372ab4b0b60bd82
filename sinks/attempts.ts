import { setTimeout as wait } from 'node:timers/promises';

/** How often a delivery is tried, and how long it rests in between. */
export interface Attempts {
  /** Tries in all, the first one counted. */
  readonly most: number;
  /** Longest rest before the second try; doubled for each one after, at most 30 s. */
  readonly backoffMs: number;
}

const LONGEST_REST_MS = 30_000;

/**
 * Runs `work` until it succeeds, fails in a way `isWorthAnother` says no to, or has used up its tries.
 *
 * Rests a random share of a growing time in between, so that many shops do not come back together. An abort ends the
 * rest at once and rethrows the last error; the caller, who knows what was going on, reports the interruption.
 */
export async function inAttempts<T>(
  { most, backoffMs }: Attempts,
  signal: AbortSignal,
  isWorthAnother: (error: unknown) => boolean,
  work: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= most || signal.aborted || !isWorthAnother(error)) throw error;
      const longestMs = Math.min(LONGEST_REST_MS, backoffMs * 2 ** (attempt - 1));
      await wait(longestMs * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => {});
      if (signal.aborted) throw error;
    }
  }
}
