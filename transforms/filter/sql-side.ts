/** A field of a filter as an SQL expression: a column, or a custom field inside a column. */
import { ConfigurationError } from '../errors.ts';
import { suggest } from '../suggestion.ts';
import type { ColumnType, FilterColumns } from './column.ts';
import { splitField } from './expression.ts';

/** Custom fields are text, whatever their type in Heartland's forms. */
export interface Side {
  readonly sql: string;
  readonly type: ColumnType | 'custom';
}

/** Adds a parameter with its Postgres type and returns its placeholder. */
export type NewParameter = (value: unknown, type: string) => string;

// Text that `::numeric` takes for certain. [0-9] and not \d, which may match digits of other scripts.
const NUMERIC_TEXT = `'^ *[+-]?([0-9]{1,100}[.]?[0-9]{0,100}|[.][0-9]{1,100})([eE][+-]?[0-9]{1,3})? *$'`;

/**
 * The column or the custom field of a name.
 *
 * @throws ConfigurationError `FILTER_FIELD_UNKNOWN` with the closest field
 */
export function sideOf(
  field: string,
  path: string,
  columns: FilterColumns,
  parameter: NewParameter,
): Side {
  const { base, key } = splitField(field);
  const column = Object.hasOwn(columns, base) ? columns[base] : undefined;
  if (column === undefined || (key !== undefined && column.type !== 'jsonb')) {
    const names = Object.entries(columns).map(([name, { type }]) =>
      type === 'jsonb' ? `${name}@${key ?? 'key'}` : name,
    );
    const near = suggest(field, names);
    throw new ConfigurationError('FILTER_FIELD_UNKNOWN', {
      problem: `The filter names a field that does not exist at ${path}`,
      found: field,
      expected: near === undefined ? `one of ${names.join(', ')}` : `"${near}"`,
    });
  }
  const sql = /^[\w."]+$/.test(column.sql) ? column.sql : `(${column.sql})`;
  if (key === undefined) return { sql, type: column.type };
  return { sql: `(${sql}->>${parameter(key, 'text')})`, type: 'custom' };
}

/**
 * Compares text with a number. Text that is not a number has no order and equals nothing, so only a
 * negative comparison (`isNot`) is true of it.
 */
export function compareNumber(side: Side, symbol: string, right: string, isNot: boolean): string {
  const otherText = isNot ? ` WHEN ${side.sql} IS NOT NULL THEN TRUE` : '';
  const compared = `${side.sql}::numeric ${symbol} ${right}`;
  return `CASE WHEN ${side.sql} ~ ${NUMERIC_TEXT} THEN ${compared}${otherText} END`;
}

/** The text as a number, else null. Only a CASE prevents a cast of text that is not a number. */
export function numberOf({ sql }: Side): string {
  return `CASE WHEN ${sql} ~ ${NUMERIC_TEXT} THEN ${sql}::numeric END`;
}

export function isText({ type }: Side): boolean {
  return type === 'text' || type === 'custom';
}

/** Sides of one family can be compared as they are. */
export function familyOf(side: Side): string {
  if (isText(side)) return 'text';
  return side.type === 'numeric' || side.type === 'bigint' ? 'number' : side.type;
}
