/** Our figures against those that Heartland summed itself. */
import { money, units } from '../../figures.ts';
import type { Check } from '../../findings.ts';
import { hundredths } from '../cents.ts';
import { at, listed, signed } from './wording.ts';

/** What we have and what Heartland summed itself, as exact text. */
export interface Reconciliation {
  readonly level: 'class' | 'location' | 'all';
  /** Empty where there is none, and in all. */
  readonly location: string;
  /** The class code as items have it; empty where they have none, and where classes are summed. */
  readonly code: string;
  readonly metric: string;
  readonly ours: string;
  readonly theirs: string;
  readonly difference: string;
}

/** The figures that Heartland is asked for, by the names they have in `agreement.sql`, and what is claimed of them. */
export const COMPARED: Readonly<Record<string, string>> = {
  begin_units: 'begin units agree',
  begin_cost: 'begin cost agrees',
  begin_retail: 'begin retail agrees',
  sold_units: 'units sold agree',
  sold_retail: 'net sales agree',
  sold_cost: 'cost of sales agrees',
  markdowns_retail: 'markdowns agree',
  end_units: 'end units agree',
  end_cost: 'end cost agrees',
  end_retail: 'end retail agrees',
  on_order_units: 'units on order agree',
  on_order_retail: 'retail on order agrees',
};

/** From the widest to the finest: the widest that differs is told first. */
const LEVELS: readonly Reconciliation['level'][] = ['all', 'location', 'class'];

/**
 * Each location and class, the classes of each location summed, and the locations summed, to the cent.
 *
 * @param onOrder what a difference in what is on order means: orders change while they are asked for, and other
 *   accounts may count them differently
 */
export function reconciliationChecks(
  rows: readonly Reconciliation[],
  onOrder: 'hold' | 'note',
): readonly Check[] {
  return Object.entries(COMPARED).map(([metric, label]): Check => {
    const own = rows.filter(row => row.metric === metric);
    const text = metric.endsWith('_units') ? units : money;
    const wrong = own
      .filter(({ difference }) => hundredths(difference) !== 0n)
      .toSorted((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level));
    const isMild = metric.startsWith('on_order') && onOrder === 'note';
    return {
      name: `${label} with Heartland`,
      result: wrong.length === 0 ? 'ok' : isMild ? 'note' : 'failed',
      figure: text(own.find(({ level }) => level === 'all')?.ours ?? '0'),
      detail:
        wrong.length === 0
          ? 'each location and class, each location over its classes, and all of them together'
          : listed(wrong.map(row => apart(row, text))),
    };
  });
}

function apart(row: Reconciliation, text: (value: string) => string): string {
  const place =
    row.level === 'all' ? 'in all ' : at(row.location, row.level === 'class' ? row.code : null);
  return `${place}${text(row.ours)} here, ${text(row.theirs)} in Heartland, ${signed(text(row.difference))}`;
}
