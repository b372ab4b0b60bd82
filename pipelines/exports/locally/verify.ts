import { statement } from '../../../sinks/postgres/statement.ts';
import type { Warehouse } from '../../../sinks/postgres/warehouse.ts';
import { fetchShownStock } from '../../../sources/locally/store-data.ts';
import { ConfigurationError, SourceError, UsageError } from '../../../transforms/errors.ts';
import type { Problem } from '../../../transforms/findings.ts';
import { interrupted } from '../../../transforms/interruption.ts';
import type { FeedLine } from '../../../transforms/locally/diff.ts';
import type { ShownStock } from '../../../transforms/locally/store-data.ts';
import type { Work } from '../../run/work.ts';
import type { VerifyConfiguration } from '../../settings/locally-orders.ts';
import { trustOf } from '../../settings/tls.ts';
import { type DeliveredFeed, lastDelivered, storedLines } from './history.ts';
import { feedOf } from './settings.ts';

const MINUTE_MS = 60_000;

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
  /** How many products of each store have each result. */
  readonly stores: readonly VerificationCount[];
}

interface VerificationCount {
  readonly locallyId: string;
  readonly agrees: number;
  readonly differs: number;
  readonly unknown: number;
}

/**
 * Compares a sample of the last delivered feed with what Locally shows.
 *
 * The sample has as many products in stock as sold out, spread over each store's products of the
 * configured brand. Locally takes 30 to 60 minutes to process a feed, so verify later than that.
 * A product is `unknown` where Locally's answer is not clear. The counts are recorded for `status`.
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
  const { exportId } = feed.recorded;
  const deliveredAt = deliveryTime(feed);
  try {
    const products = await verifyProducts(warehouse, settings, feed, signal);
    const stores = feed.totals.stores.map(({ locallyId }) => countOf(products, locallyId));
    await record(warehouse, exportId, now(), stores);
    return { exportId, deliveredAt, products, stores };
  } catch (error) {
    if (error instanceof SourceError) {
      const stores = feed.totals.stores.map(({ locallyId }) => countOf([], locallyId));
      await record(warehouse, exportId, now(), stores, error.message);
    }
    throw error;
  }
}

/**
 * Verifies the previous feed once, where `verify.when` is `next_run`.
 *
 * Locally takes up to an hour to process a feed. A run that waited for it would lock the merchant,
 * and no sync could run meanwhile; so the next run verifies, before it makes its own feed. If
 * Locally cannot answer, that is a warning: the feed is sent all the same.
 *
 * @returns undefined where there was nothing to verify, or no answer
 */
export async function verifyPreviousFeed(
  work: Work,
  signal: AbortSignal,
): Promise<VerificationResult | undefined> {
  const { report } = work;
  const feed = await feedToVerify(work);
  if (feed === undefined) return undefined;
  const { exportId } = feed.recorded;
  report({ kind: 'stage', title: `Verifying feed ${exportId} at Locally` });
  try {
    const result = await verifyFeed(work, signal);
    const { length } = verificationProblems(result);
    if (length > 0) {
      report({
        kind: 'warning',
        text:
          `Locally shows ${length} of ${result.products.length} products differently from feed ` +
          `${exportId}. See them with: tillstream locally verify`,
      });
    }
    return result;
  } catch (error) {
    if (!(error instanceof SourceError) || signal.aborted) throw error;
    report({ kind: 'warning', text: `Feed ${exportId} was not verified. ${error.message}` });
    return undefined;
  }
}

/** The last delivered feed, if it is due to be verified and was not yet. */
async function feedToVerify({
  warehouse,
  configuration,
  now,
}: Work): Promise<DeliveredFeed | undefined> {
  const { verify: settings } = feedOf(configuration);
  if (settings?.when !== 'next_run') return undefined;
  const last = await lastDelivered(warehouse);
  if (last === undefined) return undefined;
  const from = new Date(deliveryTime(last).getTime() + settings.after_minutes * MINUTE_MS);
  if (now() < from) return undefined;
  // A verification by hand may have come too early: only one after `from` counts.
  const verified = await warehouse.query(
    'select from _locally_verifications where export_id = $1 and asked_at >= $2 limit 1',
    [last.recorded.exportId, from],
  );
  return verified.length > 0 ? undefined : last;
}

/** The products that Locally shows differently from the feed, as problems for the report. */
export function verificationProblems(result: VerificationResult | undefined): readonly Problem[] {
  if (result === undefined) return [];
  return result.products
    .filter(({ result }) => result === 'differs')
    .map(({ locallyId, upc, sent, shown }) => ({
      kind: 'not_shown_as_sent',
      treatment: 'noted',
      itemNumber: undefined,
      description: `UPC ${upc} in store ${locallyId}, feed ${result.exportId}`,
      locationNumber: undefined,
      found: shown === 'in_stock' ? 'shown as in stock' : 'shown as sold out',
      atStake: { units: sent },
      fix:
        'Look at the product on the store’s page at Locally. ' +
        'If it stays so, ask Locally whether the file was processed.',
    }));
}

function deliveryTime({ recorded: { deliveredAt, madeAt } }: DeliveredFeed): Date {
  return deliveredAt ?? madeAt;
}

async function verifyProducts(
  warehouse: Warehouse,
  settings: VerifyConfiguration,
  feed: DeliveredFeed,
  signal: AbortSignal,
): Promise<readonly Verification[]> {
  const { base_url: baseUrl, token, company_id: companyId } = settings;
  const api = { baseUrl, token, companyId, section: 'locally.verify', ...trustOf(settings) };
  const limit = AbortSignal.timeout(settings.most_seconds * 1000);
  const stop = AbortSignal.any([signal, limit]);
  const products: Verification[] = [];
  for (const { locallyId } of feed.totals.stores) {
    const ordered = await warehouse.query<{ upc: string }>(
      statement('exports/locally/ordered-since'),
      [locallyId, deliveryTime(feed)],
    );
    const orderedSince = new Set(ordered.map(({ upc }) => upc));
    const lines = storedLines(warehouse, feed, locallyId);
    for (const { upc, qty } of await sampleOf(lines, settings.upc_prefix, settings.sample)) {
      const shown = await fetchShownStock(api, locallyId, upc, stop).catch((error: unknown) => {
        if (signal.aborted) throw interrupted('Verifying the feed');
        throw limit.aborted ? timedOut(settings.most_seconds, products.length) : error;
      });
      const result = resultOf(qty, shown, orderedSince.has(upc));
      products.push({ locallyId, upc, sent: qty, shown, result });
    }
  }
  return products;
}

/** A product that was ordered since the delivery may rightly be sold out already. */
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

async function record(
  warehouse: Warehouse,
  exportId: string,
  askedAt: Date,
  stores: readonly VerificationCount[],
  problem?: string,
): Promise<void> {
  await warehouse.query(statement('exports/locally/record-verification'), [
    exportId,
    stores.map(each => each.locallyId),
    stores.map(each => each.agrees),
    stores.map(each => each.differs),
    stores.map(each => each.unknown),
    problem ?? null,
    askedAt,
  ]);
}

/** Evenly spread lines, as many with stock as without: the same lines for the same feed. */
async function sampleOf(
  lines: AsyncIterable<FeedLine>,
  prefix: string,
  size: number,
): Promise<readonly FeedLine[]> {
  const kinds: [FeedLine[], FeedLine[]] = [[], []];
  for await (const line of lines) {
    if (line.upc.startsWith(prefix)) kinds[line.qty === '0' ? 1 : 0].push(line);
  }
  const ofEachKind = Math.ceil(size / 2);
  return kinds.flatMap(kind => {
    const step = Math.max(1, kind.length / ofEachKind);
    const count = Math.min(ofEachKind, kind.length);
    return Array.from({ length: count }, (_, n) => kind[Math.floor(n * step)]!);
  });
}

function timedOut(seconds: number, answered: number): SourceError {
  return new SourceError('LOCALLY_SLOW', {
    problem: `Locally answered for only ${answered} products of the sample in ${seconds} seconds`,
    next: 'Make locally.verify.sample smaller, or most_seconds larger.',
  });
}

function notConfigured(): ConfigurationError {
  return new ConfigurationError('NO_VERIFY', {
    problem: 'The configuration has no section locally.verify',
    next:
      'Add it with the API token from Locally and the number of a brand, ' +
      'as docs/locally.md shows.',
  });
}

function nothingDelivered(): UsageError {
  return new UsageError('NO_SUCH_FEED', {
    problem: 'No feed was delivered yet, so there is nothing to verify',
    next: 'Send one with: tillstream locally. Locally needs up to an hour to process it.',
  });
}
