import { fetchShownStock } from '../../sources/locally/store-data.ts';
import { ConfigurationError, UsageError } from '../../transforms/errors.ts';
import { interrupted } from '../../transforms/interruption.ts';
import type { FeedLine } from '../../transforms/locally/diff.ts';
import type { ShownStock } from '../../transforms/locally/store-data.ts';
import type { Work } from '../work.ts';
import { deliveredFeeds } from './history.ts';
import { keptLines } from './kept-lines.ts';
import { feedOf } from './settings.ts';

/** One product as it was sent, and as Locally shows it. */
export interface ReadBack {
  readonly locallyId: string;
  readonly upc: string;
  /** Quantity as sent. */
  readonly sent: string;
  readonly shown: ShownStock;
  readonly verdict: 'agrees' | 'differs' | 'unknown';
}

export interface ReadBackResult {
  readonly exportId: string;
  readonly deliveredAt: Date;
  readonly products: readonly ReadBack[];
}

/**
 * Asks Locally for a sample of the last delivered feed: half of it in stock, half sold out, spread over each store's
 * products of the configured brand. Locally takes 30 to 60 minutes to work a feed in, so ask later than that. It proves
 * what it shows and no more: `unknown` where the answer says nothing clear.
 *
 * @throws SourceError when Locally refuses; UsageError when nothing was delivered yet
 */
export async function readBack(
  { warehouse, configuration }: Pick<Work, 'warehouse' | 'configuration'>,
  signal: AbortSignal,
): Promise<ReadBackResult> {
  const { read_back: settings } = feedOf(configuration);
  if (settings === undefined) throw notConfigured();
  const [feed] = await deliveredFeeds(warehouse, 1);
  if (feed === undefined) throw nothingDelivered();
  const api = {
    baseUrl: settings.base_url,
    token: settings.token,
    companyId: settings.company_id,
  };
  const products: ReadBack[] = [];
  for (const { locallyId } of feed.totals.stores) {
    const lines = keptLines(warehouse, feed, locallyId);
    for (const { upc, qty } of await sampleOf(lines, settings.upc_prefix, settings.sample)) {
      const shown = await fetchShownStock(api, locallyId, upc, signal).catch((error: unknown) => {
        throw signal.aborted ? interrupted('Asking Locally') : error;
      });
      const isRight = (shown === 'in_stock') === (qty !== '0');
      const verdict = shown === 'unknown' ? 'unknown' : isRight ? 'agrees' : 'differs';
      products.push({ locallyId, upc, sent: qty, shown, verdict });
    }
  }
  const { exportId, deliveredAt, madeAt } = feed.kept;
  return { exportId, deliveredAt: deliveredAt ?? madeAt, products };
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

function notConfigured(): ConfigurationError {
  return new ConfigurationError('NO_READ_BACK', {
    problem: 'The configuration has no section locally.read_back',
    next: 'Add it with the API token that Locally gave and the number of a brand, as docs/locally.md shows.',
  });
}

function nothingDelivered(): UsageError {
  return new UsageError('NO_SUCH_FEED', {
    problem: 'No feed was delivered yet, so there is nothing to read back',
    next: 'Send one with: tillstream locally. Locally needs up to an hour to work it in.',
  });
}
