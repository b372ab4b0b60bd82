/** Checks that the beginning plus the movements of the month is the end. */
import { money, units } from '../../figures.ts';
import type { Check } from '../../findings.ts';
import { hundredths, sumOf } from '../cents.ts';
import { absolute, at, listed, signed } from './wording.ts';

/** Begin plus movements less end of a location and class, where that is not zero. Exact text. */
export interface RollForwardDifference {
  readonly location: string;
  readonly code: string;
  readonly units: string;
  readonly cost: string;
}

/** How much of a location and class may be unexplained before the file is held. */
export interface UnexplainedLimit {
  readonly units: number;
  readonly cost: number;
}

/** Checks begin + received - returned + transfers + adjusted - sold = end, in units and at cost. */
export function rollForwardChecks(
  rollForwardDifferences: readonly RollForwardDifference[],
  limit: UnexplainedLimit,
): readonly Check[] {
  return (['units', 'cost'] as const).map(kind =>
    differenceCheck(
      `roll-forward of ${kind}`,
      rollForwardDifferences.map(row => ({ ...row, amount: row[kind] })),
      String(limit[kind]),
      kind === 'units' ? units : money,
      'begin + received - returned + transfers + adjusted - sold = end, for every location and class',
    ),
  );
}

/**
 * Checks begin + every inventory transaction = end, in units.
 *
 * @param isKnown whether the warehouse has the transactions of the complete month
 */
export function stockChangeCheck(
  rows: readonly Pick<RollForwardDifference, 'location' | 'code' | 'units'>[],
  limit: UnexplainedLimit,
  isKnown: boolean,
): Check {
  const name = 'begin plus inventory transactions equals end';
  if (!isKnown) {
    const detail =
      'not checked: the month begins before the history in the warehouse (history.from in the configuration)';
    return { name, result: 'note', figure: '', detail };
  }
  return differenceCheck(
    name,
    rows.map(row => ({ ...row, amount: row.units })),
    String(limit.units),
    units,
    'in units, for every location and class',
  );
}

function differenceCheck(
  name: string,
  rows: readonly { location: string; code: string; amount: string }[],
  limit: string,
  text: (value: string) => string,
  whenEqual: string,
): Check {
  const differing = rows.filter(({ amount }) => hundredths(amount) !== 0n);
  const beyond = differing.filter(({ amount }) => absolute(hundredths(amount)) > hundredths(limit));
  const figure = text(sumOf(differing.map(({ amount }) => amount)));
  if (differing.length === 0) return { name, result: 'ok', figure, detail: whenEqual };
  const shown = beyond.length > 0 ? beyond : differing;
  const lines = shown.map(row => `${at(row.location, row.code)}${signed(text(row.amount))}`);
  return {
    name,
    result: beyond.length > 0 ? 'failed' : 'note',
    figure,
    detail: `unexplained, ${beyond.length > 0 ? 'beyond' : 'within'} the limit of ${limit}: ${listed(lines)}`,
  };
}
