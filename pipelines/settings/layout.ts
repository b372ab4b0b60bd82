/** What the layouts of both exports have in common: columns, delimiters, file names. */
import { z } from 'zod';
import type { LayoutColumn } from '../../transforms/layout.ts';
import { suggest } from '../../transforms/suggestion.ts';
import { line, oneOf, yesNo } from './value.ts';

/** A column of a file: the field it is taken from, and its name in the header row. */
export interface Column<Field extends string> extends LayoutColumn {
  readonly from: Field;
}

/** A list of columns, each a field (`upc`) or a field under another name (`{ from: upc, name: barcode }`). */
export function columns<const Fields extends readonly [string, ...string[]]>(fields: Fields) {
  const from = z.enum(fields);
  const column = z
    .union([from, z.strictObject({ from, name: line('text') })], {
      error: issue => columnExpected(issue.input, fields),
    })
    .transform(
      (written): Column<Fields[number]> =>
        typeof written === 'object' ? written : { from: written, name: written },
    );
  return z
    .array(column, 'a list of columns')
    .min(1, 'at least one column')
    .refine(
      list => new Set(list.map(({ name }) => name)).size === list.length,
      'each column under a name of its own',
    );
}

/** What is expected where a column is wrong, with the one that was probably meant. */
export function columnExpected(written: unknown, fields: readonly string[]): string {
  const closest = typeof written === 'string' ? suggest(written, fields) : undefined;
  const hint = closest === undefined ? '' : ` (perhaps ${closest})`;
  return `a column${hint} or { from: the column, name: its name in the file }. Columns are ${fields.join(', ')}`;
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
