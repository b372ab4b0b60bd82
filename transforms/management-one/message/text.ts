import { type Cells, sectionsOf, type Told } from './told.ts';

/** The plain part of the e-mail. */
export function messageText(told: Told): string {
  const { merchant, clientId, month, files } = told;
  const lines = [
    `Management One month-end file of ${merchant}, client ${clientId}`,
    `${month.label}: ${month.start} to ${month.end}`,
    `Attached: ${files.map(({ name, rows }) => `${name} (${rows} rows)`).join(', ')}`,
  ];
  for (const { title, note, table } of sectionsOf(told)) {
    lines.push('', title, '-'.repeat(title.length));
    if (note !== undefined) lines.push(note);
    if (table !== undefined) lines.push(textTable(table));
  }
  return `${lines.join('\n')}\n`;
}

/** Cells in columns: figures to the right, words to the left, the last column as long as it is. */
export function textTable(rows: Cells): string {
  const [head = [], ...body] = rows;
  const widths = head.map((_, column) => Math.max(...rows.map(row => (row[column] ?? '').length)));
  const isFigure = head.map((_, column) =>
    body.every(row => /^[-+]?[\d.]+( \(.*\))?$|^$/.test(row[column] ?? '')),
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
