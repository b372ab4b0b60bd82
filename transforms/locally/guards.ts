/** What a feed must prove of itself before it may leave. */
import type { Check } from '../findings.ts';

/** What was made for one store. */
export interface StoreFeed {
  /** Locally store id. */
  readonly locallyId: string;
  readonly locationNumbers: readonly string[];
  readonly name: string;
  /** File that holds its rows. */
  readonly file: string;
  readonly rows: number;
  /** Pieces in all rows. */
  readonly units: number;
  /** Rows among them that are zero because the product is gone. */
  readonly goneRows: number;
}

/** Every store has rows of its own: an empty feed would hide all that the store has. */
export function checkNotEmpty(stores: readonly StoreFeed[]): readonly Check[] {
  return stores.map(({ locallyId, name, rows, goneRows, units }) => ({
    name: `store ${locallyId} has a feed`,
    verdict: rows > goneRows ? 'ok' : 'failed',
    figure: `${rows - goneRows} products, ${units} pieces`,
    detail:
      rows > goneRows
        ? `${name}: ${goneRows} more are sent as gone`
        : `${name}: nothing of its inventory can be sent, because of the filter, the UPCs, or an empty inventory`,
  }));
}

/** The sentence for a feed that may not leave. */
export function whyHeld(checks: readonly Check[]): string | undefined {
  const failed = checks.filter(check => check.verdict === 'failed');
  if (failed.length === 0) return undefined;
  return failed.map(({ name, figure, detail }) => `${name}: ${figure} (${detail})`).join('; ');
}
