/** One attempt at a request: its duration and result. */
export interface Attempt {
  /** The requested path; answers of different paths take different times. */
  readonly path: string;
  /** Milliseconds, of one monotonic clock. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** Whether it failed in a way that more requests would make worse. */
  readonly isTrouble: boolean;
}

/** An answer is slow if it takes this many times longer than the fastest of its path… */
const SLOW_FACTOR = 4;
/** …and at least this long. */
const SLOW_MS = 2_000;
/** So many slow answers in a row lower the limit. */
const SLOW_IN_A_ROW = 3;
/** Good answers, times the limit, that raise the limit by one. */
const GOOD_BEFORE_RAISE = 5;

/**
 * Adapts the number of concurrent requests to what the account can take.
 *
 * Each failure halves the limit; a series of good answers raises it by one. Heartland publishes no limit, and it varies
 * over the day.
 */
export class AdaptiveConcurrency {
  readonly maximum: number;
  readonly #onChange: (limit: number, because: string) => void;
  readonly #best = new Map<string, number>();
  readonly #listeners: (() => void)[] = [];
  #limit: number;
  #good = 0;
  #slow = 0;
  #loweredAt = Number.NEGATIVE_INFINITY;

  /** @param maximum concurrent requests, also at the start */
  constructor(maximum: number, onChange: (limit: number, because: string) => void = () => {}) {
    this.maximum = maximum;
    this.#limit = maximum;
    this.#onChange = onChange;
  }

  /** Concurrent requests now: from 1 to {@link maximum}. */
  get limit(): number {
    return this.#limit;
  }

  /** Calls the listener each time the limit is raised. */
  whenRaised(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Adapts the limit to the result of an attempt. */
  record(attempt: Attempt): void {
    // An attempt that began before the limit was lowered says nothing about the lower limit.
    if (attempt.startedAt < this.#loweredAt) return;
    if (attempt.isTrouble) {
      this.#lower(attempt, 'Heartland refused a request or failed');
    } else if (this.#isSlow(attempt)) {
      this.#good = 0;
      if (++this.#slow >= SLOW_IN_A_ROW) this.#lower(attempt, 'Heartland answers slowly');
    } else {
      this.#slow = 0;
      if (++this.#good >= GOOD_BEFORE_RAISE * this.#limit) this.#raise();
    }
  }

  #isSlow({ path, startedAt, endedAt }: Attempt): boolean {
    const ms = endedAt - startedAt;
    const best = this.#best.get(path);
    if (best === undefined || ms < best) this.#best.set(path, ms);
    return best !== undefined && ms > SLOW_MS && ms > best * SLOW_FACTOR;
  }

  #lower({ endedAt }: Attempt, because: string): void {
    this.#good = 0;
    this.#slow = 0;
    this.#loweredAt = endedAt;
    if (this.#limit === 1) return;
    this.#limit = Math.max(1, Math.floor(this.#limit / 2));
    this.#onChange(this.#limit, because);
  }

  #raise(): void {
    this.#good = 0;
    if (this.#limit === this.maximum) return;
    this.#limit++;
    this.#onChange(this.#limit, 'Heartland answers normally again');
    for (const listener of this.#listeners) listener();
  }
}
