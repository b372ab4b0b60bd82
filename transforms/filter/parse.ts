/**
 * Validates and parses a filter from the configuration.
 *
 * Heartland accepts some wrong filters: an operator without its `$` was seen to select other rows.
 * So everything undocumented is refused here, with the place, the value, and a suggestion.
 */
import { ConfigurationError, type Explanation } from '../errors.ts';
import { suggest } from '../suggestion.ts';
import type { Comparison, Expression, Operand } from './expression.ts';
import { type Filter, OPERATORS, type Operator, type Scalar } from './filter.ts';

/** A field: `price`, `local_completed_at`, `custom@color`, `item.custom@brand`. */
const FIELD = /^(?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*(?:@[^\s{}[\]@]+)?$/;
const REFERENCE = /^\{\{\s*(.*?)\s*\}\}$/s;
const LOGICAL = ['$and', '$or'] as const;
const MAX_DEPTH = 50;

/**
 * Returns the value, validated as a filter.
 *
 * @throws ConfigurationError `FILTER_INVALID` with the path, the value and what was expected
 */
export function parseFilter(value: unknown): Filter {
  parseExpression(value);
  return value as Filter;
}

/** Parses a filter. Throws as {@link parseFilter}. */
export function parseExpression(value: unknown): Expression {
  if (Array.isArray(value)) return { kind: 'and', parts: filters(value, '', 0) };
  return filterObject(value, '', 0);
}

function filters(values: readonly unknown[], path: string, depth: number): Expression[] {
  if (depth > MAX_DEPTH) throw invalid(path, { expected: `at most ${MAX_DEPTH} levels` });
  return values.map((value, index) => {
    const place = `${path}[${index}]`;
    if (typeof value === 'object' && value !== null && Object.keys(value).length === 0) {
      throw invalid(place, {
        found: value,
        expected: 'a condition (an empty one selects everything)',
      });
    }
    if (Array.isArray(value)) return { kind: 'and', parts: filters(value, place, depth + 1) };
    return filterObject(value, place, depth + 1);
  });
}

function filterObject(value: unknown, path: string, depth: number): Expression {
  if (!isObject(value)) {
    throw invalid(path, { found: value, expected: 'an object such as {"price": {"$gt": 10}}' });
  }
  const parts = Object.entries(value).map(([key, condition]): Expression => {
    const place = path === '' ? key : `${path}.${key}`;
    if (key.startsWith('$')) return logical(key, condition, place, depth);
    return fieldCondition(checkedField(key, place), condition, place);
  });
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: 'and', parts };
}

function logical(key: string, value: unknown, path: string, depth: number): Expression {
  if (key !== '$and' && key !== '$or') {
    const isOperator = (OPERATORS as readonly string[]).includes(key);
    throw invalid(path, {
      found: key,
      expected: isOperator
        ? 'a field before the operator, such as {"price": {"$gt": 10}}'
        : `${oneOf(key, LOGICAL)} or a field name`,
    });
  }
  if (!Array.isArray(value) || value.length === 0) {
    throw invalid(path, { found: value, expected: 'a list of filters with at least one' });
  }
  return { kind: key === '$or' ? 'or' : 'and', parts: filters(value, path, depth) };
}

function fieldCondition(field: string, value: unknown, path: string): Expression {
  if (Array.isArray(value)) {
    throw invalid(path, {
      found: value,
      expected: `{"$in": [...]} to compare with several values`,
    });
  }
  if (!isObject(value)) return comparison(field, '$eq', value, path);
  const parts = Object.entries(value).map(([operator, operand]) => {
    const place = `${path}.${operator}`;
    if (!isOperator(operator)) {
      throw invalid(place, { found: operator, expected: oneOf(operator, OPERATORS) });
    }
    return comparison(field, operator, operand, place);
  });
  if (parts.length === 0) throw invalid(path, { found: value, expected: 'at least one operator' });
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind: 'and', parts };
}

function comparison(field: string, operator: Operator, value: unknown, path: string): Comparison {
  return { kind: 'comparison', field, operator, operand: operandOf(operator, value, path), path };
}

function operandOf(operator: Operator, value: unknown, path: string): Operand {
  if (operator === '$in' || operator === '$nin') {
    if (!Array.isArray(value)) {
      throw invalid(path, { found: value, expected: 'a list of values' });
    }
    return {
      kind: 'list',
      values: value.map((member, index) => {
        const place = `${path}[${index}]`;
        if (member === null) {
          throw invalid(place, {
            found: null,
            expected: 'a value; a list never matches null, {"$eq": null} beside it in a $or does',
          });
        }
        const scalar = checkedScalar(member, place);
        if (referenceIn(scalar) === undefined) return scalar;
        throw invalid(place, { found: member, expected: 'a value; $eq compares with a field' });
      }),
    };
  }
  if (value === null) {
    if (operator === '$eq' || operator === '$neq') return { kind: 'null' };
    throw invalid(path, { found: null, expected: 'a value; only $eq and $neq compare with null' });
  }
  const scalar = checkedScalar(value, path);
  const reference = referenceIn(scalar);
  if (operator === '$like' && (typeof scalar !== 'string' || reference !== undefined)) {
    throw invalid(path, { found: value, expected: 'text, with * for any characters' });
  }
  if (reference === undefined) return { kind: 'value', value: scalar };
  return { kind: 'reference', field: checkedField(reference, path) };
}

function referenceIn(value: Scalar): string | undefined {
  return typeof value === 'string' ? REFERENCE.exec(value)?.[1] : undefined;
}

function checkedScalar(value: unknown, path: string): Scalar {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value === 'string' && value.isWellFormed() && !value.includes('\0')) return value;
  throw invalid(path, { found: value, expected: 'text, a number, true, false or null' });
}

function checkedField(name: string, path: string): string {
  if (name.endsWith('?')) {
    // Rows have `active?`, but a filter on `completed?` got a 400 and one on `active` got rows.
    throw invalid(path, { found: name, expected: `"${name.slice(0, -1)}", without the "?"` });
  }
  if (FIELD.test(name)) return name;
  throw invalid(path, { found: name, expected: 'a field name such as price or custom@color' });
}

function oneOf(written: string, names: readonly string[]): string {
  const near = suggest(written, names);
  return near === undefined ? `one of ${names.join(', ')}` : near;
}

function isOperator(text: string): text is Operator {
  return (OPERATORS as readonly string[]).includes(text);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(path: string, explanation: Omit<Explanation, 'problem'>): ConfigurationError {
  const problem = path === '' ? 'The filter is wrong' : `The filter is wrong at ${path}`;
  return new ConfigurationError('FILTER_INVALID', { problem, ...explanation });
}
