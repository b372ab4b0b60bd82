/** Checks of what is in the file, and of what is left out. */
import { money, rounded, units } from '../../figures.ts';
import type { Check } from '../../findings.ts';
import { difference, hundredths } from '../cents.ts';
import { FIGURES, type Figures, isUnits } from '../figures.ts';
import { listed, signed } from './wording.ts';

/**
 * Checks that each column of the file sums to what the warehouse says it must.
 *
 * No cell was lost, doubled or changed on its way into the file.
 *
 * @param sums of the columns as they are written, each cell rounded
 * @param expected the same sums, computed by the warehouse
 * @param total the exact totals; rounding the cells makes the sums differ from them
 */
export function fileCheck(
  rowCount: number,
  sums: Figures,
  expected: Figures,
  total: Figures,
): Check {
  const columns = FIGURES.map(name => ({
    name,
    sum: sums[name] ?? '0',
    expectedSum: expected[name] ?? '0',
  }));
  const wrong = columns.filter(({ sum, expectedSum }) => !isSame(sum, expectedSum));
  const rounding = columns
    .map(({ name, sum }) => ({ name, by: difference(sum, total[name] ?? '0') }))
    .filter(({ by }) => hundredths(by) !== 0n);
  const check = { name: 'the file adds up', figure: `${rowCount.toLocaleString('en-US')} rows` };
  if (wrong.length > 0) {
    const lines = wrong.map(
      ({ name, sum, expectedSum }) => `${name} ${sum} in the file, expected ${expectedSum}`,
    );
    return { ...check, result: 'failed', detail: listed(lines) };
  }
  if (rounding.length > 0) {
    const lines = rounding.map(
      ({ name, by }) => `${name} ${signed(isUnits(name) ? units(by) : money(by))}`,
    );
    return {
      ...check,
      result: 'note',
      detail: `the columns sum to the rounded cells; rounding changes the exact totals by ${listed(lines)}`,
    };
  }
  return { ...check, result: 'ok', detail: 'the columns sum to the totals, to the cent' };
}

/** Whether two amounts are equal to the last of at most four decimals. */
function isSame(a: string, b: string): boolean {
  return rounded(a, 4) === rounded(b, 4);
}

/** Reports what is left out of the file: with the file it is everything that Heartland has. */
export function leftOutCheck(leftOut: Figures): Check {
  const some = FIGURES.filter(name => hundredths(leftOut[name] ?? '0') !== 0n);
  return {
    name: 'left out of the file',
    result: some.length === 0 ? 'ok' : 'note',
    figure: `net sales ${money(leftOut.NetSales ?? '0')}`,
    detail:
      some.length === 0
        ? 'nothing: every figure is in the file'
        : some.map(name => `${name} ${leftOut[name]}`).join(', '),
  };
}
