/** How one attempt at a request went. */
export interface Attempt {
  /** What was asked for; answers of different kinds take different times. */
  readonly path: string;
  /** Milliseconds on the clock given to the pace. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** Whether it was refused or failed in a way that more requests would only make worse. */
  readonly isTrouble: boolean;
}

/** Answers of one kind that take this many times longer than their best… */
const SLOW_TIMES = 4;
/** …and at least this long are a server that has too much to do… */
const SLOW_MS = 2_000;
/** …when so many come in a row. */
const SLOW_IN_A_ROW = 3;
/** Good answers, for each place there is, before another place is tried. */
const GOOD_BEFORE_MORE = 5;

/**
 * Finds how many requests at a time the account takes well: half as many at each sign of trouble, one more after a
 * good while. Heartland publishes no limit, and what it takes depends on the hour.
 */
export class AdaptiveConcurrency {
  readonly most: number;
  readonly #onChange: (limit: number, because: string) => void;
  readonly #best = new Map<string, number>();
  readonly #raised: (() => void)[] = [];
  #limit: number;
  #good = 0;
  #slow = 0;
  #loweredAt = Number.NEGATIVE_INFINITY;

  /** @param most requests at a time at most, and at the start */
  constructor(most: number, onChange: (limit: number, because: string) => void = () => {}) {
    this.most = most;
    this.#limit = most;
    this.#onChange = onChange;
  }

  /** Requests at a time now: from 1 to {@link most}. */
  get limit(): number {
    return this.#limit;
  }

  /** Calls back each time there is a place more. */
  whenRaised(tell: () => void): void {
    this.#raised.push(tell);
  }

  /** Takes note of how an attempt went. */
  note(attempt: Attempt): void {
    // What was under way when the limit was lowered says nothing about the lower limit.
    if (attempt.startedAt < this.#loweredAt) return;
    if (attempt.isTrouble) {
      this.#lower(attempt, 'Heartland refused or failed');
    } else if (this.#isSlow(attempt)) {
      this.#good = 0;
      if (++this.#slow >= SLOW_IN_A_ROW)
        this.#lower(attempt, 'Heartland’s answers take much longer');
    } else {
      this.#slow = 0;
      if (++this.#good >= GOOD_BEFORE_MORE * this.#limit) this.#raise();
    }
  }

  #isSlow({ path, startedAt, endedAt }: Attempt): boolean {
    const ms = endedAt - startedAt;
    const best = this.#best.get(path);
    if (best === undefined || ms < best) this.#best.set(path, ms);
    return best !== undefined && ms > SLOW_MS && ms > best * SLOW_TIMES;
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
    if (this.#limit === this.most) return;
    this.#limit++;
    this.#onChange(this.#limit, 'Heartland answers well again');
    for (const tell of this.#raised) tell();
  }
}
