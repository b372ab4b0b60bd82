/**
 * The two ways a filter travels in a request (Heartland API, "Filtering › Filters"):
 * as JSON text, `_filter={"price":{"$gt":10}}`, or as parameters, `_filter[price][$gt]=10`.
 *
 * Names and values come back as they are; whoever builds the address (URLSearchParams) escapes them.
 */
import { ConfigurationError } from '../errors.ts';
import type { Comparison, Expression } from './expression.ts';
import type { Filter } from './filter.ts';
import { parseExpression } from './parse.ts';

/** A name and a value of the query string. */
export type QueryParameter = readonly [name: string, value: string];

/** The JSON form. Every filter has one. */
export function encodeJson(filter: Filter): QueryParameter {
  return ['_filter', JSON.stringify(toJson(parseExpression(filter)))];
}

/**
 * The bracket form: conditions that must all hold, one value each. `name` is `_filter` or its short form `~`.
 * @throws ConfigurationError `FILTER_NEEDS_JSON` for $or, lists, null, empty text, and a field compared twice by one
 *   operator: as parameters they mean something else, or nothing that is documented.
 */
export function encodeBrackets(
  filter: Filter,
  name: '_filter' | '~' = '_filter',
): QueryParameter[] {
  const parameters = new Map<string, string>();
  for (const comparison of conjunction(parseExpression(filter))) {
    // With its operator even where that is $eq: `[f]=1` and `[f][$gt]=0` would make `f` a text and a hash at once.
    const parameter = `${name}[${comparison.field}][${comparison.operator}]`;
    if (parameters.has(parameter)) {
      throw needsJson(comparison.path, `a second ${comparison.operator} on ${comparison.field}`);
    }
    parameters.set(parameter, parameterValue(comparison));
  }
  return [...parameters];
}

function conjunction(expression: Expression): readonly Comparison[] {
  if (expression.kind === 'comparison') return [expression];
  if (expression.kind === 'or') throw needsJson('$or', '$or');
  return expression.parts.flatMap(conjunction);
}

function parameterValue({ operand, path }: Comparison): string {
  switch (operand.kind) {
    case 'null':
      throw needsJson(path, 'null');
    case 'list':
      throw needsJson(path, 'a list');
    case 'reference':
      return `{{${operand.field}}}`;
    case 'value':
      if (operand.value === '') throw needsJson(path, 'empty text');
      return String(operand.value);
  }
}

/** `{"a": null}` is written out as `{"a": {"$eq": null}}`, the only form the documentation knows for null. */
function toJson(expression: Expression): object {
  if (expression.kind !== 'comparison') {
    const parts = expression.parts.map(toJson);
    if (expression.kind === 'or') return { $or: parts };
    const entries = parts.flatMap(part => Object.entries(part));
    const hasOwnKeys = new Set(entries.map(([key]) => key)).size === entries.length;
    return hasOwnKeys ? Object.fromEntries(entries) : { $and: parts };
  }
  const { field, operator, operand } = expression;
  switch (operand.kind) {
    case 'null':
      return { [field]: { [operator]: null } };
    case 'list':
      return { [field]: { [operator]: operand.values } };
    case 'reference':
      return { [field]: { [operator]: `{{${operand.field}}}` } };
    case 'value':
      return { [field]: operator === '$eq' ? operand.value : { [operator]: operand.value } };
  }
}

function needsJson(path: string, what: string): ConfigurationError {
  return new ConfigurationError('FILTER_NEEDS_JSON', {
    problem: `The filter cannot be written as query parameters at ${path}`,
    found: what,
    expected: 'conditions that must all hold, with one value each',
    next: 'Send it in the JSON form.',
  });
}
