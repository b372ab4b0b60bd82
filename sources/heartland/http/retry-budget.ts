import { defer, type MonoTypeOperatorFunction, retry, tap, throwError, timer } from 'rxjs';
import { FailedRequest } from './answer.ts';

/** Limits of retries, as configured. */
export interface RetryBudgetOptions {
  /** Attempts after the first, for one request. */
  readonly maxRetries: number;
  /** How long failures may delay a run in total: failed attempts and the waits after them. */
  readonly maxWaitMs: number;
}

/** A wait before a retry, for progress output. */
export interface Waiting {
  readonly path: string;
  readonly because: string;
  readonly attempt: number;
  readonly waitMs: number;
}

/** Whether a failure that looks temporary is known to repeat. */
export type IsPermanent = (failure: FailedRequest) => boolean;

/** Longest single wait, even if `Retry-After` asks for more. */
const LONGEST_WAIT_MS = 60_000;
/** Heartland publishes no limit; clients in production wait this long after a 429. */
const SHORTEST_WAIT_AFTER_429_MS = 1_200;

/** Attempts at an account that has never answered: its address is more likely wrong than busy. */
const ATTEMPTS_BEFORE_FIRST_ANSWER = 3;

/**
 * Retries failed requests within one time budget for the whole run.
 *
 * Concurrent failures delay the run together, so their time counts once.
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
   * Retries one request. Not for an observable of many values: they would be emitted again.
   *
   * @param isPermanent whether a failure that looks temporary is known to repeat
   */
  retrying<T>(isPermanent: IsPermanent = () => false): MonoTypeOperatorFunction<T> {
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
              if (!(error instanceof FailedRequest) || !error.worthRetrying || isPermanent(error))
                return throwError(() => error);
              if (error.status !== undefined) this.#hasAnswered = true;
              if (!this.#hasAnswered && attempt >= ATTEMPTS_BEFORE_FIRST_ANSWER)
                return throwError(() => error);
              const waitMs = waitBefore(attempt, error);
              if (!this.#spend(startedAt, this.#now() + waitMs)) return throwError(() => error);
              this.#onWait({ path: error.path, because: error.message, attempt, waitMs });
              return timer(waitMs);
            },
          }),
        );
      });
  }

  /** Counts the time from the failed attempt's start to the next one's; false if the budget is exhausted. */
  #spend(from: number, until: number): boolean {
    const moreMs = Math.max(0, until - Math.max(from, this.#heldUpUntil));
    if (this.#spentMs + moreMs > this.#options.maxWaitMs) return false;
    this.#spentMs += moreMs;
    this.#heldUpUntil = Math.max(this.#heldUpUntil, until);
    return true;
  }
}

/**
 * Milliseconds to wait before attempt `attempt` + 1.
 *
 * The server's `Retry-After`, else doubling from 250 ms with jitter; capped. A `Retry-After` of 0 waits as after a first
 * failure, or requests would repeat as fast as the connection allows.
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

/** Up to 50 % jitter, so that requests that failed together are not retried together. */
function backOff(attempt: number, random: () => number): number {
  const ceiling = Math.min(250 * 2 ** attempt, LONGEST_WAIT_MS);
  return Math.round(ceiling / 2 + random() * (ceiling / 2));
}
