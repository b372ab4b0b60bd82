import { statement } from '../../../sinks/postgres/statement.ts';
import type { Warehouse } from '../../../sinks/postgres/warehouse.ts';
import { fetchShownStock } from '../../../sources/locally/store-data.ts';
import { ConfigurationError, SourceError, UsageError } from '../../../transforms/errors.ts';
import { interrupted } from '../../../transforms/interruption.ts';
import type { FeedLine } from '../../../transforms/locally/diff.ts';
import type { ShownStock } from '../../../transforms/locally/store-data.ts';
import type { Work } from '../../run/work.ts';
import type { VerifyConfiguration } from '../../settings/locally-orders.ts';
import { trustOf } from '../../settings/tls.ts';
import { type DeliveredFeed, lastDelivered } from './history.ts';
import { feedOf } from './settings.ts';
import { keptLines } from './stored-lines.ts';

/** One product as it was sent, and as Locally shows it. */
interface Verification {
  readonly locallyId: string;
  readonly upc: string;
  /** Quantity as sent. */
  readonly sent: string;
  readonly shown: ShownStock;
  readonly result: 'agrees' | 'differs' | 'unknown';
}

export interface VerificationResult {
  readonly exportId: string;
  readonly deliveredAt: Date;
  readonly products: readonly Verification[];
  /** The products of each store, counted. */
  readonly stores: readonly VerificationCount[];
}

interface VerificationCount {
  readonly locallyId: string;
  readonly agrees: number;
  readonly differs: number;
  readonly unknown: number;
}

/**
 * Asks Locally for a sample of the last delivered feed: half of it in stock, half sold out, spread over each store's
 * products of the configured brand. Locally takes 30 to 60 minutes to work a feed in, so ask later than that. It proves
 * what it shows and no more: `unknown` where the answer says nothing clear. What came out is written down for `status`.
 *
 * @throws SourceError when Locally refuses; UsageError when nothing was delivered yet
 */
export async function verifyFeed(
  { warehouse, configuration, now }: Pick<Work, 'warehouse' | 'configuration' | 'now'>,
  signal: AbortSignal,
): Promise<VerificationResult> {
  const { verify: settings } = feedOf(configuration);
  if (settings === undefined) throw notConfigured();
  const feed = await lastDelivered(warehouse);
  if (feed === undefined) throw nothingDelivered();
  const { exportId, deliveredAt: arrivedAt, madeAt } = feed.kept;
  const deliveredAt = arrivedAt ?? madeAt;
  try {
    const products = await ask(warehouse, settings, feed, deliveredAt, signal);
    const stores = feed.totals.stores.map(({ locallyId }) => countOf(products, locallyId));
    await note(warehouse, exportId, now(), stores);
    return { exportId, deliveredAt, products, stores };
  } catch (error) {
    if (error instanceof SourceError) {
      const stores = feed.totals.stores.map(({ locallyId }) => countOf([], locallyId));
      await note(warehouse, exportId, now(), stores, error.message);
    }
    throw error;
  }
}

async function ask(
  warehouse: Warehouse,
  settings: VerifyConfiguration,
  feed: DeliveredFeed,
  deliveredAt: Date,
  signal: AbortSignal,
): Promise<readonly Verification[]> {
  const { base_url: baseUrl, token, company_id: companyId } = settings;
  const limit = AbortSignal.timeout(settings.most_seconds * 1000);
  const stop = AbortSignal.any([signal, limit]);
  const products: Verification[] = [];
  for (const { locallyId } of feed.totals.stores) {
    const ordered = await warehouse.query<{ upc: string }>(
      statement('exports/locally-ordered-since'),
      [locallyId, deliveredAt],
    );
    const orderedSince = new Set(ordered.map(({ upc }) => upc));
    const lines = keptLines(warehouse, feed, locallyId);
    for (const { upc, qty } of await sampleOf(lines, settings.upc_prefix, settings.sample)) {
      const shown = await fetchShownStock(
        { baseUrl, token, companyId, section: 'locally.verify', ...trustOf(settings) },
        locallyId,
        upc,
        stop,
      ).catch((error: unknown) => {
        if (signal.aborted) throw interrupted('Asking Locally');
        throw limit.aborted ? tookTooLong(settings.most_seconds, products.length) : error;
      });
      const result = resultOf(qty, shown, orderedSince.has(upc));
      products.push({ locallyId, upc, sent: qty, shown, result });
    }
  }
  return products;
}

/** A product that was ordered since may rightly be gone already. */
function resultOf(sent: string, shown: ShownStock, wasOrdered: boolean): Verification['result'] {
  if (shown === 'unknown') return 'unknown';
  if ((shown === 'in_stock') === (sent !== '0')) return 'agrees';
  return wasOrdered && shown === 'not_in_stock' ? 'unknown' : 'differs';
}

function countOf(products: readonly Verification[], locallyId: string): VerificationCount {
  const count = (result: Verification['result']) =>
    products.filter(each => each.locallyId === locallyId && each.result === result).length;
  return {
    locallyId,
    agrees: count('agrees'),
    differs: count('differs'),
    unknown: count('unknown'),
  };
}

async function note(
  warehouse: Warehouse,
  exportId: string,
  askedAt: Date,
  stores: readonly VerificationCount[],
  problem?: string,
): Promise<void> {
  await warehouse.query(statement('exports/locally-record-verification'), [
    exportId,
    stores.map(each => each.locallyId),
    stores.map(each => each.agrees),
    stores.map(each => each.differs),
    stores.map(each => each.unknown),
    problem ?? null,
    askedAt,
  ]);
}

/** Evenly spread over the lines, half of them with stock: the same lines for the same feed. */
async function sampleOf(
  lines: AsyncIterable<FeedLine>,
  prefix: string,
  size: number,
): Promise<readonly FeedLine[]> {
  const kinds: [FeedLine[], FeedLine[]] = [[], []];
  for await (const line of lines) {
    if (line.upc.startsWith(prefix)) kinds[line.qty === '0' ? 1 : 0].push(line);
  }
  const half = Math.ceil(size / 2);
  return kinds.flatMap(kind => {
    const step = Math.max(1, kind.length / half);
    const count = Math.min(half, kind.length);
    return Array.from({ length: count }, (_, n) => kind[Math.floor(n * step)]!);
  });
}

function tookTooLong(seconds: number, answered: number): SourceError {
  return new SourceError('LOCALLY_SLOW', {
    problem: `Locally answered for ${answered} products within ${seconds} seconds, and not for all of the sample`,
    next: 'Make locally.verify.sample smaller, or most_seconds larger.',
  });
}

function notConfigured(): ConfigurationError {
  return new ConfigurationError('NO_READ_BACK', {
    problem: 'The configuration has no section locally.verify',
    next: 'Add it with the API token that Locally gave and the number of a brand, as docs/locally.md shows.',
  });
}

function nothingDelivered(): UsageError {
  return new UsageError('NO_SUCH_FEED', {
    problem: 'No feed was delivered yet, so there is nothing to read back',
    next: 'Send one with: tillstream locally. Locally needs up to an hour to work it in.',
  });
}
