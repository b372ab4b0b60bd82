import { type Column, isRealDate, isRealInstant, NUMERIC } from './columns.ts';
import { COPY_NULL, copyJson, copyText } from './copy-text.ts';

/** Encodes one row as a line of COPY text, or answers undefined when a value is not of its column's kind. */
export type RowEncoder = (row: Readonly<Record<string, unknown>>) => string | undefined;

export interface EncoderOptions {
  /** The run that the rows come with; a last column, `_run_id`. */
  readonly runId: string;
  /** Keys that belong elsewhere, as a parent's embedded `lines`. */
  readonly ignored?: readonly string[];
  /** Collects the names of fields that the catalogue does not know. */
  readonly unknown?: Set<string>;
}

/** A bound for answers whose keys are data. */
const MOST_UNKNOWN = 1000;

/**
 * Compiles the encoder of one table, once per stream.
 *
 * The compiled function checks each value's kind while it writes it, so the common row is validated and encoded in
 * one pass. What it refuses is for the row's zod schema to judge (see `validate.ts`): that is slower, and says why.
 * Unknown keys go to a column of their own, `_extra`.
 *
 * @param columns the table's columns, in the order of the COPY statement; `_extra` and `_run_id` come after them
 */
export function compileRowEncoder(
  columns: readonly Column[],
  { runId, ignored = [], unknown = new Set() }: EncoderOptions,
): RowEncoder {
  const known = new Set([...columns.flatMap(column => column.keys), ...ignored]);
  const steps = columns.map(column => {
    const value = column.keys.map(key => `row[${JSON.stringify(key)}]`).join(' ?? ');
    return `
      v = ${value};
      if (v === null || v === undefined) ${column.required ? 'return undefined;' : `line += '${COPY_NULL.replace('\\', '\\\\')}\\t';`}
      else { v = kinds.${column.kind}(v); ${tooLong(column)}if (v === undefined) return undefined; line += v + '\\t'; }`;
  });
  const body = `
    'use strict';
    return function encodeRow(row) {
      let line = '', v;
      ${steps.join('')}
      v = extraOf(row);
      return v === undefined ? undefined : line + v + ${JSON.stringify(lineEnd(runId))};
    };`;
  const compile = new Function('kinds', 'extraOf', body);
  return compile(KINDS, (row: Readonly<Record<string, unknown>>) => extraOf(row, known, unknown));
}

/** A text that is part of a key has a bound: what does not fit into an index would stop the whole COPY. */
function tooLong({ mostBytes }: Column): string {
  if (mostBytes === undefined) return '';
  return `if (v !== undefined && v.length * 3 > ${mostBytes} && Buffer.byteLength(v) > ${mostBytes}) return undefined; `;
}

/** What every line of COPY text ends with, whatever the row. */
export function lineEnd(runId: string): string {
  return `\t${runId}\n`;
}

/** Each kind's check and text in one step; undefined means "not of this kind". */
const KINDS = {
  bigint: (v: unknown) => (Number.isSafeInteger(v) ? String(v) : undefined),
  numeric: (v: unknown) => (typeof v === 'number' ? numberText(v) : numericText(v)),
  text: (v: unknown) => (typeof v === 'string' ? copyText(v) : undefined),
  boolean: (v: unknown) => (v === true ? 't' : v === false ? 'f' : undefined),
  timestamptz: (v: unknown) => (typeof v === 'string' && isRealInstant(v) ? v : undefined),
  timestamp: (v: unknown) =>
    typeof v === 'string' && isRealInstant(v) ? v.slice(0, 19) : undefined,
  date: (v: unknown) => (typeof v === 'string' && isRealDate(v) ? v : undefined),
  jsonb: copyJson,
} as const;

/** Most figures are money: whole cents write a float's shortest text faster than the float itself does. */
function numberText(v: number): string | undefined {
  const cents = Math.round(v * 100);
  if (cents / 100 !== v || cents < 0 || cents > 1e9)
    return Number.isFinite(v) ? String(v) : undefined;
  const whole = Math.trunc(cents / 100);
  const rest = cents - whole * 100;
  if (rest === 0) return `${whole}`;
  if (rest % 10 === 0) return `${whole}.${rest / 10}`;
  return rest < 10 ? `${whole}.0${rest}` : `${whole}.${rest}`;
}

function numericText(v: unknown): string | undefined {
  return typeof v === 'string' && NUMERIC.test(v) ? v : undefined;
}

function extraOf(
  row: Readonly<Record<string, unknown>>,
  known: ReadonlySet<string>,
  unknown: Set<string>,
): string | undefined {
  let extra: Record<string, unknown> | undefined;
  // Without a prototype `__proto__` is a key like any other.
  for (const key in row) {
    if (known.has(key)) continue;
    extra ??= Object.create(null) as Record<string, unknown>;
    extra[key] = row[key];
    if (unknown.size < MOST_UNKNOWN) unknown.add(key);
  }
  return extra === undefined ? COPY_NULL : copyJson(extra);
}
