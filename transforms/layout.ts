/**
 * The layout of a file as data: which columns, in which order, how they are parted, and what may stand in them.
 *
 * A layout knows nothing of what the figures mean: values arrive as finished text ({@link ./figures.ts}). What the
 * layout cannot carry is an error that names the column and the value. It is never dropped, cut or replaced, because
 * whoever reads the file could not tell.
 */
import { ConfigurationError, HeldError } from './errors.ts';
import { suggest } from './suggestion.ts';

export interface LayoutColumn {
  /** As it stands in the header. */
  readonly name: string;
  /** The field of the row it is taken from. */
  readonly from: string;
}

/** A file whose values are parted by a character. */
export interface DelimitedLayout {
  readonly kind: 'delimited';
  readonly columns: readonly LayoutColumn[];
  /** One character. */
  readonly delimiter: string;
  /**
   * `when_needed`: a value with the delimiter, a quote, a line break or a space at an end is quoted, quotes are
   * doubled (RFC 4180).
   * `never`: such a value is an error, because the reader knows no quotes.
   */
  readonly quoting: 'when_needed' | 'never';
  readonly header: boolean;
  readonly lineEnd: '\n' | '\r\n';
  /** Both without a byte-order mark. `ascii`: any other character is an error, never a "?". */
  readonly encoding: 'utf-8' | 'ascii';
}

/** A column that always takes the same number of characters. */
interface FixedColumn extends LayoutColumn {
  /** Characters, at least one. */
  readonly width: number;
  readonly align: 'left' | 'right';
  /** What fills it up; zeros go between a sign and its digits. */
  readonly fill: ' ' | '0';
}

/** A file whose values are told apart by where they stand. A value that is too long is an error, never cut. */
interface FixedLayout {
  readonly kind: 'fixed';
  readonly columns: readonly FixedColumn[];
  readonly header: boolean;
  readonly lineEnd: '\n' | '\r\n';
  readonly encoding: 'utf-8' | 'ascii';
}

export type Layout = DelimitedLayout | FixedLayout;

/** The values of a line by field name; null stands as nothing between two delimiters. */
export type LayoutRow = Readonly<Record<string, string | null>>;

/**
 * Gives the layout back if a file can be made from it.
 * @throws ConfigurationError `LAYOUT_INVALID` for no columns, a name used twice, or a delimiter that is not one character.
 */
export function checkLayout<Kind extends Layout>(layout: Kind): Kind {
  if (layout.columns.length === 0) {
    throw invalid({ problem: 'The layout has no columns', expected: 'at least one' });
  }
  const names = layout.columns.map(column => column.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw invalid({ problem: 'Two columns of the layout have one name', found: twice });
  }
  if (layout.kind === 'fixed') return layout;
  if (!/^[^"\r\n]$/.test(layout.delimiter)) {
    throw invalid({
      problem: 'The delimiter of the layout cannot part columns',
      found: layout.delimiter,
      expected: 'one character that is no quote and no line break',
    });
  }
  return layout;
}

/** The header line with its line end, or '' where the layout has none. */
export function renderHeader(layout: Layout): string {
  if (!layout.header) return '';
  return line(layout, column => column.name);
}

/**
 * One line with its line end.
 * @throws HeldError `LAYOUT_VALUE` where the layout cannot carry a value: nothing may be sent.
 * @throws ConfigurationError `LAYOUT_FIELD_UNKNOWN` where a column is taken from a field that the row does not have.
 */
export function renderRow(layout: Layout, row: LayoutRow): string {
  return line(layout, column => {
    const value = row[column.from];
    if (value !== undefined) return value ?? '';
    throw unknownField(column, Object.keys(row));
  });
}

/**
 * Writes many lines whose values come in the same order, as {@link renderRow} writes one.
 * @param fields what each value is
 * @throws ConfigurationError `LAYOUT_FIELD_UNKNOWN` where a column is taken from another field
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
    problem: `Column "${name}" of the layout is taken from a field that does not exist`,
    found: from,
    expected: near === undefined ? `one of ${fields.join(', ')}` : `"${near}"`,
  });
}

/** The bytes of rendered text. Every rendered text of the layout can be encoded: {@link renderRow} saw to it. */
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
/** Spaces at an end are part of a value (RFC 4180), but many readers cut them off where there are no quotes. */
const OUTER_SPACE = /^\s|\s$/;
const OUTSIDE_ASCII = /\P{ASCII}/u;
/** What needs no care but for the delimiter: most values, and one look in place of six. */
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
    throw refused(column, value, `only ASCII characters (not ${outsiders(value)})`);
  }
  if (!value.isWellFormed() || value.includes('\0')) {
    throw refused(column, value, 'text without broken characters');
  }
}

function outsiders(value: string): string {
  const characters = new Set([...value].filter(character => OUTSIDE_ASCII.test(character)));
  return [...characters].map(character => `${character} ${codePoint(character)}`).join(', ');
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

function refused(column: LayoutColumn, value: string, expected: string): HeldError {
  return new HeldError('LAYOUT_VALUE', {
    problem: `A value of column "${column.name}" cannot stand in the file`,
    found: value,
    expected,
    next: 'Change it in Heartland and sync again; nothing was sent.',
  });
}

function invalid(explanation: ConstructorParameters<typeof ConfigurationError>[1]) {
  return new ConfigurationError('LAYOUT_INVALID', {
    next: 'Mend the layout in the configuration.',
    ...explanation,
  });
}
