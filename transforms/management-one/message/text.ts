import { isMonthLabel, periodInWords } from '../../month.ts';
import { type Cells, filesLine, type MonthEndSummary, sectionsOf } from './summary.ts';

/** Writes the plain text part of the e-mail. */
export function messageText(summary: MonthEndSummary): string {
  const { merchant, clientId, month } = summary;
  const lines = [
    `Management One month-end file of ${merchant}, client ${clientId}`,
    isMonthLabel(month.label)
      ? `${periodInWords(month)}: ${month.start} to ${month.end}`
      : periodInWords(month),
    wrapped(filesLine(summary)).join('\n').trimStart(),
  ];
  for (const { title, note, table } of sectionsOf(summary)) {
    lines.push('', title, '-'.repeat(title.length));
    if (note !== undefined) lines.push(note);
    if (table !== undefined) lines.push(plainTable(table));
  }
  return `${lines.join('\n')}\n`;
}

/** Characters in a line that every mail program shows without wrapping. */
const WIDTH = 100;
/** Cells of at most this many characters share a line. */
const SHORT = 40;

/** Writes a table for an e-mail: in columns, or if that is too wide, each row as a paragraph. */
export function plainTable(rows: Cells): string {
  const table = textTable(rows);
  if (table.split('\n').every(line => line.length <= WIDTH)) return table;
  const [[title, ...names] = [], ...body] = rows;
  return body
    .map(([first = '', ...cells]) => {
      const labeled = cells.flatMap((cell, at) => (cell === '' ? [] : [`${names[at]}: ${cell}`]));
      const isShort = (text: string) => text.length <= SHORT;
      const short = labeled.filter(isShort).join(', ');
      const paragraphs = [
        ...(short === '' ? [] : [short]),
        ...labeled.filter(each => !isShort(each)),
      ];
      return [`${title} ${first === '' ? '(none)' : first}`, ...paragraphs.flatMap(wrapped)].join(
        '\n',
      );
    })
    .join('\n');
}

/** Wraps a text at {@link WIDTH} characters; lines after the first are indented further. */
function wrapped(text: string): readonly string[] {
  const lines: string[] = [];
  let line = ' ';
  for (const word of text.split(' ')) {
    if (line.trim() !== '' && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = '     ';
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}

/** Aligns cells in columns: figures to the right, words to the left, the last column unpadded. */
export function textTable(rows: Cells): string {
  const [head = [], ...body] = rows;
  const widths = head.map((_, column) => Math.max(...rows.map(row => (row[column] ?? '').length)));
  const isFigure = head.map((_, column) =>
    body.every(row => /^[-+]?[\d,.]+( \(.*\))?$|^$/.test(row[column] ?? '')),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) =>
        column > 0 && isFigure[column]
          ? cell.padStart(widths[column]!)
          : cell.padEnd(widths[column]!),
      )
      .join('  ')
      .trimEnd();
  return rows.map(line).join('\n');
}
