/** What is in the file, and what is not. */
import { money, rounded, units } from '../../figures.ts';
import type { Check } from '../../findings.ts';
import { difference, hundredths } from '../cents.ts';
import { FIGURES, type Figures, isUnits } from '../figures.ts';
import { listed, signed } from './wording.ts';

/**
 * The columns of the file, each cell rounded as it is written and summed, against what the warehouse says they must sum
 * to: no cell is lost, doubled or changed on its way into the file.
 *
 * @param sums of the columns as they are written
 * @param written what the warehouse says
 * @param total the exact totals, which differ from the former by what rounding cells does
 */
export function fileCheck(
  rowCount: number,
  sums: Figures,
  written: Figures,
  total: Figures,
): Check {
  const columns = FIGURES.map(name => ({
    name,
    sum: sums[name] ?? '0',
    due: written[name] ?? '0',
  }));
  const wrong = columns.filter(({ sum, due }) => !isSame(sum, due));
  const rounding = columns
    .map(({ name, sum }) => ({ name, by: difference(sum, total[name] ?? '0') }))
    .filter(({ by }) => hundredths(by) !== 0n);
  const check = { name: 'the file adds up', figure: `${rowCount} rows` };
  if (wrong.length > 0) {
    const lines = wrong.map(({ name, sum, due }) => `${name} ${sum} in the file, ${due} due`);
    return { ...check, result: 'failed', detail: listed(lines) };
  }
  if (rounding.length > 0) {
    const lines = rounding.map(
      ({ name, by }) => `${name} ${signed(isUnits(name) ? units(by) : money(by))}`,
    );
    return {
      ...check,
      result: 'note',
      detail: `its columns sum to what the cells must; rounding each cell leaves ${listed(lines)} beside the exact totals`,
    };
  }
  return { ...check, result: 'ok', detail: 'its columns sum to the totals, to the cent' };
}

/** Whether two amounts are equal to the last of at most four decimals. */
function isSame(a: string, b: string): boolean {
  return rounded(a, 4) === rounded(b, 4);
}

/** What is left out of the file: it and the file together are what Heartland has. */
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
