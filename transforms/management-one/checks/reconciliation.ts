/** Reconciles our figures with Heartland's control totals. */
import { money, units } from '../../figures.ts';
import type { Check } from '../../findings.ts';
import { hundredths } from '../cents.ts';
import { at, listed, signed } from './wording.ts';

/** Our figure and Heartland's control total, as exact text. */
export interface Reconciliation {
  readonly level: 'class' | 'location' | 'all';
  /** Empty where there is none, and in the grand total. */
  readonly location: string;
  /** The class code as items have it; empty where they have none, and where classes are summed. */
  readonly code: string;
  readonly metric: string;
  readonly ours: string;
  readonly theirs: string;
  readonly difference: string;
}

/** The reconciled figures by their names in `reconciliation.sql`, and the name of each check. */
export const CHECK_NAMES: Readonly<Record<string, string>> = {
  begin_units: 'begin units match',
  begin_cost: 'begin cost matches',
  begin_retail: 'begin retail matches',
  sold_units: 'units sold match',
  sold_retail: 'net sales match',
  sold_cost: 'cost of sales matches',
  markdowns_retail: 'markdowns match',
  end_units: 'end units match',
  end_cost: 'end cost matches',
  end_retail: 'end retail matches',
  on_order_units: 'units on order match',
  on_order_retail: 'retail on order matches',
};

/** From the widest to the finest: the widest difference is listed first. */
const LEVELS: readonly Reconciliation['level'][] = ['all', 'location', 'class'];

/**
 * Checks each figure by class, by location and in total, to the cent.
 *
 * @param onOrder what a difference in the figures on order does: orders change while they are
 *   requested, and other accounts may count them differently
 */
export function reconciliationChecks(
  rows: readonly Reconciliation[],
  onOrder: 'hold' | 'note',
): readonly Check[] {
  return Object.entries(CHECK_NAMES).map(([metric, label]): Check => {
    const own = rows.filter(row => row.metric === metric);
    const text = metric.endsWith('_units') ? units : money;
    const wrong = own
      .filter(({ difference }) => hundredths(difference) !== 0n)
      .toSorted((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level));
    const isMild = metric.startsWith('on_order') && onOrder === 'note';
    return {
      name: `${label} Heartland`,
      result: wrong.length === 0 ? 'ok' : isMild ? 'note' : 'failed',
      figure: text(own.find(({ level }) => level === 'all')?.ours ?? '0'),
      detail:
        wrong.length === 0
          ? 'matches by class, by location and in total'
          : listed(wrong.map(row => differenceInWords(row, text))),
    };
  });
}

function differenceInWords(row: Reconciliation, text: (value: string) => string): string {
  const place =
    row.level === 'all' ? 'in total ' : at(row.location, row.level === 'class' ? row.code : null);
  return `${place}${text(row.ours)} here, ${text(row.theirs)} in Heartland, ${signed(text(row.difference))}`;
}
