import { defer, finalize, type Observable, of, Subject, switchMap, take } from 'rxjs';
import type { AdaptiveConcurrency } from './adaptive-concurrency.ts';

/** A requested slot. */
interface SlotRequest {
  readonly ready: Observable<void>;
  readonly isGranted: () => boolean;
  /** Stops waiting for the slot. */
  readonly cancel: () => void;
}

/**
 * Limits the number of pages in memory.
 *
 * A page takes a slot before it is requested and releases it when its rows have landed. RxJS 7 has no backpressure, so this
 * is what bounds memory. The adaptive concurrency sets the number of slots.
 */
export class PageSlots {
  readonly #concurrency: AdaptiveConcurrency;
  readonly #waiting: Subject<void>[] = [];
  #taken = 0;
  #peak = 0;

  constructor(concurrency: AdaptiveConcurrency) {
    this.#concurrency = concurrency;
    concurrency.whenRaised(() => this.#admit());
  }

  /** The highest number of slots taken at one time. */
  get peak(): number {
    return this.#peak;
  }

  /** Runs `work` in a slot of its own; unsubscribing releases the slot. */
  hold<T>(work: () => Observable<T>): Observable<T> {
    return defer(() => {
      const slot = this.#request();
      return slot.ready.pipe(
        switchMap(work),
        finalize(() => (slot.isGranted() ? this.#release() : slot.cancel())),
      );
    });
  }

  #request(): SlotRequest {
    if (this.#waiting.length === 0 && this.#taken < this.#concurrency.limit) {
      this.#take();
      return { ready: of(undefined), isGranted: () => true, cancel: () => {} };
    }
    const granted = new Subject<void>();
    let isGranted = false;
    // Subscribed before the work is, so that a slot is never lost between the two.
    granted.subscribe(() => {
      isGranted = true;
    });
    this.#waiting.push(granted);
    return {
      ready: granted.pipe(take(1)),
      isGranted: () => isGranted,
      cancel: () => this.#waiting.splice(this.#waiting.indexOf(granted), 1),
    };
  }

  #release(): void {
    this.#taken--;
    this.#admit();
  }

  /** Grants free slots to those who wait. */
  #admit(): void {
    while (this.#taken < this.#concurrency.limit) {
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
