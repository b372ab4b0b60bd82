import { withThousands } from '../../figures.ts';
import type { Check } from '../../findings.ts';
import type { Figures } from '../figures.ts';

/** In a month with any business at least one of these is not zero. */
const BASIC_FIGURES = [
  'BeginUnits',
  'ReceivedUnits',
  'SoldUnits',
  'NetSales',
  'EndUnits',
  'EndCost',
];

/**
 * Checks that the month has stock or sales.
 *
 * A month before the account's first has nothing but what is on order today, and passes all others.
 */
export function substanceCheck(file: Figures): Check {
  const isEmpty = BASIC_FIGURES.every(name => /^-?[0.]*$/.test(file[name] ?? ''));
  return {
    name: 'the month has figures',
    result: isEmpty ? 'failed' : 'ok',
    figure: `${withThousands(file.SoldUnits ?? '0')} units sold, ${withThousands(file.EndUnits ?? '0')} units at the end`,
    detail: isEmpty
      ? 'Heartland has neither stock nor sales in these days; the account may not go back that far'
      : 'stock or sales in these days',
  };
}

/** Notes that the month is not over yet; undefined once it is. */
export function runningMonthCheck(end: string, today: string): Check | undefined {
  if (end < today) return undefined;
  return {
    name: 'the month is over',
    result: 'note',
    figure: `it ends on ${end}`,
    detail: `today is ${today}, so the figures are not final`,
  };
}
