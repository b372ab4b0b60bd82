import { arrivedBefore } from '../../../sinks/compose.ts';
import type { OutgoingFile, Receipt } from '../../../sinks/delivery.ts';
import { closeExport, recordExport } from '../../../sinks/postgres/exports.ts';
import { localTime } from '../../../transforms/day.ts';
import { HeldError } from '../../../transforms/errors.ts';
import type { Check, Problem } from '../../../transforms/findings.ts';
import type { StoreFeed } from '../../../transforms/locally/guards.ts';
import type { ReasonCount } from '../../../transforms/locally/reason.ts';
import { warnOutcomeNotRecorded } from '../../run/outcome-not-recorded.ts';
import { inSpool } from '../../run/spool-folder.ts';
import type { Work } from '../../run/work.ts';
import { today } from '../../sync/slices.ts';
import { deliveryOf } from './deliver.ts';
import { closeInterrupted, type FeedTotals, lastDelivered, pruneFeeds } from './history.ts';
import { type Made, makeFeed } from './make.ts';
import { type Ending, mailReport } from './report.ts';
import { feedOf, layoutOf } from './settings.ts';
import { itemCondition } from './stage.ts';
import { verificationProblems, verifyPreviousFeed } from './verify.ts';

const DAY_MS = 86_400_000;

export interface LocallyRequest {
  /** Make the feed and check it; send and save nothing. */
  readonly dryRun?: boolean;
  /** Write the files into this folder instead of sending them. */
  readonly out?: string;
  /** Send despite failed checks. Never an empty file, nor incomplete data. */
  readonly force?: boolean;
}

/** One feed: what was made, what was left out, and where it was delivered. */
export interface LocallyResult {
  readonly status: 'delivered' | 'saved' | 'dry_run';
  /** Its number in the export ledger; undefined after a dry run. */
  readonly exportId: string | undefined;
  /** The oldest of the pulls that it was made from. */
  readonly asOf: Date;
  /** The oldest pull of the stock of a mapped location. */
  readonly stockAsOf: Date;
  readonly stores: readonly StoreFeed[];
  readonly files: readonly Omit<OutgoingFile, 'path'>[];
  /** How many items each reason left out or changed. */
  readonly counts: readonly ReasonCount[];
  readonly problems: readonly Problem[];
  readonly checks: readonly Check[];
  /** The failed checks that `force` overruled. */
  readonly forcedAgainst: string | undefined;
  readonly receipts: readonly Receipt[];
}

/**
 * Makes the daily inventory feed and sends it to Locally.
 *
 * Refreshes the inventory where it is too old, makes a full snapshot of every mapped store, saves
 * the bytes, then sends them. Unchanged content is sent too: without a feed Locally suspends orders
 * after 72 hours and hides the stock after 96.
 *
 * @throws IncompleteError when the inventory could not be pulled completely; nothing was made
 * @throws HeldError when a check failed; the feed is saved as held, and nothing was sent
 * @throws DeliveryError when it could not be delivered; the feed is saved as failed
 */
export async function locally(
  work: Work,
  request: LocallyRequest,
  signal: AbortSignal,
): Promise<LocallyResult> {
  // Reports an unknown field of the filter before anything is pulled.
  itemCondition(work.configuration);
  return inSpool(work, folder => makeAndSend(work, request, folder, signal));
}

async function makeAndSend(
  work: Work,
  { dryRun = false, out, force = false }: LocallyRequest,
  folder: string,
  signal: AbortSignal,
): Promise<LocallyResult> {
  const { configuration, warehouse } = work;
  const isMeantForLocally = !dryRun && out === undefined;
  work.report({ kind: 'stage', title: 'Refreshing the inventory' });
  if (!dryRun) await tidyUp(work);
  const verified = isMeantForLocally ? await verifyPreviousFeed(work, signal) : undefined;
  const last = (await lastDelivered(warehouse))?.totals.stores ?? [];
  const making = { folder, isForced: force, isDryRun: dryRun, isMeantForLocally, last };
  const feed = await makeFeed(work, making, signal);
  const made = { ...feed, problems: [...verificationProblems(verified), ...feed.problems] };
  const mail = (ending: Ending): Promise<void> =>
    isMeantForLocally ? mailReport(work, made, ending, folder, signal) : Promise.resolve();

  const { heldBecause } = made;
  if (heldBecause !== undefined) {
    const exportId = dryRun ? undefined : await save(work, made, 'held');
    await mail({ status: 'held', because: heldBecause, receipts: [] });
    throw held(heldBecause, exportId, localTime(made.stockAsOf, configuration.timezone));
  }
  if (dryRun) return resultOf(made, 'dry_run', undefined, []);

  work.report({ kind: 'stage', title: 'Saving the feed' });
  const exportId = await save(work, made, 'sending');
  work.report({ kind: 'stage', title: 'Sending the feed' });
  const receipts = await deliver(work, made, exportId, out, mail, signal);
  const status = out === undefined ? 'delivered' : 'saved';
  await closeExport(warehouse, exportId, status, receipts);
  await mail({ status: 'delivered', because: made.forcedAgainst, receipts });
  return resultOf(made, status, exportId, receipts);
}

/** Closes feeds that an earlier run left open, and deletes the bytes of old ones. */
async function tidyUp({ warehouse, configuration, now }: Work): Promise<void> {
  const { keep_days: keepDays } = feedOf(configuration);
  await closeInterrupted(warehouse);
  await pruneFeeds(warehouse, new Date(now().getTime() - keepDays * DAY_MS));
}

/** Delivers the files; after a failure it closes the export as failed and mails the report. */
async function deliver(
  work: Work,
  { files }: Made,
  exportId: string,
  out: string | undefined,
  mail: (ending: Ending) => Promise<void>,
  signal: AbortSignal,
): Promise<readonly Receipt[]> {
  try {
    return await deliveryOf(work.configuration, out)(files, signal);
  } catch (error) {
    const because = error instanceof Error ? error.message : String(error);
    const receipts = arrivedBefore(error);
    await closeExport(work.warehouse, exportId, 'failed', receipts, because).catch(failure =>
      warnOutcomeNotRecorded(work, failure),
    );
    if (!signal.aborted) await mail({ status: 'failed', because, receipts });
    throw error;
  }
}

/** Saves the feed with its bytes in the export ledger, before it is sent. */
function save(work: Work, made: Made, status: 'held' | 'sending'): Promise<string> {
  const { asOf, stores, counts, checks, problems, heldBecause, forcedAgainst } = made;
  const layout = layoutOf(feedOf(work.configuration));
  const totals: FeedTotals = { as_of: asOf, stores, counts, layout };
  const message =
    heldBecause ?? (forcedAgainst && `Sent with --force despite failed checks: ${forcedAgainst}`);
  return recordExport(
    work.warehouse,
    work.runId,
    {
      kind: 'locally',
      period: today(work),
      status,
      totals,
      checks,
      problems,
      ...(message !== undefined && { message }),
    },
    made.files,
  );
}

function resultOf(
  { asOf, stockAsOf, stores, counts, problems, checks, forcedAgainst, files: made }: Made,
  status: LocallyResult['status'],
  exportId: string | undefined,
  receipts: readonly Receipt[],
): LocallyResult {
  const files = made.map(({ path: _, ...file }) => file);
  const found = { counts, problems, checks, forcedAgainst };
  return { status, exportId, asOf, stockAsOf, stores, files, ...found, receipts };
}

function held(because: string, exportId: string | undefined, stockAsOf: string): HeldError {
  const look =
    exportId === undefined
      ? ''
      : ` To look at it: tillstream exports save ${exportId} --out feeds.`;
  return new HeldError('FEED_HELD', {
    problem: `The feed was held, and nothing was sent: ${because}`,
    next:
      'Fix this, then run the command again. If the feed is right as it is, send it with ' +
      `--force, which never sends an empty file.${look} (Stock as of ${stockAsOf}.)`,
  });
}
