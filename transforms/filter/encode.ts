import type { Expression } from './expression.ts';
import type { Filter } from './filter.ts';
import { parseExpression } from './parse.ts';

/** A name and a value of the query string. */
type QueryParameter = readonly [name: string, value: string];

/**
 * A filter as a query parameter: JSON text, `_filter={"price":{"$gt":10}}` (Heartland API,
 * "Filtering › Filters"). Not escaped: URLSearchParams does that.
 */
export function encodeJson(filter: Filter): QueryParameter {
  return ['_filter', JSON.stringify(toJson(parseExpression(filter)))];
}

/** Writes `{"a": null}` as `{"a": {"$eq": null}}`, the only documented form for null. */
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
