import type { AnalyzerRow } from '../../sources/heartland/analyzer.ts';
import { COPY_NULL, copyText } from '../../transforms/copy-text.ts';
import { ExactSum } from '../../transforms/exact-sum.ts';

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

/** Lines that are written at a time; one a write was measured five times slower. */
const LINES_A_WRITE = 5_000;

/**
 * Figures as Heartland summed them: for each level, location and class those of all its reports, side by side. One that
 * comes twice in the same report, as no class code and an empty one do, is summed.
 */
export class Answers {
  readonly #names: { readonly location: string; readonly classCode: string };
  /** By location, then by what stands before the figures in COPY's text format. */
  readonly #lines = new Map<string, Map<string, (Figure | undefined)[]>>();

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
    for (const row of rows) {
      const location = level === 'all' ? '' : String(row[this.#names.location] ?? '');
      const code = level === 'class' ? String(row[this.#names.classCode] ?? '') : '';
      const line = this.#line(location, `${level}\t${word(location)}\t${word(code)}`);
      for (const { from, at } of places) {
        const figure = (row[from] ?? 0) as Figure;
        const before = line[at];
        line[at] = before === undefined ? figure : sum(before, figure);
      }
    }
  }

  #line(location: string, key: string): (Figure | undefined)[] {
    const lines = this.#lines.get(location) ?? new Map<string, (Figure | undefined)[]>();
    this.#lines.set(location, lines);
    const line = lines.get(key) ?? METRICS.map(() => undefined);
    lines.set(key, line);
    return line;
  }

  /** The figures of some locations in COPY's text format. What is of no location, and in all, is of location ''. */
  *copyText(isHere: (location: string) => boolean): Generator<string> {
    let write: string[] = [];
    for (const [location, lines] of this.#lines) {
      if (!isHere(location)) continue;
      for (const [key, figures] of lines) {
        let text = key;
        for (const figure of figures) text += `\t${figure === undefined ? COPY_NULL : figure}`;
        write.push(`${text}\n`);
      }
      if (write.length < LINES_A_WRITE) continue;
      yield write.join('');
      write = [];
    }
    yield write.join('');
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
