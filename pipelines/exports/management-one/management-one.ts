import { recordExport } from '../../../sinks/postgres/exports.ts';
import type { Month } from '../../../transforms/month.ts';
import { inSpool } from '../../run/spool-folder.ts';
import type { Work } from '../../run/work.ts';
import type { ManagementOneConfiguration } from '../../settings/management-one.ts';
import { today } from '../../sync/slices.ts';
import { deliver } from './deliver.ts';
import {
  checkMonthHasBegun,
  checkMonthIsOver,
  checkNotDelivered,
  closeInterrupted,
} from './delivery-history.ts';
import { MonthHeldError } from './held.ts';
import { makeMonth } from './make.ts';
import { notifyFailure } from './notify-failure.ts';
import { asMade, partlySent } from './partly-sent.ts';
import type { ManagementOneRequest, ManagementOneResult } from './result.ts';
import { monthOrLast, settingsOf } from './settings.ts';
import { totalsSnapshot } from './totals-snapshot.ts';

/**
 * Makes the month-end file for Management One, proves it, and sends it by e-mail or copies it into a folder.
 *
 * @throws IncompleteError (exit 3) when anything the month needs is missing: nothing is exported
 * @throws MonthHeldError (exit 4) when a check failed or a problem holds the file; it is kept as `held`
 * @throws HeldError (exit 4) when the month went out already and `resend` is not set
 * @throws DeliveryError (exit 5) when the file is right but could not be sent
 */
export async function managementOne(
  work: Work,
  request: ManagementOneRequest,
  signal: AbortSignal,
): Promise<ManagementOneResult> {
  const settings = settingsOf(work);
  const month = monthOrLast(work, settings, request.month);
  const goesOut = !request.dryRun && request.out === undefined;
  checkMonthHasBegun(month, today(work));
  if (goesOut) checkMonthIsOver(month, today(work));
  try {
    return await makeAndDeliver(work, settings, month, request, signal);
  } catch (error) {
    if (goesOut) await notifyFailure(work, settings, month, error, signal);
    throw error;
  }
}

async function makeAndDeliver(
  work: Work,
  settings: ManagementOneConfiguration,
  month: Month,
  request: ManagementOneRequest,
  signal: AbortSignal,
): Promise<ManagementOneResult> {
  const goesOut = !request.dryRun && request.out === undefined;
  if (!request.dryRun) await closeInterrupted(work, month);
  const history = await checkNotDelivered(work, month, goesOut && !request.resend);

  const partly = goesOut && !request.resend ? await partlySent(work, month) : undefined;

  return inSpool(work, async folder => {
    if (partly !== undefined) {
      const again = await asMade(work, month, partly, folder, signal);
      return deliver(work, settings, again, history, request, signal);
    }
    const withPreview = request.preview ?? false;
    const { figures, rendered, checks, problems, isHeld } = await makeMonth(
      work,
      settings,
      { month, folder, withPreview },
      signal,
    );
    const { totals } = figures;
    const { files, preview, lines } = rendered;
    const kept = totalsSnapshot(month, totals, lines);
    const keep = (status: 'held' | 'sending') =>
      recordExport(
        work.warehouse,
        work.runId,
        {
          kind: 'management_one',
          period: month.label,
          status,
          totals: kept,
          checks,
          problems,
        },
        files,
      );
    const made = {
      ...{ month, totals, checks, problems, files, receipts: [] },
      ...(preview && { preview }),
    };
    if (isHeld) {
      const exportId = request.dryRun ? undefined : await keep('held');
      throw new MonthHeldError({ ...made, exportId, status: 'held' });
    }
    if (request.dryRun) return { ...made, exportId: undefined, status: 'dry_run' };
    const exportId = await keep('sending');
    return deliver(work, settings, { ...made, kept, exportId }, history, request, signal);
  });
}
