/** The month as the lines of a file: header, one line for each location and class, trailer. */
import { rounded } from '../figures.ts';
import { type Layout, renderRow } from '../layout.ts';
import { type ClassFigures, FIGURES, type Figures } from './figures.ts';
import {
  type DateStyle,
  decimalsOf,
  type FigureStyle,
  writtenDay,
  writtenFigure,
} from './style.ts';
import { sumExact } from './sum.ts';

/** What the lines are made with. */
export interface FileStyle extends FigureStyle {
  readonly dates: DateStyle;
  /** The word that a last line with the sums begins with; none where it is left out. */
  readonly trailer?: string | undefined;
}

/** What is the same in every line. */
export interface FileHead {
  readonly clientId: string;
  readonly start: string;
  readonly end: string;
}

/**
 * One line of the file.
 * @throws HeldError where the layout cannot carry a value
 */
export function renderClass(
  layout: Layout,
  style: FileStyle,
  head: FileHead,
  row: ClassFigures,
): string {
  return renderRow(layout, {
    ClientID: head.clientId,
    PeriodStart: writtenDay(head.start, style.dates),
    PeriodEnd: writtenDay(head.end, style.dates),
    Location: row.location,
    ClassCode: row.classCode,
    ...writtenFigures(row.figures, style),
  });
}

function writtenFigures(figures: Figures, style: FigureStyle): Record<string, string> {
  const cells: Record<string, string> = {};
  for (const name of FIGURES) cells[name] = writtenFigure(name, figures[name] ?? '0', style);
  return cells;
}

/** The last line, or '' where there is none: its word in the first column, and the sums of what is written above. */
export function renderTrailer(
  layout: Layout,
  style: FileStyle,
  rows: readonly ClassFigures[],
): string {
  if (style.trailer === undefined) return '';
  const sums = writtenSums(rows, style);
  const [first] = layout.columns;
  return renderRow(layout, {
    ...{ ClientID: '', PeriodStart: '', PeriodEnd: '', Location: '', ClassCode: '' },
    ...writtenFigures(sums, style),
    ...(first !== undefined && { [first.from]: style.trailer }),
  });
}

/** Every figure with the decimals it is written with, once: the lines and their sums are made of the same cells. */
export function roundedRows(
  rows: readonly ClassFigures[],
  style: FigureStyle,
): readonly ClassFigures[] {
  return rows.map(({ location, classCode, figures }) => {
    const cells: Record<string, string> = {};
    for (const name of FIGURES) {
      cells[name] = rounded(figures[name] ?? '0', decimalsOf(name, style));
    }
    return { location, classCode, figures: cells };
  });
}

/** The sum of each column over what its cells are rounded to. */
export function writtenSums(
  rows: readonly ClassFigures[],
  style: FigureStyle,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    FIGURES.map(name => [
      name,
      sumExact(
        rows.map(row => row.figures[name] ?? '0'),
        decimalsOf(name, style),
      ),
    ]),
  );
}
