/** Settings that all layouts share: columns, delimiters, file names. */
import { z } from 'zod';
import type { LayoutColumn } from '../../transforms/layout.ts';
import { suggest } from '../../transforms/suggestion.ts';
import { line, oneOf, yesNo } from './value.ts';

/** A column of a file: the field it is taken from, and its name in the header row. */
export interface Column<Field extends string> extends LayoutColumn {
  readonly from: Field;
}

/** A list of columns: a field (`upc`), or a renamed one (`{ from: upc, name: barcode }`). */
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
      'a different name for each column',
    );
}

/** The expected value for an invalid column, with the closest one. */
export function columnExpected(written: unknown, fields: readonly string[]): string {
  const closest = typeof written === 'string' ? suggest(written, fields) : undefined;
  const hint = closest === undefined ? '' : ` (did you mean ${closest}?)`;
  return `a column${hint} or { from: the column, name: its name in the file }. Columns are ${fields.join(', ')}`;
}

export const delimiter = z.enum([',', '|', ';', '\t'], 'one of "," "|" ";" "\\t"');
export const lineEnd = oneOf(['lf', 'crlf']);
export const header = yesNo();

/** A file name without a folder, in which the given `{placeholders}` may stand. */
export function fileName(placeholders: readonly string[]) {
  return template(placeholders, 'file name').regex(
    /^(?!\.)[^/\\:*?"<>|\p{Cc}]+$/u,
    'a file name without folder, and without any of / \\ : * ? " < > |',
  );
}

/** One line of text in which the given `{placeholders}` may stand. */
export function template(placeholders: readonly string[], what: string) {
  const known = placeholders.map(name => `{${name}}`).join(', ');
  const expected = `a ${what} on one line; it may contain ${known}`;
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
