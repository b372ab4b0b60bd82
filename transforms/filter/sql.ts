/**
 * Compiles a filter to an SQL condition that selects the rows Heartland would select.
 *
 * Nothing from the filter goes into the text: fields become column expressions of a given map, values
 * and custom keys become parameters. As in Heartland's pseudo-SQL, a comparison with a field that
 * has no value is never true, `$neq` and `$nin` included.
 */
import type { FilterColumns } from './column.ts';
import type { Comparison, Expression } from './expression.ts';
import type { Filter, Operator, Scalar } from './filter.ts';
import { parseExpression } from './parse.ts';
import {
  compareNumber,
  familyOf,
  isText,
  type NewParameter,
  numberOf,
  type Side,
  sideOf,
} from './sql-side.ts';
import { sqlValue, wrongValue } from './sql-value.ts';

export interface SqlCondition {
  /** A boolean expression, in parentheses where needed. */
  readonly text: string;
  /** The parameters, from `$firstParameter` on. */
  readonly values: readonly unknown[];
}

interface Context {
  readonly columns: FilterColumns;
  readonly parameter: NewParameter;
}

const SYMBOLS: Readonly<Record<Exclude<Operator, '$in' | '$nin' | '$like'>, string>> = {
  $eq: '=',
  $neq: '<>',
  $gt: '>',
  $gte: '>=',
  $lt: '<',
  $lte: '<=',
};

/**
 * Compiles a filter. An empty filter is `TRUE`.
 *
 * A text field (an item number) equals a number as text, but is ordered against it as a number. A
 * custom field is compared with text as text and with a number as a number: text that is not a
 * number then has no order and equals nothing (so `$neq` selects it). `true` and `"true"` are the
 * same for a custom field.
 *
 * @throws ConfigurationError `FILTER_INVALID`, `FILTER_FIELD_UNKNOWN`, `FILTER_VALUE_INVALID`
 */
export function filterToSql(
  filter: Filter,
  columns: FilterColumns,
  firstParameter = 1,
): SqlCondition {
  const values: unknown[] = [];
  const parameter: NewParameter = (value, type) => {
    values.push(value);
    return `$${firstParameter + values.length - 1}::${type}`;
  };
  const text = expressionSql(parseExpression(filter), { columns, parameter });
  return { text, values };
}

function expressionSql(expression: Expression, context: Context): string {
  if (expression.kind === 'comparison') return comparisonSql(expression, context);
  const parts = expression.parts.map(part => expressionSql(part, context));
  if (parts.length <= 1) return parts[0] ?? 'TRUE';
  return `(${parts.join(expression.kind === 'and' ? ' AND ' : ' OR ')})`;
}

function comparisonSql(comparison: Comparison, context: Context): string {
  const { field, operator, operand, path } = comparison;
  const sideNamed = (name: string) => sideOf(name, path, context.columns, context.parameter);
  const side = sideNamed(field);
  if (side.type === 'jsonb' && operand.kind !== 'null') {
    throw wrongValue(path, field, `one custom field, as ${field}@key`);
  }
  switch (operand.kind) {
    case 'null':
      return `${side.sql} IS ${operator === '$neq' ? 'NOT ' : ''}NULL`;
    case 'list':
      return listSql(side, operator === '$nin', operand.values, path, context);
    case 'reference':
      return referenceSql(side, symbolOf(operator), sideNamed(operand.field), path);
    case 'value':
      return valueSql(side, operator, operand.value, path, context);
  }
}

function valueSql(
  side: Side,
  operator: Operator,
  value: Scalar,
  path: string,
  { parameter }: Context,
): string {
  if (operator === '$like') {
    // Without a wildcard too: documented as both "behaves as $eq" and "case insensitive".
    if (isText(side)) return `${side.sql} ILIKE ${parameter(likePattern(String(value)), 'text')}`;
    if (String(value).includes('*'))
      throw wrongValue(path, value, 'no *, because the field is not text');
  }
  const symbol = symbolOf(operator);
  const isOrder = symbol !== '=' && symbol !== '<>';
  if (isOrder && (typeof value === 'boolean' || side.type === 'boolean')) {
    throw wrongValue(path, value, '$eq or $neq, because true and false have no order');
  }
  if (typeof value === 'number' && (side.type === 'custom' || (side.type === 'text' && isOrder))) {
    return compareNumber(side, symbol, parameter(String(value), 'numeric'), symbol === '<>');
  }
  const { text, type } = sqlValue(side.type === 'custom' ? 'text' : side.type, value, path);
  return `${side.sql} ${symbol} ${parameter(text, type)}`;
}

function listSql(
  side: Side,
  isNot: boolean,
  list: readonly Scalar[],
  path: string,
  { parameter }: Context,
): string {
  const symbol = isNot ? '<> ALL' : '= ANY';
  const columnType = side.type === 'custom' ? 'text' : side.type;
  const numbers = side.type === 'custom' ? list.filter(value => typeof value === 'number') : [];
  const others = numbers.length === 0 ? list : list.filter(value => typeof value !== 'number');
  const parts: string[] = [];
  if (numbers.length > 0) {
    parts.push(
      compareNumber(side, symbol, `(${parameter(numbers.map(String), 'numeric[]')})`, isNot),
    );
  }
  if (others.length > 0 || numbers.length === 0) {
    const sqlValues = others.map(value => sqlValue(columnType, value, path));
    // One number outside bigint makes the list numeric; an empty list needs the column's type.
    const type = sqlValues.find(value => value.type !== columnType)?.type ?? columnType;
    const texts = sqlValues.map(value => value.text);
    parts.push(`${side.sql} ${symbol} (${parameter(texts, `${type}[]`)})`);
  }
  return parts.length === 1 ? parts.join('') : `(${parts.join(isNot ? ' AND ' : ' OR ')})`;
}

function referenceSql(left: Side, symbol: string, right: Side, path: string): string {
  if (familyOf(left) === familyOf(right)) return `${left.sql} ${symbol} ${right.sql}`;
  if (familyOf(left) === 'number' && right.type === 'custom') {
    return `${left.sql} ${symbol} ${numberOf(right)}`;
  }
  if (left.type === 'custom' && familyOf(right) === 'number') {
    return `${numberOf(left)} ${symbol} ${right.sql}`;
  }
  throw wrongValue(path, `${left.type} and ${right.type}`, 'two fields of one type');
}

function symbolOf(operator: Operator): string {
  return operator === '$like' || operator === '$in' || operator === '$nin'
    ? '='
    : SYMBOLS[operator];
}

/** Turns Heartland's wildcard `*` into SQL's; SQL's own wildcards are escaped. */
function likePattern(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&').replaceAll('*', '%');
}
