import Table from 'cli-table3';
import { measured, type TableColumn, wrapped } from './table-width.ts';

const BARE = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ' },
};

/**
 * A plain table: no lines to get in the way of copying it. One that is too wide is made to fit: first titles and the
 * columns that may wrap become narrower, then columns that can be spared are left out, and named below.
 */
export function table(
  columns: readonly TableColumn[],
  rows: readonly (readonly unknown[])[],
  width = terminalWidth(),
): string {
  const cells = rows.map(row => row.map(cell => String(cell ?? '')));
  const { kept, widths } = measured(columns, cells, width);
  const drawn = new Table({
    head: kept.map((index, at) => wrapped(columns[index]!.title, widths[at]!)),
    colAligns: kept.map(index => columns[index]!.align ?? 'left'),
    chars: BARE,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  drawn.push(...cells.map(row => kept.map((index, at) => wrapped(row[index]!, widths[at]!))));
  const spared = columns.filter((_, index) => !kept.includes(index)).map(({ title }) => title);
  return [
    ...drawn
      .toString()
      .split('\n')
      .map(line => line.trimEnd()),
    ...(spared.length === 0
      ? []
      : [`columns hidden: ${spared.join(', ')}; use --json or a wider terminal`]),
  ].join('\n');
}

/** Where nobody looks at a terminal, as in a mail from cron, what every mail program can show. */
export function terminalWidth(): number {
  return process.stdout.columns || Number(process.env.COLUMNS) || 80;
}
