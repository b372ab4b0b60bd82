import { setTimeout as wait } from 'node:timers/promises';

/** How often a delivery is attempted, and how long it waits in between. */
export interface Attempts {
  /** Attempts in all, including the first. */
  readonly most: number;
  /** Longest wait before the second attempt; doubled for each one after, at most 30 s. */
  readonly backoffMs: number;
}

const MAX_WAIT_MS = 30_000;

/**
 * Runs `work` until it succeeds, fails for good, or has no attempt left.
 *
 * Waits a random share of a growing time, so that many shops do not come back together. An abort ends
 * the wait and rethrows the last error. That is why p-retry is not used here: it throws the abort's
 * reason instead, and loses whether a message may have been sent.
 */
export async function inAttempts<T>(
  { most, backoffMs }: Attempts,
  signal: AbortSignal,
  isWorthRetry: (error: unknown) => boolean,
  work: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= most || signal.aborted || !isWorthRetry(error)) throw error;
      const maxMs = Math.min(MAX_WAIT_MS, backoffMs * 2 ** (attempt - 1));
      await wait(maxMs * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => {});
      if (signal.aborted) throw error;
    }
  }
}
