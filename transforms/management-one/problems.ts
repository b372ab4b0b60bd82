/** The issues to fix in Heartland, each with the item, the location, the amounts and the fix. */
import { type ClassCodeProblem, MAX_CLASS_CODE_LENGTH } from '../class-code.ts';
import { money, units } from '../figures.ts';
import type { Problem } from '../findings.ts';
import type { ClassDecision } from './classes.ts';

/** The amounts that an issue affects, as exact text. */
interface AtStake {
  readonly begin_units: string;
  readonly end_units: string;
  readonly end_cost: string;
  readonly end_retail: string;
  readonly received_units: string;
  readonly received_cost: string;
  readonly sold_units: string;
  readonly net_sales: string;
  readonly on_order_units: string;
  readonly on_order_cost: string;
}

/** An item without a valid class code, at one location. */
export interface UnmappedItem extends AtStake {
  /** Empty where there is none; `#` and Heartland's own id where the item list does not hold it. */
  readonly item: string;
  readonly description: string | null;
  readonly location: string;
  readonly code: string;
}

/** A location with figures that is not in the file. */
export interface UnmappedLocation extends AtStake {
  /** Empty where there is none. */
  readonly location: string;
  readonly name: string | null;
  /** Where there is no number: the documents whose location has none. */
  readonly documents?: readonly SourceDocument[];
}

/** A document that names no location, or one without a number. */
export interface SourceDocument {
  /** As `purchase order`. */
  readonly kind: string;
  readonly number: string;
  /** Name of the location that has no number; null where the document names none. */
  readonly location: string | null;
}

const KIND: Readonly<Record<ClassCodeProblem, string>> = {
  missing: 'no_class_code',
  case_or_space: 'class_code_spelling',
  unknown: 'unknown_class_code',
  characters: 'class_code_characters',
  too_long: 'class_code_too_long',
};

/** Describes the issue of one item at one location. `field` is that of the class code. */
export function unmappedItemProblem(
  unmappedItem: UnmappedItem,
  decision: ClassDecision,
  field: string,
): Problem {
  return {
    kind: KIND[decision.problem ?? 'unknown'],
    treatment: decision.treatment ?? 'held',
    itemNumber: unmappedItem.item === '' ? undefined : unmappedItem.item,
    description: unmappedItem.description ?? undefined,
    locationNumber: unmappedItem.location,
    found: unmappedItem.code === '' ? undefined : unmappedItem.code,
    atStake: atStake(unmappedItem),
    fix: fixOf(unmappedItem, decision, field),
  };
}

function fixOf(
  { item, code }: UnmappedItem,
  { problem, suggestion }: ClassDecision,
  field: string,
) {
  const perhaps = suggestion === undefined ? '' : `, perhaps to "${suggestion}"`;
  if (item === '') {
    return 'These figures have no item number: find the item in Heartland and give it a number and a class code.';
  }
  if (item.startsWith('#')) {
    return `Documents in Heartland name an item (${item}) that is not in its item list: check whether it was deleted or merged.`;
  }
  switch (problem) {
    case 'missing':
      return `Set ${field} of item ${item} in Heartland to a class code on the list.`;
    case 'case_or_space':
      return `Write ${field} of item ${item} in Heartland as "${suggestion}"; it is "${code}" now.`;
    case 'characters':
      return `Change ${field} of item ${item} in Heartland${perhaps}: "${code}" has characters that Management One does not accept.`;
    case 'too_long':
      return `Change ${field} of item ${item} in Heartland${perhaps}: "${code}" is longer than ${MAX_CLASS_CODE_LENGTH} characters.`;
    default:
      if (suggestion === undefined) {
        return `Ask Management One to add "${code}" and put it under class_codes, or correct ${field} of item ${item} in Heartland.`;
      }
      return `Change ${field} of item ${item} in Heartland${perhaps}, or have Management One add "${code}" and put it under class_codes.`;
  }
}

/** What the configuration says about locations that are not in the file. */
export interface UnmappedLocationRules {
  /** Numbers of the locations that the configuration leaves out. */
  readonly leftOut: readonly string[];
  readonly location_not_mapped: 'hold' | 'leave_out';
  readonly no_location: 'hold' | 'leave_out';
}

/** Describes the issue of a location with figures that is not in the file. */
export function unmappedLocationProblem(
  unmappedLocation: UnmappedLocation,
  rules: UnmappedLocationRules,
): Problem {
  const { location } = unmappedLocation;
  const line = {
    itemNumber: undefined,
    description: unmappedLocation.name ?? undefined,
    locationNumber: location === '' ? undefined : location,
    found: location === '' ? undefined : location,
    atStake: atStake(unmappedLocation),
  };
  if (location === '') {
    return {
      ...line,
      kind: 'no_location_number',
      treatment: rules.no_location === 'hold' ? 'held' : 'left_out',
      ...documentIssue(unmappedLocation.documents ?? []),
    };
  }
  if (rules.leftOut.includes(location)) {
    return {
      ...line,
      kind: 'location_left_out',
      treatment: 'left_out',
      fix: `Nothing, if this is intended: the configuration leaves location "${location}" out (management_one: false).`,
    };
  }
  return {
    ...line,
    kind: 'location_not_mapped',
    treatment: rules.location_not_mapped === 'hold' ? 'held' : 'left_out',
    fix: `Put location "${location}" under locations: in the configuration, with its Management One number, or with management_one: false to leave it out.`,
  };
}

/** How many documents the fix names; the problem lists them all. */
const NAMED = 20;

function documentIssue(sources: readonly SourceDocument[]): Pick<Problem, 'documents' | 'fix'> {
  if (sources.length === 0) return { fix: 'Give every location in Heartland a number.' };
  const documents = sources.map(
    ({ kind, number, location }) =>
      `${kind} ${number}${location === null ? '' : ` (its location "${location}" has no number)`}`,
  );
  const more = documents.length > NAMED ? `, and ${documents.length - NAMED} more` : '';
  const named = documents.slice(0, NAMED).join(', ');
  return {
    documents,
    fix: `Give each of these a location with a number in Heartland: ${named}${more}.`,
  };
}

/** The amounts that are not zero, as a person reads them. */
function atStake(amounts: AtStake): Readonly<Record<string, string>> {
  const texts: Record<string, string> = {
    begin_units: units(amounts.begin_units),
    end_units: units(amounts.end_units),
    end_cost: money(amounts.end_cost),
    end_retail: money(amounts.end_retail),
    received_units: units(amounts.received_units),
    received_cost: money(amounts.received_cost),
    sold_units: units(amounts.sold_units),
    net_sales: money(amounts.net_sales),
    on_order_units: units(amounts.on_order_units),
    on_order_cost: money(amounts.on_order_cost),
  };
  return Object.fromEntries(Object.entries(texts).filter(([, text]) => !/^[0.]+$/.test(text)));
}

const ORDER: readonly Problem['treatment'][] = ['held', 'unclassified', 'left_out', 'noted'];

/** Sorts what holds the file to the front; otherwise the order stays. */
export function sortProblems(problems: readonly Problem[]): readonly Problem[] {
  return problems.toSorted((a, b) => ORDER.indexOf(a.treatment) - ORDER.indexOf(b.treatment));
}
