import Table from 'cli-table3';
import { hanging, outputWidth, widest, wrapped } from './width.ts';

/** One column of a table for people. */
export interface TableColumn {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** Its text may continue on further lines if the table is too wide. */
  readonly wraps?: boolean;
  /** It may be hidden if the table is still too wide; the last of several goes first. */
  readonly mayBeHidden?: boolean;
}

/** No rules or borders: they get in the way of copying. */
const BARE = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ' },
};

/** Columns between two cells. */
const GAP = 2;

/**
 * A plain table that fits the terminal; words are never broken.
 *
 * A table that is too wide is first wrapped, then loses columns that may be hidden, which are named
 * below it. If that is not enough, each row becomes a list of its values. Piped, it is as wide as
 * it needs to be.
 */
export function table(
  columns: readonly TableColumn[],
  rows: readonly (readonly unknown[])[],
  width = outputWidth(),
): string {
  const cells = rows.map(row => row.map(cell => String(cell ?? '')));
  const layout = fitted(columns, cells, width);
  if (layout === undefined) return asList(columns, cells, width);
  const { shown, widths } = layout;
  const drawn = new Table({
    head: shown.map((index, at) => wrapped(columns[index]!.title, widths[at]!)),
    colAligns: shown.map(index => columns[index]!.align ?? 'left'),
    chars: BARE,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  drawn.push(...cells.map(row => shown.map((index, at) => wrapped(row[index]!, widths[at]!))));
  const lines = drawn.toString().split('\n');
  const hidden = columns.filter((_, index) => !shown.includes(index)).map(({ title }) => title);
  return [
    ...lines.map(line => line.trimEnd()),
    ...(hidden.length === 0
      ? []
      : [`columns hidden: ${hidden.join(', ')}; use --json or a wider terminal`]),
  ].join('\n');
}

/** The columns that are shown, by their index, and how wide each is. */
interface Layout {
  readonly shown: readonly number[];
  readonly widths: readonly number[];
}

/** How a table fits into `width`; undefined if it does not fit at all. */
function fitted(
  columns: readonly TableColumn[],
  cells: readonly (readonly string[])[],
  width: number,
): Layout | undefined {
  const textsOf = (index: number) => cells.map(row => row[index]!);
  const whole = columns.map(({ title }, index) => widest([title, ...textsOf(index)], '\n'));
  // A title may always wrap.
  const least = columns.map(({ title, wraps }, index) =>
    Math.max(widest([title], ' '), widest(textsOf(index), wraps ? /\s/ : '\n')),
  );
  let shown = columns.map((_, index) => index);
  const room = () =>
    width - GAP * (shown.length - 1) - shown.reduce((sum, index) => sum + least[index]!, 0);
  while (room() < 0) {
    const hidden = shown.findLast(index => columns[index]!.mayBeHidden);
    if (hidden === undefined) return undefined;
    shown = shown.filter(index => index !== hidden);
  }
  return { shown, widths: widened(shown, least, whole, room()) };
}

/** Gives the room that is left to each column in turn, the one that needs least first. */
function widened(
  shown: readonly number[],
  least: readonly number[],
  whole: readonly number[],
  room: number,
): readonly number[] {
  const widths = [...least];
  const needs = (index: number) => whole[index]! - least[index]!;
  let left = room;
  for (const [at, index] of shown.toSorted((a, b) => needs(a) - needs(b)).entries()) {
    const more = Math.min(needs(index), Math.floor(left / (shown.length - at)));
    widths[index]! += more;
    left -= more;
  }
  return shown.map(index => widths[index]!);
}

/** Row after row, a line for each value that is not empty. */
function asList(
  columns: readonly TableColumn[],
  cells: readonly (readonly string[])[],
  width: number,
): string {
  const label = widest(
    columns.map(({ title }) => title),
    '\n',
  );
  return cells
    .map(row =>
      row
        .map((cell, index) => [columns[index]!.title, cell] as const)
        .filter(([, cell]) => cell !== '')
        .map(([title, cell]) => hanging(`${title.padEnd(label)}  `, cell, width))
        .join('\n'),
    )
    .join('\n\n');
}
