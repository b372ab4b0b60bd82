import type { Check, Problem } from '../../transforms/findings.ts';
import {
  agreementChecks,
  fileCheck,
  leftOutCheck,
  quarantineCheck,
  rollForwardChecks,
} from '../../transforms/management-one/checks.ts';
import { misfitProblem, strayProblem } from '../../transforms/management-one/problems.ts';
import type { ManagementOneConfiguration } from '../configuration/management-one.ts';
import type { Work } from '../work.ts';
import type { MonthFigures } from './figures.ts';

export interface Judgement {
  readonly checks: readonly Check[];
  readonly problems: readonly Problem[];
  /** Whether anything of it must keep the file from leaving. */
  readonly isHeld: boolean;
}

/** Every proof of the month with its verdict, and everything that should be mended. */
export function judge(
  { configuration }: Work,
  settings: ManagementOneConfiguration,
  figures: MonthFigures,
): Judgement {
  const field = configuration.item_fields.class_code;
  const checks = [
    ...agreementChecks(figures.agreement),
    ...rollForwardChecks(figures.leftOver, settings.unexplained_limit),
    quarantineCheck(figures.quarantined),
    fileCheck(figures.rows, figures.totals.file),
    leftOutCheck(figures.totals.leftOut),
  ];
  const problems = [
    ...figures.strays.map(stray => strayProblem(stray, settings.problems.no_location)),
    ...figures.misfits.map(misfit =>
      misfitProblem(misfit, figures.decisions.get(misfit.code)!, field),
    ),
  ];
  const isHeld =
    checks.some(({ verdict }) => verdict === 'failed') ||
    problems.some(({ treatment }) => treatment === 'held');
  return { checks, problems, isHeld };
}
