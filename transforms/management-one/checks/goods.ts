/** Orders and prices, each against Heartland's other word for it. */
import { money, units } from '../../figures.ts';
import type { Check } from '../../findings.ts';
import { sumOf } from '../cents.ts';
import { listed, signed } from './wording.ts';

/** An open order and how far its lines are from its own totals. Exact text. */
export interface OrderApart {
  readonly id: string;
  readonly number: string | null;
  readonly units: string;
  readonly cost: string;
}

/** The lines of each open order sum to what the order itself says is still to come, in units and at cost. */
export function orderCheck(apart: readonly OrderApart[], policy: 'hold' | 'note'): Check {
  return {
    name: 'open orders sum to their own totals',
    result: apart.length === 0 ? 'ok' : policy === 'hold' ? 'failed' : 'note',
    figure: `${apart.length} differ`,
    detail:
      apart.length === 0
        ? 'in units and at cost'
        : listed(
            apart.map(
              row =>
                `order ${row.number ?? row.id} ${signed(units(row.units))} units, ${signed(money(row.cost))} at cost`,
            ),
          ),
  };
}

/** An item whose stock Heartland values at another price than the item's own. */
export interface PriceApart {
  readonly item: string;
  readonly places: number;
  readonly difference: string;
}

/** Stock is valued at the prices that the movements are valued at; a note, because a location may have its own prices. */
export function priceCheck(apart: readonly PriceApart[]): Check {
  return {
    name: 'stock is valued at the items’ prices',
    result: apart.length === 0 ? 'ok' : 'note',
    figure: money(sumOf(apart.map(({ difference }) => difference))),
    detail:
      apart.length === 0
        ? 'begin and end retail are units times the current price of each item'
        : listed(apart.map(row => `item ${row.item} ${signed(money(row.difference))}`)),
  };
}
