import type { Check, Problem } from '../../../transforms/findings.ts';
import { agreementChecks } from '../../../transforms/management-one/checks/agreement.ts';
import { fileCheck, leftOutCheck } from '../../../transforms/management-one/checks/file.ts';
import { orderCheck, priceCheck } from '../../../transforms/management-one/checks/goods.ts';
import {
  rollForwardChecks,
  stockChangeCheck,
} from '../../../transforms/management-one/checks/movements.ts';
import {
  completeCheck,
  quarantineCheck,
} from '../../../transforms/management-one/checks/pulled.ts';
import {
  runningMonthCheck,
  substanceCheck,
} from '../../../transforms/management-one/checks/substance.ts';
import {
  misfitProblem,
  sortProblems,
  strayProblem,
} from '../../../transforms/management-one/problems.ts';
import type { Month } from '../../../transforms/month.ts';
import type { Work } from '../../run/work.ts';
import type { ManagementOneConfiguration } from '../../settings/management-one.ts';
import { historyStart, today } from '../../sync/slices.ts';
import type { MonthFigures } from './figures.ts';
import { exportedLocations } from './locations.ts';
import type { RenderedMonth } from './render.ts';

export interface Judgement {
  readonly checks: readonly Check[];
  readonly problems: readonly Problem[];
  /** Whether anything of it must keep the file from leaving. */
  readonly isHeld: boolean;
}

/** Every proof of the month with its verdict, and everything that should be mended. */
export function judge(
  work: Work,
  settings: ManagementOneConfiguration,
  month: Month,
  figures: MonthFigures,
  rendered: RenderedMonth,
): Judgement {
  const { configuration } = work;
  const field = configuration.item_fields.class_code;
  const checks = [
    ...agreementChecks(figures.agreement, settings.on_order_check),
    orderCheck(figures.ordersApart, settings.on_order_check),
    priceCheck(figures.pricesApart),
    ...rollForwardChecks(figures.leftOver, settings.unexplained_limit),
    stockChangeCheck(
      figures.unexplained,
      settings.unexplained_limit,
      historyStart(work) <= month.start,
    ),
    completeCheck(figures.missing, figures.partCount),
    quarantineCheck(figures.quarantined),
    rendered.check,
    fileCheck(rendered.rowCount, rendered.sums, figures.written, figures.totals.file),
    leftOutCheck(figures.totals.leftOut),
    substanceCheck(figures.totals.file),
    ...[runningMonthCheck(month.end, today(work))].filter(check => check !== undefined),
  ];
  const { leftOut } = exportedLocations(configuration);
  const problems = sortProblems([
    ...figures.strays.map(stray => strayProblem(stray, { leftOut, ...settings.problems })),
    ...figures.misfits.map(misfit =>
      misfitProblem(misfit, figures.decisions.get(misfit.code)!, field),
    ),
  ]);
  const isHeld =
    checks.some(({ verdict }) => verdict === 'failed') ||
    problems.some(({ treatment }) => treatment === 'held');
  return { checks, problems, isHeld };
}
