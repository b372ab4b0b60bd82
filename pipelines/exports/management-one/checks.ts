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
import type { MonthFigures } from './figures/figures.ts';
import type { RenderedMonth } from './render.ts';
import { exportedLocations } from './settings.ts';

/** What the checks found. */
export interface CheckReport {
  readonly checks: readonly Check[];
  readonly problems: readonly Problem[];
  /** Whether a failed check or an issue holds the file. */
  readonly isHeld: boolean;
}

/** Runs every check of the month, and lists every issue to fix. */
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
    ...reconciliationChecks(figures.reconciliations, settings.on_order_check),
    orderCheck(figures.orderDifferences, settings.on_order_check),
    priceCheck(figures.priceDifferences),
    ...rollForwardChecks(figures.rollForwardDifferences, settings.unexplained_limit),
    stockChangeCheck(
      figures.unexplained,
      settings.unexplained_limit,
      historyStart(work) <= month.start,
    ),
    completeCheck(figures.missing, figures.partCount),
    quarantineCheck(figures.quarantined),
    rendered.check,
    fileCheck(rendered.rowCount, rendered.sums, figures.expectedSums, figures.totals.file),
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
