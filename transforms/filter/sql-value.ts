/**
 * A filter's value as an SQL parameter.
 *
 * Validated here, so that Postgres never refuses it in the middle of a feed, and sent as text with
 * its type, so that no float and no session setting changes it.
 */
import { DateTime } from 'luxon';
import { ConfigurationError } from '../errors.ts';
import type { ColumnType } from './column.ts';
import type { Scalar } from './filter.ts';

export interface SqlValue {
  readonly text: string;
  /** The Postgres type to cast the parameter to. */
  readonly type: ColumnType;
}

const NUMBER = /^[+-]?(?:\d{1,100}\.?\d{0,100}|\.\d{1,100})(?:e[+-]?\d{1,3})?$/i;
const INTEGER = /^[+-]?\d+$/;
const DAY = /^\d{4}-\d\d-\d\d$/;
const TIMESTAMP =
  /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(Z|[+-](?:0\d|1[0-5])(?::?[0-5]\d)?)?$/;
const MAX_BIGINT = 2n ** 63n - 1n;

/**
 * The parameter for a value that is compared with a column of this type.
 *
 * A time without an offset is UTC, a day is its midnight in UTC.
 *
 * @throws ConfigurationError `FILTER_VALUE_INVALID` with the place in the filter and the value
 */
export function sqlValue(type: ColumnType, value: Scalar, path: string): SqlValue {
  const text = String(value);
  switch (type) {
    case 'text':
      return { text, type };
    case 'numeric':
      if (typeof value !== 'boolean' && NUMBER.test(text)) return { text, type };
      throw wrongValue(path, value, 'a number');
    case 'bigint':
      if (typeof value === 'boolean' || !NUMBER.test(text))
        throw wrongValue(path, value, 'a number');
      return { text, type: isBigint(text) ? 'bigint' : 'numeric' };
    case 'boolean':
      if (text === 'true' || text === 'false') return { text, type };
      throw wrongValue(path, value, 'true or false');
    case 'date':
      if (DAY.test(text) && isTime(text)) return { text, type };
      throw wrongValue(path, value, 'a day as YYYY-MM-DD');
    case 'timestamptz':
      return { text: timestamp(value, path), type };
    case 'timestamp':
      return { text: timestamp(value, path).slice(0, 19), type };
    case 'jsonb':
      throw wrongValue(path, value, 'null');
  }
}

export function wrongValue(path: string, found: unknown, expected: string): ConfigurationError {
  return new ConfigurationError('FILTER_VALUE_INVALID', {
    problem: `The filter compares with a wrong value at ${path}`,
    found,
    expected,
  });
}

function timestamp(value: Scalar, path: string): string {
  const text = String(value);
  const offset = TIMESTAMP.exec(text);
  if (isTime(text)) {
    if (DAY.test(text)) return `${text}T00:00:00Z`;
    if (offset !== null) return offset[1] === undefined ? `${text}Z` : text;
  }
  throw wrongValue(path, value, 'a time such as 2026-10-31T17:00:00Z');
}

function isTime(text: string): boolean {
  return DateTime.fromISO(text.replace(' ', 'T')).isValid && !text.startsWith('0000');
}

function isBigint(text: string): boolean {
  if (!INTEGER.test(text)) return false;
  const value = BigInt(text.replace('+', ''));
  return value >= -MAX_BIGINT && value <= MAX_BIGINT;
}
