/** Detects the layout of a file from its bytes alone. */
import { parseString } from 'fast-csv';

export interface Shape {
  readonly encoding: 'ascii' | 'utf-8' | 'windows-1252';
  readonly hasByteOrderMark: boolean;
  readonly lineEnd: 'crlf' | 'lf' | 'mixed';
  /** Undefined for a file of fixed width. */
  readonly delimiter: string | undefined;
  /** First and last character of each column (the last not included), for a file of fixed width. */
  readonly positions: readonly (readonly [from: number, to: number])[] | undefined;
  readonly header: readonly string[] | undefined;
  /** The last line, where it holds sums. */
  readonly trailer: readonly string[] | undefined;
  readonly rows: readonly (readonly string[])[];
}

/** Detects the layout of a file. An empty file has no rows. */
export async function shapeOf(bytes: Uint8Array): Promise<Shape> {
  const { text, encoding, hasByteOrderMark } = decode(bytes);
  const breaks = text.match(/\r?\n/g) ?? [];
  const windows = breaks.filter(end => end === '\r\n').length;
  const lineEnd = windows === breaks.length ? 'crlf' : windows === 0 ? 'lf' : 'mixed';
  const delimited = await readDelimited(text);
  const { delimiter, positions, cells } = delimited ?? readFixed(text);
  const isSummed = cells.length > 1 && isTotal(cells.at(-1)!);
  const body = isSummed ? cells.slice(0, -1) : cells;
  const hasHeader = body.length > 1 && isWords(body[0]!) && !isWords(body[1]!);
  return {
    ...{ encoding, hasByteOrderMark, lineEnd, delimiter, positions },
    trailer: isSummed ? cells.at(-1) : undefined,
    header: hasHeader ? body[0] : undefined,
    rows: hasHeader ? body.slice(1) : body,
  };
}

type Cells = readonly (readonly string[])[];

/** Whether a line holds sums, by its first value. */
function isTotal([first = '']: readonly string[]): boolean {
  return /^((grand )?totals?|trl)\b/i.test(first);
}

function decode(bytes: Uint8Array) {
  const hasByteOrderMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return {
      text,
      hasByteOrderMark,
      encoding: /^\p{ASCII}*$/u.test(text) ? 'ascii' : 'utf-8',
    } as const;
  } catch {
    const text = new TextDecoder('windows-1252').decode(bytes);
    return { text, hasByteOrderMark, encoding: 'windows-1252' } as const;
  }
}

const DELIMITERS = ['|', '\t', ';', ','];

/** Reads with the delimiter that gives nearly every line the same, largest number of columns. */
async function readDelimited(text: string) {
  const read = await Promise.all(
    DELIMITERS.map(async delimiter => ({ delimiter, cells: await cellsOf(text, delimiter) })),
  );
  const [best] = read
    .map(({ delimiter, cells }) => ({ delimiter, cells, columns: steadyColumns(cells) }))
    .toSorted((a, b) => b.columns - a.columns);
  if (best === undefined || best.columns < 2) return undefined;
  return { delimiter: best.delimiter, positions: undefined, cells: best.cells };
}

/** Returns how many columns nine of ten lines have; else 0. The last line may hold sums. */
function steadyColumns(cells: Cells): number {
  const counts = cells
    .filter((row, at) => at === 0 || at < cells.length - 1 || !isTotal(row))
    .map(({ length }) => length);
  const usual = Math.max(0, ...counts);
  return counts.filter(count => count === usual).length >= counts.length * 0.9 ? usual : 0;
}

/** Reads without quoting where quotes do not quote, as in `5" pot`. */
async function cellsOf(text: string, delimiter: string): Promise<Cells> {
  const read = (quote: '"' | null) =>
    parseString<string[], string[]>(text, { delimiter, quote, trim: true, ignoreEmpty: true })
      .toArray()
      .then(rows => rows as string[][]);
  return read('"').catch(() => read(null));
}

function readFixed(text: string) {
  const lines = text.split(/\r?\n/).filter(line => line.trim() !== '');
  const last = lines.at(-1);
  const isSummed = lines.length > 1 && last !== undefined && isTotal([last.trim()]);
  const body = isSummed ? lines.slice(0, -1) : lines;
  const positions = positionsOf(body);
  const cells: string[][] = body.map(line =>
    positions.map(([from, to]) => line.slice(from, to).trim()),
  );
  if (isSummed) cells.push(last.trim().split(/\s+/));
  return { delimiter: undefined, positions, cells };
}

/** Finds the columns of a fixed-width file: what lies between spaces common to every line. */
function positionsOf(lines: readonly string[]): (readonly [number, number])[] {
  const width = Math.max(0, ...lines.map(line => line.length));
  const isGap = (at: number) => lines.every(line => (line[at] ?? ' ') === ' ');
  const columns: [number, number][] = [];
  for (let at = 0; at < width; at++) {
    if (isGap(at)) continue;
    const open = columns.at(-1);
    if (open !== undefined && open[1] === at) open[1] = at + 1;
    else columns.push([at, at + 1]);
  }
  return columns;
}

function isWords(cells: readonly string[]): boolean {
  return (
    cells.some(cell => /\p{L}/u.test(cell)) && cells.every(cell => amountIn(cell) === undefined)
  );
}

/**
 * Reads the amount in a cell as plain text: `(1,234.50)` and `1234.50-` are `-1234.50`.
 *
 * Undefined for anything else.
 */
export function amountIn(cell: string): string | undefined {
  const text = cell.trim().replace(/^\$|(?<=^[-(])\$/, '');
  const [, open, sign, digits, trailing] =
    /^(\()?([-+]?)(\d[\d,]*(?:\.\d+)?|\.\d+)(\)|-)?$/.exec(text) ?? [];
  if (digits === undefined || (open === undefined) !== (trailing !== ')')) return undefined;
  const isNegative = sign === '-' || trailing !== undefined;
  return `${isNegative ? '-' : ''}${digits.replaceAll(',', '')}`;
}
