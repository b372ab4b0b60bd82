import type { Month } from '../../transforms/month.ts';
import type { ManagementOneConfiguration } from '../configuration/management-one.ts';
import type { Work } from '../work.ts';
import { answersOf } from './answers.ts';
import { figuresOfMonth, type MonthFigures } from './figures.ts';
import { type Judgement, judge } from './judge.ts';
import { refresh } from './refresh.ts';
import { type RenderedMonth, renderMonth } from './render.ts';

/** A month with its proofs, before it goes anywhere. */
export interface MadeMonth extends Judgement {
  readonly figures: MonthFigures;
  readonly rendered: RenderedMonth;
}

/** Pulls what the month needs, computes it, asks Heartland for its own totals, and judges what came of it. */
export async function makeMonth(
  work: Work,
  settings: ManagementOneConfiguration,
  month: Month,
  signal: AbortSignal,
): Promise<MadeMonth> {
  await refresh(work, settings, month, signal);
  const answers = await answersOf(work, settings, month, signal);
  const figures = await figuresOfMonth(work, settings, month, answers, signal);
  const rendered = renderMonth(work, settings, month, figures.rows);
  return { figures, rendered, ...judge(work, settings, month, figures, rendered) };
}
