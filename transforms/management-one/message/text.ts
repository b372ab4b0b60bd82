import { type Cells, filesLine, type MonthEndSummary, sectionsOf } from './summary.ts';

/** The plain part of the e-mail. */
export function messageText(told: MonthEndSummary): string {
  const { merchant, clientId, month } = told;
  const lines = [
    `Management One month-end file of ${merchant}, client ${clientId}`,
    `${month.label}: ${month.start} to ${month.end}`,
    wrapped(filesLine(told)).join('\n').trimStart(),
  ];
  for (const { title, note, table } of sectionsOf(told)) {
    lines.push('', title, '-'.repeat(title.length));
    if (note !== undefined) lines.push(note);
    if (table !== undefined) lines.push(plainTable(table));
  }
  return `${lines.join('\n')}\n`;
}

/** Characters in a line that every mail program shows whole. */
const WIDTH = 100;
/** Cells of so many characters share a line. */
const SHORT = 40;

/** A table as it may stand in an e-mail: in columns where that is not too wide, else each line as a paragraph. */
export function plainTable(rows: Cells): string {
  const table = textTable(rows);
  if (table.split('\n').every(line => line.length <= WIDTH)) return table;
  const [[title, ...names] = [], ...body] = rows;
  return body
    .map(([first = '', ...cells]) => {
      const told = cells.flatMap((cell, at) => (cell === '' ? [] : [`${names[at]}: ${cell}`]));
      const isShort = (text: string) => text.length <= SHORT;
      const short = told.filter(isShort).join(', ');
      const paragraphs = [...(short === '' ? [] : [short]), ...told.filter(each => !isShort(each))];
      return [`${title} ${first === '' ? '(none)' : first}`, ...paragraphs.flatMap(wrapped)].join(
        '\n',
      );
    })
    .join('\n');
}

/** A text in lines of at most {@link WIDTH} characters, those after the first further to the right. */
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

/** Cells in columns: figures to the right, words to the left, the last column as long as it is. */
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
