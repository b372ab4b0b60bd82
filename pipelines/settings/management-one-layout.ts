/** The layout of the month-end file: everything that Management One may want differently. */
import { z } from 'zod';
import { FIGURES } from '../../transforms/management-one/figures.ts';
import { columnExpected, delimiter, fileName, header, lineEnd } from './layout.ts';
import { line, oneOf, wholeNumber } from './value.ts';

/** Every column the file can hold, in the order of the default layout. */
const MANAGEMENT_ONE_COLUMNS = [
  ...['ClientID', 'PeriodStart', 'PeriodEnd', 'Location', 'ClassCode'],
  ...FIGURES,
] as const;

/** Placeholders of the file's name. */
const PLACEHOLDERS = ['client_id', 'merchant', 'YYYYMM', 'YYYY-MM'];

/** Placeholders of the e-mail's subject; `{month}` is `October 2026`. */
export const SUBJECT_PLACEHOLDERS = [...PLACEHOLDERS, 'month'];

const field = z.enum(MANAGEMENT_ONE_COLUMNS);
const column = z
  .union(
    [
      field,
      z.strictObject({
        from: field,
        name: line('text').optional(),
        width: wholeNumber(1, 200).optional(),
        align: oneOf(['left', 'right']).optional(),
        fill: oneOf(['space', 'zero']).optional(),
      }),
    ],
    { error: issue => columnExpected(issue.input, MANAGEMENT_ONE_COLUMNS) },
  )
  .transform(written =>
    typeof written === 'object'
      ? { ...written, name: written.name ?? written.from }
      : { from: written, name: written, width: undefined, align: undefined, fill: undefined },
  );

/** The section `management_one.layout`. */
export const managementOneLayout = z
  .strictObject({
    kind: oneOf(['delimited', 'fixed'])
      .default('delimited')
      .describe(
        'Values separated by a character, or each with a width of its own. Default delimited.',
      ),
    files: oneOf(['one', 'per_location'])
      .default('one')
      .describe('One file, or one for each location. Default one.'),
    file_name: fileName([...PLACEHOLDERS, 'location'])
      .default('{client_id}_{YYYYMM}.txt')
      .describe('Name of the file. Default {client_id}_{YYYYMM}.txt.'),
    columns: z
      .array(column, 'a list of columns')
      .min(1, 'at least one column')
      .refine(
        list => new Set(list.map(({ name }) => name)).size === list.length,
        'each column under a name of its own',
      )
      .prefault([...MANAGEMENT_ONE_COLUMNS])
      .describe(
        'Columns in order, each a figure or { from, name, width, align, fill }. Default: all, as documented.',
      ),
    delimiter: delimiter.default('|').describe('Between columns. Default |.'),
    quoting: oneOf(['never', 'when_needed'])
      .default('never')
      .describe('Whether a value with a delimiter is quoted, or refused. Default never.'),
    header: header
      .default(true)
      .describe('Whether the first line names the columns. Default true.'),
    trailer: z
      .string('a word for the last line, as TOTAL')
      .regex(/^[^\p{Cc}"]{1,40}$/u, 'a word for the last line, as TOTAL')
      .optional()
      .describe(
        'Adds a last line with the sums of all columns, which begins with this word. Left out: none.',
      ),
    line_end: lineEnd.default('crlf').describe('lf or crlf. Default crlf.'),
    encoding: oneOf(['ascii', 'utf-8'])
      .default('ascii')
      .describe(
        'ascii refuses every other character; utf-8 has no byte order mark. Default ascii.',
      ),
    dates: oneOf(['YYYY-MM-DD', 'YYYYMMDD', 'MM/DD/YYYY', 'MMDDYYYY'])
      .default('YYYY-MM-DD')
      .describe('How PeriodStart and PeriodEnd are written. Default YYYY-MM-DD.'),
    money_decimals: wholeNumber(0, 4)
      .default(2)
      .describe('Decimals of money; 0 for whole dollars. Default 2.'),
    units_decimals: z
      .union(
        [z.literal('as_needed'), wholeNumber(0, 4)],
        'as_needed, or a whole number from 0 to 4',
      )
      .default('as_needed')
      .describe(
        'Decimals of units; as_needed: two, only when they are not whole. Default as_needed.',
      ),
    negate: z
      .array(oneOf(FIGURES), `a list of figures, as [ReturnedUnits, ReturnedCost]`)
      .default([])
      .describe('Figures that are written with the opposite sign. Default none.'),
    negative: oneOf(['minus', 'trailing_minus', 'parentheses'])
      .default('minus')
      .describe('How a figure below zero is written: -1.00, 1.00- or (1.00). Default minus.'),
  })
  .superRefine((layout, context) => {
    const report = (path: readonly (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path: [...path], message });
    const namesLocation = layout.file_name.includes('{location}');
    if (layout.files === 'per_location' && !namesLocation)
      report(['file_name'], 'a name with {location}, because each location has its own file');
    if (layout.files === 'one' && namesLocation)
      report(['file_name'], 'a name without {location}, because all locations are in one file');
    for (const [index, { name, width }] of layout.columns.entries()) {
      if (layout.kind === 'delimited') {
        if (width !== undefined)
          report(['columns', index, 'width'], 'no width, because the layout is not kind: fixed');
      } else if (width === undefined)
        report(
          ['columns', index],
          `a width for the column ${name}, because the layout is kind: fixed`,
        );
      else if (layout.header && name.length > width)
        report(
          ['columns', index, 'name'],
          `a name of at most ${width} characters, the column’s width`,
        );
    }
  });
