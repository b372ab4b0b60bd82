/**
 * The layout of a file as data: its columns, their order and delimiter, and the allowed characters.
 *
 * A layout does not know what the figures mean: values arrive as text ({@link ./figures.ts}). A value
 * that the layout cannot hold is an error that names the column and the value. It is never dropped,
 * cut or replaced, because the reader of the file could not notice.
 */
import { ConfigurationError, HeldError } from './errors.ts';
import { suggest } from './suggestion.ts';

export interface LayoutColumn {
  /** The name in the header. */
  readonly name: string;
  /** The field of the row it is taken from. */
  readonly from: string;
}

/** A file whose values are separated by a character. */
export interface DelimitedLayout {
  readonly kind: 'delimited';
  readonly columns: readonly LayoutColumn[];
  /** One character. */
  readonly delimiter: string;
  /**
   * `when_needed`: a value with the delimiter, a quote, a line break or an outer space is quoted,
   * and its quotes are doubled (RFC 4180).
   * `never`: such a value is an error, because the reader does not support quoting.
   */
  readonly quoting: 'when_needed' | 'never';
  readonly header: boolean;
  readonly lineEnd: '\n' | '\r\n';
  /** Both without a byte-order mark. `ascii`: any other character is an error, never a "?". */
  readonly encoding: 'utf-8' | 'ascii';
}

/** A column that always takes the same number of characters. */
interface FixedColumn extends LayoutColumn {
  /** In characters, at least one. */
  readonly width: number;
  readonly align: 'left' | 'right';
  /** The padding; zeros go between a sign and its digits. */
  readonly fill: ' ' | '0';
}

/** A file whose values have fixed positions. A value that is too long is an error, never cut. */
interface FixedLayout {
  readonly kind: 'fixed';
  readonly columns: readonly FixedColumn[];
  readonly header: boolean;
  readonly lineEnd: '\n' | '\r\n';
  readonly encoding: 'utf-8' | 'ascii';
}

export type Layout = DelimitedLayout | FixedLayout;

/** The values of a line by field name; null is written as an empty value. */
export type LayoutRow = Readonly<Record<string, string | null>>;

/**
 * Returns the layout if it is valid.
 *
 * @throws ConfigurationError `LAYOUT_INVALID` for no columns, a name used twice, or a delimiter that
 *   is not one character
 */
export function checkLayout<Kind extends Layout>(layout: Kind): Kind {
  if (layout.columns.length === 0) {
    throw invalid({ problem: 'The layout has no columns', expected: 'at least one' });
  }
  const names = layout.columns.map(column => column.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw invalid({ problem: 'Two columns of the layout have the same name', found: twice });
  }
  if (layout.kind === 'fixed') return layout;
  if (!/^[^"\r\n]$/.test(layout.delimiter)) {
    throw invalid({
      problem: 'The delimiter of the layout cannot separate columns',
      found: layout.delimiter,
      expected: 'one character that is not a quote or a line break',
    });
  }
  return layout;
}

/** Writes the header line with its line end; '' where the layout has none. */
export function renderHeader(layout: Layout): string {
  if (!layout.header) return '';
  return line(layout, column => column.name);
}

/**
 * Writes one line with its line end.
 *
 * @throws HeldError `LAYOUT_VALUE` where the layout cannot hold a value: nothing may be sent
 * @throws ConfigurationError `LAYOUT_FIELD_UNKNOWN` where a column's field is not in the row
 */
export function renderRow(layout: Layout, row: LayoutRow): string {
  return line(layout, column => {
    const value = row[column.from];
    if (value !== undefined) return value ?? '';
    throw unknownField(column, Object.keys(row));
  });
}

/**
 * Returns a function that writes lines whose values come in one order, as {@link renderRow} does.
 *
 * @param fields the field of each value
 * @throws ConfigurationError `LAYOUT_FIELD_UNKNOWN` where a column has another field
 */
export function lineWriter(
  layout: Layout,
  fields: readonly string[],
): (values: readonly string[]) => string {
  const places = layout.columns.map(column => {
    const at = fields.indexOf(column.from);
    if (at < 0) throw unknownField(column, fields);
    return at;
  });
  return values => line(layout, (_, at) => values[places[at]!]!);
}

function unknownField({ name, from }: LayoutColumn, fields: readonly string[]): ConfigurationError {
  const near = suggest(from, fields);
  return new ConfigurationError('LAYOUT_FIELD_UNKNOWN', {
    problem: `Column "${name}" of the layout has a field that does not exist`,
    found: from,
    expected: near === undefined ? `one of ${fields.join(', ')}` : `"${near}"`,
  });
}

/** Encodes rendered text, whose characters {@link renderRow} has checked. */
export function encodeText(text: string): Buffer {
  // ASCII text is the same bytes in UTF-8.
  return Buffer.from(text, 'utf8');
}

function line(layout: Layout, textOf: (column: LayoutColumn, at: number) => string): string {
  if (layout.kind === 'fixed') {
    return (
      layout.columns.map((column, at) => fixedCell(layout, column, textOf(column, at))).join('') +
      layout.lineEnd
    );
  }
  const cells = layout.columns.map((column, at) => cell(layout, column, textOf(column, at)));
  return cells.join(layout.delimiter) + layout.lineEnd;
}

const LINE_BREAK = /[\n\v\f\r\u0085\u2028\u2029]/;
/** Outer spaces belong to a value (RFC 4180), but many readers trim them without quotes. */
const OUTER_SPACE = /^\s|\s$/;
const OUTSIDE_ASCII = /\P{ASCII}/u;
/** Values that only the delimiter can spoil: most are, and one test replaces six. */
const PLAIN = /^[\w.+-]+$/;

function cell(layout: DelimitedLayout, column: LayoutColumn, value: string): string {
  if (PLAIN.test(value) && !value.includes(layout.delimiter)) return value;
  checkCharacters(layout, column, value);
  if (layout.quoting === 'when_needed' && OUTER_SPACE.test(value)) return quoted(value);
  const hasBreak = LINE_BREAK.test(value);
  if (!hasBreak && !value.includes('"') && !value.includes(layout.delimiter)) return value;
  if (layout.quoting === 'when_needed') return quoted(value);
  const what = hasBreak
    ? 'a line break'
    : value.includes('"')
      ? 'a quote'
      : `"${layout.delimiter}"`;
  throw refused(column, value, `no ${what.replace(/^a /, '')}, because the file has no quoting`);
}

function quoted(value: string): string {
  return `"${value.replaceAll('"', '""')}"`;
}

function fixedCell(layout: FixedLayout, column: FixedColumn, value: string): string {
  checkCharacters(layout, column, value);
  if (LINE_BREAK.test(value)) throw refused(column, value, 'no line break');
  const { width, align, fill } = column;
  const missing = width - [...value].length;
  if (missing < 0) throw refused(column, value, `at most ${width} characters`);
  if (fill === '0' && /^[-+]?\d/.test(value)) {
    return value.replace(/\d/, digit => '0'.repeat(missing) + digit);
  }
  return align === 'left' ? value + ' '.repeat(missing) : ' '.repeat(missing) + value;
}

function checkCharacters(layout: Layout, column: LayoutColumn, value: string): void {
  if (layout.encoding === 'ascii' && OUTSIDE_ASCII.test(value)) {
    throw refused(column, value, `only ASCII characters (not ${notAscii(value)})`);
  }
  if (!value.isWellFormed() || value.includes('\0')) {
    throw refused(column, value, 'text without invalid characters');
  }
}

function notAscii(value: string): string {
  const characters = new Set([...value].filter(character => OUTSIDE_ASCII.test(character)));
  return [...characters].map(character => `${character} ${codePoint(character)}`).join(', ');
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

function refused(column: LayoutColumn, value: string, expected: string): HeldError {
  return new HeldError('LAYOUT_VALUE', {
    problem: `A value of column "${column.name}" cannot be written to the file`,
    found: value,
    expected,
    next: 'Nothing was sent. Change the value in Heartland and sync again.',
  });
}

function invalid(explanation: ConstructorParameters<typeof ConfigurationError>[1]) {
  return new ConfigurationError('LAYOUT_INVALID', {
    next: 'Fix the layout in the configuration.',
    ...explanation,
  });
}
