import Table from 'cli-table3';

/** One column of a table for people. */
export interface TableColumn {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

const BARE = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ' },
};

/** A plain table: no lines to get in the way of copying it. */
export function table(
  columns: readonly TableColumn[],
  rows: readonly (readonly unknown[])[],
): string {
  const drawn = new Table({
    head: columns.map(column => column.title),
    colAligns: columns.map(column => column.align ?? 'left'),
    chars: BARE,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  drawn.push(...rows.map(row => row.map(cell => String(cell ?? ''))));
  return drawn
    .toString()
    .split('\n')
    .map(line => line.trimEnd())
    .join('\n');
}

/** An exact figure as a person reads it: "1234.50" as "1,234.50". Works on the digits, so nothing is rounded. */
export function withThousands(figure: string): string {
  return figure.replace(/\d+/, whole => whole.replace(/\B(?=(\d{3})+$)/g, ','));
}
