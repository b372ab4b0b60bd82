import type { Month } from '../../../transforms/month.ts';
import type { Work } from '../../run/work.ts';
import type { ManagementOneConfiguration } from '../../settings/management-one.ts';
import { askControlTotals } from './control-totals.ts';
import { figuresOfMonth, type MonthFigures } from './figures.ts';
import { refresh } from './refresh.ts';
import { type RenderedMonth, renderMonth } from './render.ts';
import type { Answers } from './reported-figures.ts';
import { type CheckReport, runChecks } from './run-checks.ts';

/** A month with its proofs, before it goes anywhere. */
export interface MadeMonth extends CheckReport {
  readonly figures: MonthFigures;
  readonly rendered: RenderedMonth;
}

/** What is made of a month, and where its files are put. */
export interface MonthToMake {
  readonly month: Month;
  readonly folder: string;
  readonly withPreview: boolean;
}

/**
 * Pulls what the month needs, and makes and proves the month. Heartland is asked for its own totals meanwhile: they are
 * needed last.
 */
export async function makeMonth(
  work: Work,
  settings: ManagementOneConfiguration,
  toMake: MonthToMake,
  signal: AbortSignal,
): Promise<MadeMonth> {
  await refresh(work, settings, toMake.month, signal);
  const asking = new AbortController();
  const answers = askControlTotals(
    work,
    settings,
    toMake.month,
    AbortSignal.any([signal, asking.signal]),
  );
  // Nobody looks at them before the month is computed; that they failed by then is no defect.
  answers.catch(() => {});
  try {
    return await proveMonth(work, settings, toMake, answers, signal);
  } finally {
    asking.abort();
    await answers.catch(() => {});
  }
}

/** Computes the month from what was pulled, writes its files, and judges what came of it. */
export async function proveMonth(
  work: Work,
  settings: ManagementOneConfiguration,
  { month, folder, withPreview }: MonthToMake,
  answers: Promise<Answers>,
  signal: AbortSignal,
): Promise<MadeMonth> {
  const rendering = { work, settings, month, folder, withPreview };
  const { figures, used: rendered } = await figuresOfMonth(
    work,
    settings,
    month,
    answers,
    lines => renderMonth(rendering, lines, signal),
    signal,
  );
  return { figures, rendered, ...runChecks(work, settings, month, figures, rendered) };
}
