/** What the layouts of both exports have in common: columns, delimiters, file names. */
import { z } from 'zod';
import { oneOf, yesNo } from './value.ts';

/** A column of a file: which figure it holds, and the name it has in the header row. */
export interface Column<Value extends string> {
  readonly value: Value;
  readonly header: string;
}

/** A list of columns, each a name (`upc`) or a name with another header (`{ value: upc, header: barcode }`). */
export function columns<const Values extends readonly [string, ...string[]]>(values: Values) {
  const expected = `one of ${values.join(', ')}, or { value: one of these, header: its name in the file }`;
  const value = z.enum(values, expected);
  const header = z
    .string('text on one line, not empty')
    .regex(/^[^\r\n]*\S[^\r\n]*$/, 'text on one line, not empty');
  const column = z.preprocess(
    written => (typeof written === 'string' ? { value: written, header: written } : written),
    z.strictObject({ value, header }, expected),
  );
  const list = z.array(column, `a list of columns, each ${expected}`).min(1, 'at least one column');
  return list as z.ZodType<Column<Values[number]>[]>;
}

export const delimiter = z.enum([',', '|', ';', '\t'], 'one of "," "|" ";" "\\t"');
export const lineEnd = oneOf(['lf', 'crlf']);
export const header = yesNo();

/** A file name that stays in its folder; `{name}` stands for a value, and only these names are known. */
export function fileName(placeholders: readonly string[]) {
  return template(placeholders, 'file name').regex(
    /^(?!\.)[^/\\:*?"<>|\p{Cc}]+$/u,
    'a file name without folder, and without any of / \\ : * ? " < > |',
  );
}

/** Text on one line in which `{name}` stands for a value. */
export function template(placeholders: readonly string[], what: string) {
  const known = placeholders.map(name => `{${name}}`).join(', ');
  const expected = `a ${what} on one line, in which ${known} may stand for the value`;
  return z
    .string(expected)
    .regex(/^[^\r\n]*\S[^\r\n]*$/, expected)
    .refine(
      text => [...text.matchAll(/\{([^}]*)\}/g)].every(hit => placeholders.includes(hit[1]!)),
      {
        error: expected,
      },
    );
}
