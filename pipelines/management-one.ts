import { keepExport } from '../sinks/postgres/exports.ts';
import { ConfigurationError } from '../transforms/errors.ts';
import { type Month, monthBefore } from '../transforms/month.ts';
import type { ManagementOneConfiguration } from './configuration/management-one.ts';
import { answersOf } from './management-one/answers.ts';
import { deliver } from './management-one/deliver.ts';
import { figuresOfMonth } from './management-one/figures.ts';
import { MonthHeldError } from './management-one/held.ts';
import { judge } from './management-one/judge.ts';
import { toKeep } from './management-one/kept.ts';
import { refresh } from './management-one/refresh.ts';
import { inFiles, renderMonth } from './management-one/render.ts';
import type { ManagementOneRequest, ManagementOneResult } from './management-one/result.ts';
import { checkMonthIsOver, checkNotSentYet } from './management-one/sent.ts';
import { tellErrors } from './management-one/tell-errors.ts';
import { today } from './slices.ts';
import type { Work } from './work.ts';

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
  const month = request.month ?? monthBefore(today(work), { startDay: settings.month_starts_on });
  const goesOut = !request.dryRun && request.out === undefined;
  if (goesOut) checkMonthIsOver(month, today(work));
  try {
    return await makeAndDeliver(work, settings, month, request, signal);
  } catch (error) {
    if (goesOut) await tellErrors(work, settings, month, error, signal);
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
  const history = await checkNotSentYet(work, month, goesOut && !request.resend);

  await refresh(work, settings, month, signal);
  const answers = await answersOf(work, settings, month, signal);
  const figures = await figuresOfMonth(work, settings, month, answers, signal);
  const rendered = renderMonth(work, settings, month, figures.rows);
  const { checks, problems, isHeld } = judge(work, settings, month, figures, rendered);

  return inFiles(work, rendered, signal, async files => {
    const { totals } = figures;
    const kept = toKeep(totals, figures.rows);
    const keep = (status: 'held' | 'sending') =>
      keepExport(
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
    const made = { month, totals, checks, problems, files, receipts: [] };
    if (isHeld) {
      const exportId = request.dryRun ? undefined : await keep('held');
      throw new MonthHeldError({ ...made, exportId, status: 'held' });
    }
    if (request.dryRun) return { ...made, exportId: undefined, status: 'dry_run' };
    const exportId = await keep('sending');
    return deliver(work, settings, { ...made, kept, exportId }, history, request, signal);
  });
}

function settingsOf({ configuration }: Work): ManagementOneConfiguration {
  if (configuration.management_one !== undefined) return configuration.management_one;
  throw new ConfigurationError('MANAGEMENT_ONE_MISSING', {
    problem: 'The configuration has no section management_one',
    next: 'Add it: client_id, class_codes and email at least (docs/tillstream.example.yaml shows how).',
  });
}
