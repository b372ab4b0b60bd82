import type { Check } from '../../findings.ts';
import type { Figures } from '../figures.ts';

/** Figures that some of must be there in any month in which there was a shop. */
const SUBSTANCE = ['BeginUnits', 'ReceivedUnits', 'SoldUnits', 'NetSales', 'EndUnits', 'EndCost'];

/**
 * Whether the file says anything of the month: one that begins before the account does has nothing in it but what is on
 * order today, and would pass every comparison.
 */
export function substanceCheck(file: Figures): Check {
  const isEmpty = SUBSTANCE.every(name => /^-?[0.]*$/.test(file[name] ?? ''));
  return {
    name: 'the month has figures',
    result: isEmpty ? 'failed' : 'ok',
    figure: `${file.SoldUnits} units sold, ${file.EndUnits} at the end`,
    detail: isEmpty
      ? 'Heartland has neither stock nor sales in these days; the account may not go back that far'
      : 'stock or sales in these days',
  };
}

/** Says of a month that still runs how far its figures go; undefined once it is over. */
export function runningMonthCheck(end: string, today: string): Check | undefined {
  if (end < today) return undefined;
  return {
    name: 'the month is over',
    result: 'note',
    figure: `it ends on ${end}`,
    detail: `today is ${today}, so the figures are not final`,
  };
}
