/** What a file that somebody accepted looks like: told from its bytes alone. */

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

/** Tells the shape of a file. An empty file has no rows. */
export function shapeOf(bytes: Uint8Array): Shape {
  const { text, encoding, hasByteOrderMark } = decode(bytes);
  const breaks = text.match(/\r?\n/g) ?? [];
  const windows = breaks.filter(end => end === '\r\n').length;
  const lineEnd = windows === breaks.length ? 'crlf' : windows === 0 ? 'lf' : 'mixed';
  const lines = text.split(/\r?\n/).filter(line => line.trim() !== '');
  const last = lines.at(-1);
  const sums = lines.length > 1 && last !== undefined && isSum(last) ? last : undefined;
  const body = sums === undefined ? lines : lines.slice(0, -1);
  const delimiter = delimiterOf(body);
  const positions = delimiter === undefined ? positionsOf(body) : undefined;
  const cells = body.map(line =>
    positions === undefined
      ? split(line, delimiter!)
      : positions.map(([from, to]) => line.slice(from, to).trim()),
  );
  const hasHeader = cells.length > 1 && isWords(cells[0]!) && !isWords(cells[1]!);
  const trailer =
    sums === undefined
      ? undefined
      : delimiter === undefined
        ? sums.trim().split(/\s+/)
        : split(sums, delimiter);
  return {
    ...{ encoding, hasByteOrderMark, lineEnd, delimiter, positions, trailer },
    header: hasHeader ? cells[0] : undefined,
    rows: hasHeader ? cells.slice(1) : cells,
  };
}

/** Whether a line begins as one with sums does. */
function isSum(line: string): boolean {
  return /^["\s]*((grand )?totals?|trl)\b/i.test(line);
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

/** The character that parts every line into the same number of columns, the most of them. */
function delimiterOf(lines: readonly string[]): string | undefined {
  const found = ['|', '\t', ';', ',']
    .map(character => {
      const counts = lines.map(line => split(line, character).length);
      const usual = Math.max(0, ...counts);
      const isSteady = counts.filter(count => count === usual).length >= counts.length * 0.9;
      return { character, columns: isSteady ? usual : 0 };
    })
    .toSorted((a, b) => b.columns - a.columns)[0];
  return found !== undefined && found.columns > 1 ? found.character : undefined;
}

function split(line: string, delimiter: string): string[] {
  if (!line.includes('"')) return line.split(delimiter).map(cell => cell.trim());
  const cells = [''];
  let isQuoted = false;
  for (const character of line) {
    if (character === '"') isQuoted = !isQuoted;
    else if (character === delimiter && !isQuoted) cells.push('');
    else cells[cells.length - 1] += character;
  }
  return cells.map(cell => cell.trim());
}

/** Columns of a file of fixed width: what lies between characters that are a space in every line. */
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
 * The amount a cell holds, as plain text: `(1,234.50)` and `1234.50-` are `-1234.50`. Undefined for anything else.
 */
export function amountIn(cell: string): string | undefined {
  const text = cell.trim().replace(/^\$|(?<=^[-(])\$/, '');
  const [, open, sign, digits, trailing] =
    /^(\()?([-+]?)(\d[\d,]*(?:\.\d+)?|\.\d+)(\)|-)?$/.exec(text) ?? [];
  if (digits === undefined || (open === undefined) !== (trailing !== ')')) return undefined;
  const isNegative = sign === '-' || trailing !== undefined;
  return `${isNegative ? '-' : ''}${digits.replaceAll(',', '')}`;
}
