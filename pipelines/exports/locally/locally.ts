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
import { mailReport } from './report.ts';
import { feedOf, layoutOf } from './settings.ts';
import { itemCondition } from './stage.ts';
import { notAsSent, verifyPreviousFeed } from './verify-previous-feed.ts';

const DAY_MS = 86_400_000;

export interface LocallyRequest {
  /** Make the feed and check it; send and keep nothing. */
  readonly dryRun?: boolean;
  /** Write the files into this folder instead of sending them. */
  readonly out?: string;
  /** Send although it is much smaller than the last one, or old. Never an empty file, nor incomplete data. */
  readonly force?: boolean;
}

/** One feed: what was made, what was left out, and where it went. */
export interface LocallyResult {
  readonly status: 'delivered' | 'saved' | 'dry_run';
  /** Under which it is kept; undefined after a dry run. */
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
  /** The checks that failed and were overruled with `force`. */
  readonly forcedAgainst: string | undefined;
  readonly receipts: readonly Receipt[];
}

/**
 * The daily feed: what each store has, to Locally.
 *
 * Refreshes the inventory where it is too old, makes a whole snapshot of every mapped store, keeps the bytes, then
 * sends them. Unchanged content is sent too: Locally takes silence for a broken feed (72 hours: orders stop, 96
 * hours: the stock is hidden).
 *
 * @throws IncompleteError when the inventory could not be pulled whole; nothing was made
 * @throws HeldError when a check failed; the feed is kept as held, and nothing was sent
 * @throws DeliveryError when it could not be handed over; the feed is kept as failed
 */
export async function locally(
  work: Work,
  request: LocallyRequest,
  signal: AbortSignal,
): Promise<LocallyResult> {
  // A misspelt field of the filter is told before anything is pulled.
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
  work.report({ kind: 'stage', title: 'Refreshing the inventory' });
  if (!dryRun) {
    await closeInterrupted(warehouse);
    const { keep_days: keepDays } = feedOf(configuration);
    await pruneFeeds(warehouse, new Date(work.now().getTime() - keepDays * DAY_MS));
  }
  const isMeantForLocally = !dryRun && out === undefined;
  const shown = isMeantForLocally ? await verifyPreviousFeed(work, signal) : undefined;
  const last = await lastDelivered(warehouse);
  const making = {
    folder,
    isForced: force,
    isDryRun: dryRun,
    isMeantForLocally,
    last: last?.totals.stores ?? [],
  };
  const justMade = await makeFeed(work, making, signal);
  const made = { ...justMade, problems: [...notAsSent(shown), ...justMade.problems] };

  if (made.heldBecause !== undefined) {
    const exportId = dryRun ? undefined : await keep(work, made, 'held');
    if (isMeantForLocally) await report(made, 'held', made.heldBecause, []);
    const stockAsOf = localTime(made.stockAsOf, configuration.timezone);
    throw held(made.heldBecause, exportId, stockAsOf);
  }
  if (dryRun) return resultOf(made, 'dry_run', undefined, []);

  work.report({ kind: 'stage', title: 'Keeping the feed' });
  const exportId = await keep(work, made, 'sending');
  const receipts = await send(made, exportId);
  const status = out === undefined ? 'delivered' : 'saved';
  await closeExport(warehouse, exportId, status, receipts);
  if (status === 'delivered') await report(made, 'delivered', made.forcedAgainst, receipts);
  return resultOf(made, status, exportId, receipts);

  async function send(made: Made, exportId: string): Promise<readonly Receipt[]> {
    work.report({ kind: 'stage', title: 'Sending the feed' });
    try {
      return await deliveryOf(configuration, out)(made.files, signal);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const arrived = arrivedBefore(error);
      await closeExport(warehouse, exportId, 'failed', arrived, message).catch(failure =>
        warnOutcomeNotRecorded(work, failure),
      );
      if (out === undefined && !signal.aborted) await report(made, 'failed', message, arrived);
      throw error;
    }
  }

  function report(
    made: Made,
    status: 'delivered' | 'held' | 'failed',
    because: string | undefined,
    receipts: readonly Receipt[],
  ): Promise<void> {
    return mailReport(work, made, { status, because, receipts }, folder, signal);
  }
}

/** Writes the feed down with its bytes, before the first of them leaves. */
function keep(work: Work, made: Made, status: 'held' | 'sending'): Promise<string> {
  const { asOf, stores, counts, checks, problems, heldBecause, forcedAgainst } = made;
  const layout = layoutOf(feedOf(work.configuration));
  const totals: FeedTotals = { as_of: asOf, stores, counts, layout };
  const message =
    heldBecause ?? (forcedAgainst && `Sent by force although it would be held: ${forcedAgainst}`);
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
    exportId === undefined ? '' : ` To look at it: tillstream exports save ${exportId} --out feeds`;
  return new HeldError('FEED_HELD', {
    problem: `The feed was held, and nothing was sent: ${because}`,
    next: `Mend what is named, then run the command again. If it is right as it is, send it with --force, which never sends an empty file.${look} (Stock as of ${stockAsOf}.)`,
  });
}
