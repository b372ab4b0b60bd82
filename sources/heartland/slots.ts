import { defer, finalize, type Observable, of, Subject, switchMap, take } from 'rxjs';

/**
 * The places for pages in memory: a page takes one before it is asked for and gives it back when its rows have
 * landed. RxJS 7 has no back-pressure of its own, so this is what keeps memory flat.
 */
export class Slots {
  readonly #size: number;
  readonly #waiting: Subject<void>[] = [];
  #taken = 0;
  #peak = 0;

  constructor(size: number) {
    this.#size = size;
  }

  /** The most places that were ever taken at one time. */
  get peak(): number {
    return this.#peak;
  }

  /** Runs `work` in a place of its own; unsubscribing gives the place back. */
  hold<T>(work: () => Observable<T>): Observable<T> {
    return defer(() => {
      // The place is handed over before the work starts, so a newcomer can never slip in between.
      let holding = false;
      const turn = this.#enter();
      return turn.ready.pipe(
        switchMap(() => {
          holding = true;
          return work();
        }),
        finalize(() => (holding || turn.granted() ? this.#leave() : turn.forget())),
      );
    });
  }

  #enter(): { ready: Observable<void>; granted: () => boolean; forget: () => void } {
    if (this.#taken < this.#size) {
      this.#taken++;
      this.#peak = Math.max(this.#peak, this.#taken);
      return { ready: of(undefined), granted: () => true, forget: () => {} };
    }
    const turn = new Subject<void>();
    let granted = false;
    this.#waiting.push(turn);
    turn.subscribe(() => {
      granted = true;
    });
    return {
      ready: turn.pipe(take(1)),
      granted: () => granted,
      forget: () => this.#waiting.splice(this.#waiting.indexOf(turn), 1),
    };
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#taken--;
    else next.next();
  }
}
