import type { Check, Problem } from '../../../transforms/findings.ts';
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
import { reconciliationChecks } from '../../../transforms/management-one/checks/reconciliation.ts';
import {
  runningMonthCheck,
  substanceCheck,
} from '../../../transforms/management-one/checks/substance.ts';
import {
  sortProblems,
  unmappedItemProblem,
  unmappedLocationProblem,
} from '../../../transforms/management-one/problems.ts';
import type { Month } from '../../../transforms/month.ts';
import type { Work } from '../../run/work.ts';
import type { ManagementOneConfiguration } from '../../settings/management-one.ts';
import { historyStart, today } from '../../sync/slices.ts';
import type { MonthFigures } from './figures.ts';
import { exportedLocations } from './locations.ts';
import type { RenderedMonth } from './render.ts';

export interface CheckReport {
  readonly checks: readonly Check[];
  readonly problems: readonly Problem[];
  /** Whether anything of it must keep the file from leaving. */
  readonly isHeld: boolean;
}

/** Every proof of the month with its result, and everything that should be mended. */
export function runChecks(
  work: Work,
  settings: ManagementOneConfiguration,
  month: Month,
  figures: MonthFigures,
  rendered: RenderedMonth,
): CheckReport {
  const { configuration } = work;
  const field = configuration.item_fields.class_code;
  const checks = [
    ...reconciliationChecks(figures.agreement, settings.on_order_check),
    orderCheck(figures.ordersApart, settings.on_order_check),
    priceCheck(figures.pricesApart),
    ...rollForwardChecks(figures.rollForwardDifferences, settings.unexplained_limit),
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
    ...figures.unmappedLocations.map(unmappedLocation =>
      unmappedLocationProblem(unmappedLocation, { leftOut, ...settings.problems }),
    ),
    ...figures.unmappedItems.map(unmappedItem =>
      unmappedItemProblem(unmappedItem, figures.decisions.get(unmappedItem.code)!, field),
    ),
  ]);
  const isHeld =
    checks.some(({ result }) => result === 'failed') ||
    problems.some(({ treatment }) => treatment === 'held');
  return { checks, problems, isHeld };
}
