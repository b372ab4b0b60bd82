import { createHash } from 'node:crypto';

/** A hash over the pages of a pull, whatever the order they arrive in. */
export class PullDigest {
  readonly #pages = new Map<number, string>();

  /** Takes one page: its place in the pull and the fingerprints of what was in it. */
  add(ordinal: number, ...fingerprints: readonly string[]): void {
    this.#pages.set(ordinal, fingerprints.join(' '));
  }

  clear(): void {
    this.#pages.clear();
  }

  /** The hash of everything taken so far. */
  value(): string {
    const hash = createHash('sha256');
    for (const ordinal of [...this.#pages.keys()].sort((one, other) => one - other)) {
      hash.update(`${ordinal}:${this.#pages.get(ordinal)}\n`);
    }
    return hash.digest('hex');
  }
}

/** What tells some content from any other. */
export function fingerprint(...contents: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const content of contents) hash.update(content).update('\0');
  return hash.digest('base64');
}
