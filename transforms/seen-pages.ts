import { createHash } from 'node:crypto';

/** What the bytes of an answer say of themselves; the same bytes say it again. */
export interface KnownAnswer {
  /** How many rows are in it, all of them good. */
  readonly arrived: number;
  /** `total` and `pages`, as they came. */
  readonly total: unknown;
  readonly pages: unknown;
}

/** What is remembered of one page until the next pull of its slice. */
export interface SeenPage {
  /** Its place in the pull. */
  readonly ordinal: number;
  /** A hash of its content. */
  readonly fingerprint: string;
  /** Set where an answer with the same fingerprint need not be read. */
  readonly answer?: KnownAnswer | undefined;
}

/** The pages of a pull, beside those of the last pull of the same slice. */
export class SeenPages {
  readonly #last: ReadonlyMap<number, SeenPage> | undefined;
  readonly #lastByFingerprint: ReadonlyMap<string, SeenPage>;
  readonly #now = new Map<number, SeenPage>();
  #isSameSoFar: boolean;

  /** @param last undefined when the slice is not to be compared with what it was */
  constructor(last: readonly SeenPage[] | undefined) {
    this.#last = last && new Map(last.map(page => [page.ordinal, page]));
    this.#lastByFingerprint = new Map(last?.map(page => [page.fingerprint, page]));
    this.#isSameSoFar = last !== undefined;
  }

  /** The page of last time that had this fingerprint, while it may still be of use. */
  known(fingerprint: string): SeenPage | undefined {
    return this.#isSameSoFar ? this.#lastByFingerprint.get(fingerprint) : undefined;
  }

  add(page: SeenPage): void {
    this.#now.set(page.ordinal, page);
    if (this.#last?.get(page.ordinal)?.fingerprint !== page.fingerprint) this.#isSameSoFar = false;
  }

  /** Whether every page until now was there last time, in the same place. */
  get isSameSoFar(): boolean {
    return this.#isSameSoFar;
  }

  /** Whether the pages, now that all have come, are those of last time. */
  areUnchanged(): boolean {
    return this.#isSameSoFar && this.#now.size === this.#last?.size;
  }

  /** The pages until now, in the order of their places. */
  all(): SeenPage[] {
    return [...this.#now.values()].sort((one, other) => one.ordinal - other.ordinal);
  }
}

/** A hash that identifies content. */
export function fingerprint(...contents: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const content of contents) hash.update(content).update('\0');
  return hash.digest('base64');
}
