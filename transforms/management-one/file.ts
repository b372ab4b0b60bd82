/** The month as the lines of a file: header, one line for each location and class, trailer. */
import { rounded } from '../figures.ts';
import { type Layout, lineWriter, renderHeader } from '../layout.ts';
import { FIGURES, type Figures } from './figures.ts';
import { type Line, WORDS } from './line.ts';
import { type DateStyle, decimalsOf, type FigureStyle, figureWriter, writtenDay } from './style.ts';
import { ColumnSum } from './sum.ts';

/** What the lines are made with. */
export interface FileStyle extends FigureStyle {
  readonly dates: DateStyle;
  /** The word that begins a last line with the sums; undefined for no such line. */
  readonly trailer?: string | undefined;
}

/** What is the same in every line. */
export interface FileHead {
  readonly clientId: string;
  readonly start: string;
  readonly end: string;
}

/** The columns before the figures. */
const FIRST = ['ClientID', 'PeriodStart', 'PeriodEnd', ...WORDS];

/** Writes the lines of one file. */
export interface FileWriter {
  /** '' where the layout has none. */
  header(): string;
  /**
   * One line that {@link lineRounder} rounded.
   *
   * @throws HeldError where the layout cannot hold a value
   */
  line(line: Line): string;
  /** The last line: its word in the first column, and the sums; '' where there is none. */
  trailer(sums: Figures): string;
}

export function fileWriter(layout: Layout, style: FileStyle, head: FileHead): FileWriter {
  const write = lineWriter(layout, [...FIRST, ...FIGURES]);
  const figures = FIGURES.map(name => figureWriter(name, style));
  const constants = [
    head.clientId,
    writtenDay(head.start, style.dates),
    writtenDay(head.end, style.dates),
  ];
  return {
    header: () => renderHeader(layout),
    line: line =>
      write([
        ...constants,
        ...line.map((text, at) => (at < WORDS.length ? text : figures[at - WORDS.length]!(text))),
      ]),
    trailer: sums => {
      if (style.trailer === undefined) return '';
      const values = [
        ...FIRST.map(() => ''),
        ...FIGURES.map((name, at) => figures[at]!(sums[name]!)),
      ];
      const first = [...FIRST, ...FIGURES].indexOf(layout.columns[0]!.from);
      if (first >= 0) values[first] = style.trailer;
      return write(values);
    },
  };
}

/** Rounds each figure to the decimals of the file, once: lines and sums use the same cells. */
export function lineRounder(style: FigureStyle): (line: Line) => Line {
  const decimals = FIGURES.map(name => decimalsOf(name, style));
  // Most figures of a large file are zero, so its text is made once.
  const zeros = decimals.map(places => rounded('0', places));
  return line =>
    line.map((text, at) => {
      if (at < WORDS.length) return text;
      const figure = at - WORDS.length;
      return text === '0' ? zeros[figure]! : rounded(text, decimals[figure]!);
    });
}

/** Sums the columns of the file over their rounded cells. */
export class WrittenSums {
  readonly #sums: readonly ColumnSum[];
  readonly #zeros: readonly string[];

  constructor(style: FigureStyle) {
    this.#sums = FIGURES.map(name => new ColumnSum(decimalsOf(name, style)));
    this.#zeros = FIGURES.map(name => rounded('0', decimalsOf(name, style)));
  }

  /** Adds a line that {@link lineRounder} rounded. */
  add(line: Line): void {
    for (let at = 0; at < FIGURES.length; at++) {
      const text = line[at + WORDS.length]!;
      // Most figures of a large file are zero.
      if (text !== this.#zeros[at]) this.#sums[at]!.add(text);
    }
  }

  figures(): Figures {
    return Object.fromEntries(FIGURES.map((name, at) => [name, this.#sums[at]!.toString()]));
  }
}
