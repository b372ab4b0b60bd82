import type { AnalyzerRow } from '../../../sources/heartland/analyzer/analyzer.ts';
import { COPY_NULL, copyText } from '../../../transforms/copy-text.ts';
import { ExactSum } from '../../../transforms/exact-sum.ts';

/** How finely Heartland was asked. */
export type Level = 'class' | 'location' | 'all';

/** A figure as JSON gave it: a number, or the digits of one that is too long for that. */
type Figure = number | string;

/** The columns of `copy-answers.sql`, in its order. */
const METRICS = [
  ...['begin_units', 'begin_cost', 'begin_retail', 'sold_units', 'sold_margin', 'sold_retail'],
  ...['markdowns_retail', 'end_units', 'end_cost', 'end_retail'],
  ...['on_order_units', 'on_order_retail'],
];

/** The figures of one level, location and class, by metric. */
type Line = (Figure | undefined)[];

/**
 * Figures as Heartland summed them: for each level, location and class those of all its reports, side by side. One that
 * comes twice in the same report, as no class code and an empty one do, is summed.
 */
export class Answers {
  readonly #names: { readonly location: string; readonly classCode: string };
  /** By location, then by class code. */
  readonly #levels: Readonly<Record<Level, Map<string, Map<string, Line>>>> = {
    class: new Map(),
    location: new Map(),
    all: new Map(),
  };

  /** @param names what the reports call location and class code */
  constructor(names: { readonly location: string; readonly classCode: string }) {
    this.#names = names;
  }

  /** Takes the rows of one report. */
  add(
    level: Level,
    metrics: readonly { readonly from: string; readonly metric: string }[],
    rows: readonly AnalyzerRow[],
  ): void {
    const places = metrics.map(({ from, metric }) => ({ from, at: METRICS.indexOf(metric) }));
    const locations = this.#levels[level];
    for (const row of rows) {
      const location = level === 'all' ? '' : String(row[this.#names.location] ?? '');
      const code = level === 'class' ? String(row[this.#names.classCode] ?? '') : '';
      let lines = locations.get(location);
      if (lines === undefined) {
        lines = new Map();
        locations.set(location, lines);
      }
      let line = lines.get(code);
      if (line === undefined) {
        line = METRICS.map(() => undefined);
        lines.set(code, line);
      }
      for (const { from, at } of places) {
        const figure = (row[from] ?? 0) as Figure;
        const before = line[at];
        line[at] = before === undefined ? figure : sum(before, figure);
      }
    }
  }

  /** The figures of some locations in COPY's text format. What is of no location, and in all, is of location ''. */
  *copyText(isHere: (location: string) => boolean): Generator<string> {
    for (const [level, locations] of Object.entries(this.#levels)) {
      for (const [location, lines] of locations) {
        if (!isHere(location)) continue;
        // A location at a time: one write a line was measured five times slower.
        let text = '';
        for (const [code, figures] of lines) {
          text += `${level}\t${word(location)}\t${word(code)}`;
          for (const figure of figures) text += `\t${figure === undefined ? COPY_NULL : figure}`;
          text += '\n';
        }
        yield text;
      }
    }
  }
}

function sum(a: Figure, b: Figure): string {
  const sum = new ExactSum();
  sum.add(a);
  sum.add(b);
  return sum.toString();
}

/** What Postgres cannot store stands in no warehouse either, so it differs from everything there. */
function word(text: string): string {
  return copyText(text) ?? '\ufffd';
}
