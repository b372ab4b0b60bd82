/** Checks of orders and prices against a second figure in Heartland. */
import { money, units } from '../../figures.ts';
import type { Check } from '../../findings.ts';
import { sumOf } from '../cents.ts';
import { listed, signed } from './wording.ts';

/** An open order whose lines do not sum to its own totals, and by how much. Exact text. */
export interface OrderDifference {
  readonly id: string;
  readonly number: string | null;
  readonly units: string;
  readonly cost: string;
}

/** Checks that the lines of each open order sum to its own open totals, in units and at cost. */
export function orderCheck(
  differences: readonly OrderDifference[],
  policy: 'hold' | 'note',
): Check {
  return {
    name: 'open orders sum to their own totals',
    result: differences.length === 0 ? 'ok' : policy === 'hold' ? 'failed' : 'note',
    figure: `${differences.length} differ`,
    detail:
      differences.length === 0
        ? 'in units and at cost'
        : listed(
            differences.map(
              row =>
                `order ${row.number ?? row.id} ${signed(units(row.units))} units, ${signed(money(row.cost))} at cost`,
            ),
          ),
  };
}

/** An item whose stock Heartland values at a price other than the item's own. */
export interface PriceDifference {
  readonly item: string;
  readonly places: number;
  readonly difference: string;
}

/** Checks that stock is valued at the items' prices; a note, as a location may have its own. */
export function priceCheck(differences: readonly PriceDifference[]): Check {
  return {
    name: 'stock is valued at the items’ prices',
    result: differences.length === 0 ? 'ok' : 'note',
    figure: money(sumOf(differences.map(({ difference }) => difference))),
    detail:
      differences.length === 0
        ? 'begin and end retail are units times the current price of each item'
        : listed(differences.map(row => `item ${row.item} ${signed(money(row.difference))}`)),
  };
}
