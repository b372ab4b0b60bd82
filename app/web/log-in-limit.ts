const WINDOW_MS = 15 * 60_000;
const MAX_FAILURES = 10;
/** More names than this are somebody who guesses: the oldest are forgotten. */
const MAX_NAMES = 10_000;

/** Limits failed log-ins: ten in fifteen minutes for a name, whoever tries. */
export class LogInLimit {
  readonly #failures = new Map<string, number[]>();

  isReached(name: string, now: Date): boolean {
    return this.#recent(name, now).length >= MAX_FAILURES;
  }

  failed(name: string, now: Date): void {
    const recent = [...this.#recent(name, now), now.getTime()];
    this.#failures.delete(name);
    this.#failures.set(name, recent);
    if (this.#failures.size > MAX_NAMES) this.#failures.delete(this.#failures.keys().next().value!);
  }

  succeeded(name: string): void {
    this.#failures.delete(name);
  }

  #recent(name: string, now: Date): number[] {
    const since = now.getTime() - WINDOW_MS;
    return (this.#failures.get(name) ?? []).filter(at => at > since);
  }
}
