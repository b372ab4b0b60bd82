import { SourceError } from '../../../transforms/errors.ts';
import type { Problem } from '../../../transforms/findings.ts';
import type { Work } from '../../run/work.ts';
import { lastDelivered } from './history.ts';
import { feedOf } from './settings.ts';
import { type VerificationResult, verifyFeed } from './verify.ts';

const MINUTE_MS = 60_000;

/**
 * Asks Locally for a sample of the feed before, once, where the configuration says so. Locally takes up to an hour to work
 * a feed in; a run that waited for that would hold the merchant, and no sync could run meanwhile. So the next run looks
 * back, before it makes its own feed.
 *
 * Trouble with it is a warning: the feed is what counts.
 *
 * @returns undefined where nothing was asked or no answer came
 */
export async function verifyPreviousFeed(
  work: Work,
  signal: AbortSignal,
): Promise<VerificationResult | undefined> {
  const { warehouse, configuration, report } = work;
  const { verify: settings } = feedOf(configuration);
  if (settings?.when !== 'next_run') return undefined;
  const feed = await lastDelivered(warehouse);
  if (feed === undefined) return undefined;
  const { exportId, deliveredAt, madeAt } = feed.kept;
  const from = new Date((deliveredAt ?? madeAt).getTime() + settings.after_minutes * MINUTE_MS);
  if (work.now() < from) return undefined;
  // Somebody may have asked too early, by hand.
  const asked = await warehouse.query(
    'select from _locally_verifications where export_id = $1 and asked_at >= $2 limit 1',
    [exportId, from],
  );
  if (asked.length > 0) return undefined;

  report({ kind: 'stage', title: `Asking Locally what it shows of feed ${exportId}` });
  try {
    const found = await verifyFeed(work, signal);
    const { length } = notAsSent(found);
    if (length > 0) {
      report({
        kind: 'warning',
        text: `Locally shows ${length} of ${found.products.length} products otherwise than feed ${exportId} said; see them with: tillstream locally verify`,
      });
    }
    return found;
  } catch (error) {
    if (!(error instanceof SourceError) || signal.aborted) throw error;
    report({ kind: 'warning', text: `Feed ${exportId} was not read back. ${error.message}` });
    return undefined;
  }
}

/** The products that Locally shows otherwise than they were sent, for the report. */
export function notAsSent(found: VerificationResult | undefined): readonly Problem[] {
  if (found === undefined) return [];
  return found.products
    .filter(({ result }) => result === 'differs')
    .map(({ locallyId, upc, sent, shown }) => ({
      kind: 'not_shown_as_sent',
      treatment: 'noted',
      itemNumber: undefined,
      description: `UPC ${upc} in store ${locallyId}, feed ${found.exportId}`,
      locationNumber: undefined,
      found: shown === 'in_stock' ? 'shown as in stock' : 'shown as sold out',
      atStake: { units: sent },
      fix: 'Look at the product on the store’s page at Locally. If it stays so, ask Locally whether the file was processed.',
    }));
}
