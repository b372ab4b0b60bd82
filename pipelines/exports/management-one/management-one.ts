import { recordExport } from '../../../sinks/postgres/exports.ts';
import type { Month } from '../../../transforms/month.ts';
import { inSpool } from '../../run/spool-folder.ts';
import type { Work } from '../../run/work.ts';
import type { ManagementOneConfiguration } from '../../settings/management-one.ts';
import { today } from '../../sync/slices.ts';
import { type CheckReport, runChecks } from './checks.ts';
import { requestControlTotals } from './control-totals.ts';
import { deliver } from './deliver.ts';
import {
  checkMonthHasBegun,
  checkMonthIsOver,
  checkNotDelivered,
  closeInterrupted,
  findPartialDelivery,
  restoreExport,
  totalsSnapshot,
} from './delivery-history.ts';
import { figuresOfMonth, type MonthFigures } from './figures/figures.ts';
import { notifyFailure } from './notify.ts';
import type { ControlTotals } from './reconcile.ts';
import { refresh } from './refresh.ts';
import { type RenderedMonth, renderMonth } from './render.ts';
import { type ManagementOneRequest, type ManagementOneResult, MonthHeldError } from './result.ts';
import { monthOrLast, settingsOf } from './settings.ts';

/**
 * Builds, checks and delivers the month-end file for Management One.
 *
 * @throws IncompleteError (exit 3) when anything the month needs is missing: nothing is exported
 * @throws MonthHeldError (exit 4) when a check failed or an issue holds the file; recorded as `held`
 * @throws HeldError (exit 4) when the month was sent before and `resend` is not set
 * @throws DeliveryError (exit 5) when the file is right but could not be sent
 */
export async function managementOne(
  work: Work,
  request: ManagementOneRequest,
  signal: AbortSignal,
): Promise<ManagementOneResult> {
  const settings = settingsOf(work);
  const month = monthOrLast(work, settings, request.month);
  const isSent = !request.dryRun && request.out === undefined;
  checkMonthHasBegun(month, today(work));
  if (isSent) checkMonthIsOver(month, today(work));
  try {
    return await buildAndDeliver(work, settings, month, request, signal);
  } catch (error) {
    if (isSent) await notifyFailure(work, settings, month, error, signal);
    throw error;
  }
}

async function buildAndDeliver(
  work: Work,
  settings: ManagementOneConfiguration,
  month: Month,
  request: ManagementOneRequest,
  signal: AbortSignal,
): Promise<ManagementOneResult> {
  const isFirstSending = !request.dryRun && request.out === undefined && !request.resend;
  if (!request.dryRun) await closeInterrupted(work, month);
  const history = await checkNotDelivered(work, month, isFirstSending);
  const partial = isFirstSending ? await findPartialDelivery(work, month) : undefined;

  return inSpool(work, async folder => {
    if (partial !== undefined) {
      const restored = await restoreExport(work, month, partial, folder, signal);
      return deliver(work, settings, restored, history, request, signal);
    }
    const withPreview = request.preview ?? false;
    const toBuild = { month, folder, withPreview };
    const built = await pullAndBuildMonth(work, settings, toBuild, signal);
    const { checks, problems, isHeld } = built;
    const { totals } = built.figures;
    const { files, preview, lines } = built.rendered;
    const snapshot = totalsSnapshot(month, totals, lines);
    const record = (status: 'held' | 'sending') => {
      const recorded = { period: month.label, status, totals: snapshot, checks, problems };
      return recordExport(
        work.warehouse,
        work.runId,
        { kind: 'management_one', ...recorded },
        files,
      );
    };
    const result = {
      ...{ month, totals, checks, problems, files, receipts: [] },
      ...(preview && { preview }),
    };
    if (isHeld) {
      const exportId = request.dryRun ? undefined : await record('held');
      throw new MonthHeldError({ ...result, exportId, status: 'held' });
    }
    if (request.dryRun) return { ...result, exportId: undefined, status: 'dry_run' };
    const exportId = await record('sending');
    return deliver(work, settings, { ...result, snapshot, exportId }, history, request, signal);
  });
}

/** Which month is built, and where its files are written. */
interface MonthToBuild {
  readonly month: Month;
  readonly folder: string;
  readonly withPreview: boolean;
}

/** A month that is computed, written and checked, before it is delivered. */
interface BuiltMonth extends CheckReport {
  readonly figures: MonthFigures;
  readonly rendered: RenderedMonth;
}

/** Pulls what the month needs and builds it, while Heartland is asked for its control totals. */
async function pullAndBuildMonth(
  work: Work,
  settings: ManagementOneConfiguration,
  toBuild: MonthToBuild,
  signal: AbortSignal,
): Promise<BuiltMonth> {
  await refresh(work, settings, toBuild.month, signal);
  const requesting = new AbortController();
  const controlTotals = requestControlTotals(
    work,
    settings,
    toBuild.month,
    AbortSignal.any([signal, requesting.signal]),
  );
  // They are awaited last: until then a failure of theirs must not count as unhandled.
  controlTotals.catch(() => {});
  try {
    return await buildMonth(work, settings, toBuild, controlTotals, signal);
  } finally {
    requesting.abort();
    await controlTotals.catch(() => {});
  }
}

/** Computes the month from what was pulled, writes its files, and runs the checks. */
export async function buildMonth(
  work: Work,
  settings: ManagementOneConfiguration,
  { month, folder, withPreview }: MonthToBuild,
  controlTotals: Promise<ControlTotals>,
  signal: AbortSignal,
): Promise<BuiltMonth> {
  const rendering = { work, settings, month, folder, withPreview };
  const { figures, consumed: rendered } = await figuresOfMonth(
    work,
    settings,
    month,
    controlTotals,
    lines => renderMonth(rendering, lines, signal),
    signal,
  );
  return { figures, rendered, ...runChecks(work, settings, month, figures, rendered) };
}
