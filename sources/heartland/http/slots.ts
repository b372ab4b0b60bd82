import { defer, finalize, type Observable, of, Subject, switchMap, take } from 'rxjs';
import type { AdaptiveConcurrency } from './adaptive-concurrency.ts';

/** A place that was asked for. */
interface Turn {
  readonly ready: Observable<void>;
  readonly isGranted: () => boolean;
  /** Gives up waiting. */
  readonly forget: () => void;
}

/**
 * The places for pages in memory: a page takes one before it is asked for and gives it back when its rows have
 * landed. RxJS 7 has no back-pressure of its own, so this is what keeps memory flat. How many there are is for the
 * pace to say; never more than its most.
 */
export class PageSlots {
  readonly #pace: AdaptiveConcurrency;
  readonly #waiting: Subject<void>[] = [];
  #taken = 0;
  #peak = 0;

  constructor(pace: AdaptiveConcurrency) {
    this.#pace = pace;
    pace.whenRaised(() => this.#admit());
  }

  /** The most places that were ever taken at one time. */
  get peak(): number {
    return this.#peak;
  }

  /** Runs `work` in a place of its own; unsubscribing gives the place back. */
  hold<T>(work: () => Observable<T>): Observable<T> {
    return defer(() => {
      const turn = this.#enter();
      return turn.ready.pipe(
        switchMap(work),
        finalize(() => (turn.isGranted() ? this.#leave() : turn.forget())),
      );
    });
  }

  #enter(): Turn {
    if (this.#waiting.length === 0 && this.#taken < this.#pace.limit) {
      this.#take();
      return { ready: of(undefined), isGranted: () => true, forget: () => {} };
    }
    const turn = new Subject<void>();
    let granted = false;
    // Told before the work is, so that a place is never lost between the two.
    turn.subscribe(() => {
      granted = true;
    });
    this.#waiting.push(turn);
    return {
      ready: turn.pipe(take(1)),
      isGranted: () => granted,
      forget: () => this.#waiting.splice(this.#waiting.indexOf(turn), 1),
    };
  }

  #leave(): void {
    this.#taken--;
    this.#admit();
  }

  /** Lets in those who wait, as far as there are places. */
  #admit(): void {
    while (this.#taken < this.#pace.limit) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#take();
      next.next();
    }
  }

  #take(): void {
    this.#taken++;
    this.#peak = Math.max(this.#peak, this.#taken);
  }
}
