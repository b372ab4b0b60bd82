import { defer, type MonoTypeOperatorFunction, retry, tap, throwError, timer } from 'rxjs';
import { FailedRequest } from './answer.ts';

/** How long to keep trying, as configured. */
export interface RetryBudgetOptions {
  /** Attempts after the first, for one request. */
  readonly maxRetries: number;
  /** How long a run may be held up by failures, over all its requests: failed attempts and the waits after them. */
  readonly maxWaitMs: number;
}

/** What a wait is for, told to whoever shows progress. */
export interface Waiting {
  readonly path: string;
  readonly because: string;
  readonly attempt: number;
  readonly waitMs: number;
}

/** Whether a failure that might pass is known not to. */
export type IsHopeless = (failure: FailedRequest) => boolean;

/** Longest single wait, also when `Retry-After` asks for more. */
const LONGEST_WAIT_MS = 60_000;
/** No limit is published; clients in production space their calls by this much after a 429. */
const SHORTEST_WAIT_AFTER_429_MS = 1_200;

/** Attempts at an account that has not answered at all yet: it is more likely down, or misspelt, than busy. */
const ATTEMPTS_BEFORE_FIRST_ANSWER = 3;

/**
 * Spends one budget of patience over all the requests of a run. Requests that fail side by side hold the run up
 * together, so the time is counted once.
 */
export class RetryBudget {
  readonly #options: RetryBudgetOptions;
  readonly #onWait: (waiting: Waiting) => void;
  readonly #now: () => number;
  #spentMs = 0;
  #heldUpUntil = 0;
  #hasAnswered = false;

  constructor(
    options: RetryBudgetOptions,
    onWait: (waiting: Waiting) => void = () => {},
    now: () => number = () => performance.now(),
  ) {
    this.#options = options;
    this.#onWait = onWait;
    this.#now = now;
  }

  /**
   * Repeats one request, never a stream: rows that were handed on would be handed on again.
   *
   * @param isHopeless whether a failure that might pass is known not to
   */
  retrying<T>(isHopeless: IsHopeless = () => false): MonoTypeOperatorFunction<T> {
    return source =>
      defer(() => {
        let startedAt = 0;
        const attempts = source.pipe(
          tap({
            subscribe: () => {
              startedAt = this.#now();
            },
            next: () => {
              this.#hasAnswered = true;
            },
          }),
        );
        return attempts.pipe(
          retry({
            count: this.#options.maxRetries,
            delay: (error, attempt) => {
              if (!(error instanceof FailedRequest) || !error.worthRetrying || isHopeless(error))
                return throwError(() => error);
              if (error.status !== undefined) this.#hasAnswered = true;
              if (!this.#hasAnswered && attempt >= ATTEMPTS_BEFORE_FIRST_ANSWER)
                return throwError(() => error);
              const waitMs = waitBefore(attempt, error);
              if (!this.#mayHoldUp(startedAt, this.#now() + waitMs)) return throwError(() => error);
              this.#onWait({ path: error.path, because: error.message, attempt, waitMs });
              return timer(waitMs);
            },
          }),
        );
      });
  }

  /** Counts the time from the failed attempt's start to the next one's, unless that would be too much. */
  #mayHoldUp(from: number, until: number): boolean {
    const moreMs = Math.max(0, until - Math.max(from, this.#heldUpUntil));
    if (this.#spentMs + moreMs > this.#options.maxWaitMs) return false;
    this.#spentMs += moreMs;
    this.#heldUpUntil = Math.max(this.#heldUpUntil, until);
    return true;
  }
}

/**
 * Milliseconds before attempt `attempt` + 1: what the server asks, else doubling from 250 ms with jitter; capped. A server
 * that asks for no wait at all gets that of a first failure, or it would be asked as fast as the line allows.
 */
function waitBefore(
  attempt: number,
  failure: Pick<FailedRequest, 'status' | 'retryAfterMs'>,
  random: () => number = Math.random,
): number {
  if (failure.retryAfterMs !== undefined)
    return Math.min(Math.max(failure.retryAfterMs, backOff(1, random)), LONGEST_WAIT_MS);
  const wait = backOff(attempt, random);
  return failure.status === 429 ? Math.max(wait, SHORTEST_WAIT_AFTER_429_MS) : wait;
}

/** Half of it is by chance, so that requests that failed together do not come back together. */
function backOff(attempt: number, random: () => number): number {
  const ceiling = Math.min(250 * 2 ** attempt, LONGEST_WAIT_MS);
  return Math.round(ceiling / 2 + random() * (ceiling / 2));
}
