/** The list of what should be mended in Heartland, each line with the item, the place, the amounts and the fix. */
import { MAX_CLASS_CODE_LENGTH } from '../class-code.ts';
import { money, units } from '../figures.ts';
import type { Problem } from '../findings.ts';
import type { ClassDecision } from './classes.ts';

/** An item whose class code fits no class, at one location. Amounts are exact text. */
export interface Misfit {
  readonly item: string;
  readonly description: string | null;
  readonly location: string;
  readonly code: string;
  readonly stock_units: string;
  readonly stock_cost: string;
  readonly stock_retail: string;
  readonly sold_units: string;
  readonly net_sales: string;
  readonly on_order_units: string;
}

/** A location with figures that the configuration does not know. */
export interface Stray {
  readonly location: string;
  readonly name: string | null;
  readonly stock_units: string;
  readonly stock_cost: string;
  readonly sold_units: string;
  readonly net_sales: string;
  readonly on_order_units: string;
  readonly on_order_cost: string;
}

const KIND = {
  missing: 'no_class_code',
  case_or_space: 'class_code_spelling',
  unknown: 'unknown_class_code',
  characters: 'class_code_characters',
  too_long: 'class_code_too_long',
} as const;

/** The line for one item at one location. */
export function misfitProblem(misfit: Misfit, decision: ClassDecision, field: string): Problem {
  const kind = decision.problem ?? 'unknown';
  return {
    kind: KIND[kind],
    treatment: decision.treatment ?? 'held',
    itemNumber: misfit.item === '' ? undefined : misfit.item,
    description: misfit.description ?? undefined,
    locationNumber: misfit.location,
    found: misfit.code === '' ? undefined : misfit.code,
    atStake: {
      stock_units: units(misfit.stock_units),
      stock_cost: money(misfit.stock_cost),
      stock_retail: money(misfit.stock_retail),
      sold_units: units(misfit.sold_units),
      net_sales: money(misfit.net_sales),
      on_order_units: units(misfit.on_order_units),
    },
    fix: fixOf(misfit, decision, field),
  };
}

function fixOf({ item, code }: Misfit, { problem, suggestion }: ClassDecision, field: string) {
  const perhaps = suggestion === undefined ? '' : `, perhaps to "${suggestion}"`;
  if (item === '') {
    return 'Figures without an item number: find the item in Heartland and give it a number and a class code.';
  }
  if (item.startsWith('#')) {
    return `Heartland’s documents name an item (${item}) that its item list does not hold: see whether it was deleted or merged.`;
  }
  switch (problem) {
    case 'missing':
      return `Set ${field} of item ${item} in Heartland to a class code of the list.`;
    case 'case_or_space':
      return `Write ${field} of item ${item} in Heartland as "${suggestion}"; it is "${code}" now.`;
    case 'characters':
      return `Change ${field} of item ${item} in Heartland${perhaps}: "${code}" has characters that Management One does not take.`;
    case 'too_long':
      return `Change ${field} of item ${item} in Heartland${perhaps}: "${code}" is longer than ${MAX_CLASS_CODE_LENGTH} characters.`;
    default:
      return `Change ${field} of item ${item} in Heartland${perhaps}, or have Management One add "${code}" and put it under class_codes.`;
  }
}

/**
 * The line for a location that is not in the configuration.
 *
 * @param policy what becomes of figures that name no location at all
 */
export function strayProblem(stray: Stray, policy: 'hold' | 'leave_out'): Problem {
  const isNowhere = stray.location === '';
  return {
    kind: isNowhere ? 'no_location_number' : 'location_not_mapped',
    treatment: isNowhere && policy === 'leave_out' ? 'left_out' : 'held',
    itemNumber: undefined,
    description: stray.name ?? undefined,
    locationNumber: isNowhere ? undefined : stray.location,
    found: isNowhere ? undefined : stray.location,
    atStake: {
      stock_units: units(stray.stock_units),
      stock_cost: money(stray.stock_cost),
      sold_units: units(stray.sold_units),
      net_sales: money(stray.net_sales),
      on_order_units: units(stray.on_order_units),
      on_order_cost: money(stray.on_order_cost),
    },
    fix: isNowhere
      ? 'Give these purchase orders or documents a location in Heartland, and every location a number.'
      : `Put location "${stray.location}" under locations: in the configuration, with its Management One number, or with management_one: false to leave it out.`,
  };
}
