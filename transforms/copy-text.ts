/**
 * Values in the text format of Postgres' `COPY … FROM STDIN`
 * (PostgreSQL documentation, COPY › Text Format): tab between values, newline after a row, `\N` for null.
 */

import { whyNotJson } from './json-text.ts';

export const COPY_NULL = '\\N';

const NEEDS_CARE = /[\\\t\n\r\0\ud800-\udfff]/;
const SPECIAL = /[\\\t\n\r]/g;
const ESCAPED: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
};

/** Why Postgres would refuse a text, or undefined when it takes it. */
export function whyNotStorable(text: string): string | undefined {
  if (text.includes('\0')) return 'holds a NUL character, which Postgres text cannot store';
  if (!text.isWellFormed())
    return 'is not valid Unicode (half of a surrogate pair, or bytes that are not UTF-8)';
  return undefined;
}

/** `text` as one COPY value, or undefined when Postgres could not store it (see {@link whyNotStorable}). */
export function copyText(text: string): string | undefined {
  if (!NEEDS_CARE.test(text)) return text;
  if (whyNotStorable(text) !== undefined) return undefined;
  return text.replace(SPECIAL, character => ESCAPED[character]!);
}

/** `value` as one COPY value of a `jsonb` column, or undefined when Postgres could not store it. */
export function copyJson(value: unknown): string | undefined {
  if (whyNotJson(value) !== undefined) return undefined;
  const text = JSON.stringify(value);
  // In JSON both show up as escapes, which jsonb refuses.
  if (/\\u0000|\\ud[89a-f]/i.test(text) && !isStorableDeep(value)) return undefined;
  return copyText(text);
}

function isStorableDeep(value: unknown): boolean {
  if (typeof value === 'string') return whyNotStorable(value) === undefined;
  if (value === null || typeof value !== 'object') return true;
  return Object.entries(value).every(
    ([key, inner]) => whyNotStorable(key) === undefined && isStorableDeep(inner),
  );
}

const MEANT: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** The values of a row that Postgres wrote with `COPY … TO STDOUT`, without its line end; none of them null. */
export function copiedRow(row: string): string[] {
  const values = row.split('\t');
  if (!row.includes('\\')) return values;
  return values.map(value =>
    value.replace(/\\(.)/g, (_, escaped: string) => MEANT[escaped] ?? escaped),
  );
}
