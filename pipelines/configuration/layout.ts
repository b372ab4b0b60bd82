/** What the layouts of both exports have in common: columns, delimiters, file names. */
import { z } from 'zod';
import { closestTo } from './closest.ts';
import { line, oneOf, yesNo } from './value.ts';

/** A column of a file: which figure it holds, and the name it has in the header row. */
export interface Column<Value extends string> {
  readonly value: Value;
  readonly header: string;
}

/** A list of columns, each a name (`upc`) or a name with another header (`{ value: upc, header: barcode }`). */
export function columns<const Values extends readonly [string, ...string[]]>(values: Values) {
  const name = z.enum(values);
  const column = z
    .union([name, z.strictObject({ value: name, header: line('text') })], {
      error: issue => columnExpected(issue.input, values),
    })
    .transform(
      (written): Column<Values[number]> =>
        typeof written === 'object' ? written : { value: written, header: written },
    );
  return z.array(column, 'a list of columns').min(1, 'at least one column');
}

function columnExpected(written: unknown, values: readonly string[]): string {
  const closest = typeof written === 'string' ? closestTo(written, values) : undefined;
  const hint = closest === undefined ? '' : ` (perhaps ${closest})`;
  return `a column${hint} or { value: the column, header: its name in the file }. Columns are ${values.join(', ')}`;
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
