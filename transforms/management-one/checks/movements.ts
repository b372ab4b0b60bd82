/** Begin and what happened against end. */
import { money, units } from '../../figures.ts';
import type { Check } from '../../findings.ts';
import { hundredths, sumOf } from '../cents.ts';
import { absolute, at, listed, signed } from './wording.ts';

/** What is left of a location and class when its movements are taken from begin to end. Exact text. */
export interface RollForwardDifference {
  readonly location: string;
  readonly code: string;
  readonly units: string;
  readonly cost: string;
}

/** How much of a location and class may be left unexplained before the file is held. */
export interface UnexplainedLimit {
  readonly units: number;
  readonly cost: number;
}

/** Begin + received − returned ± transfers ± adjusted − sold = end, in units and at cost. */
export function rollForwardChecks(
  rollForwardDifferences: readonly RollForwardDifference[],
  limit: UnexplainedLimit,
): readonly Check[] {
  return (['units', 'cost'] as const).map(kind =>
    leftOverCheck(
      `roll-forward of ${kind}`,
      rollForwardDifferences.map(row => ({ ...row, amount: row[kind] })),
      String(limit[kind]),
      kind === 'units' ? units : money,
      'begin + received - returned + transfers + adjusted - sold = end, for every location and class',
    ),
  );
}

/**
 * Begin + every inventory transaction = end, in units.
 *
 * @param isKnown whether the warehouse holds the transactions of the whole month
 */
export function stockChangeCheck(
  rows: readonly Pick<RollForwardDifference, 'location' | 'code' | 'units'>[],
  limit: UnexplainedLimit,
  isKnown: boolean,
): Check {
  const name = 'begin and every inventory transaction make end';
  if (!isKnown) {
    const detail =
      'not checked: the month began before the history that is kept (history.from in the configuration)';
    return { name, result: 'note', figure: '', detail };
  }
  return leftOverCheck(
    name,
    rows.map(row => ({ ...row, amount: row.units })),
    String(limit.units),
    units,
    'in units, for every location and class',
  );
}

function leftOverCheck(
  name: string,
  rows: readonly { location: string; code: string; amount: string }[],
  limit: string,
  text: (value: string) => string,
  agreed: string,
): Check {
  const some = rows.filter(({ amount }) => hundredths(amount) !== 0n);
  const beyond = some.filter(({ amount }) => absolute(hundredths(amount)) > hundredths(limit));
  const figure = text(sumOf(some.map(({ amount }) => amount)));
  if (some.length === 0) return { name, result: 'ok', figure, detail: agreed };
  const shown = beyond.length > 0 ? beyond : some;
  const lines = shown.map(row => `${at(row.location, row.code)}${signed(text(row.amount))}`);
  return {
    name,
    result: beyond.length > 0 ? 'failed' : 'note',
    figure,
    detail: `unexplained, ${beyond.length > 0 ? 'beyond' : 'within'} the limit of ${limit}: ${listed(lines)}`,
  };
}
