import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import { statement } from '../../../sinks/postgres/statement.ts';
import type { AnalyzerRow } from '../../../sources/heartland/analyzer/analyzer.ts';
import { COPY_NULL, copyText } from '../../../transforms/copy-text.ts';
import { ExactSum } from '../../../transforms/exact-sum.ts';
import type { Reconciliation } from '../../../transforms/management-one/checks/reconciliation.ts';
import { type Partition, runStatement } from './figures/partitions.ts';

/**
 * Compares the figures of a partition with Heartland's control totals, to the cent.
 *
 * @returns the partition's share of each grand total, and every location and class that differs
 */
export async function reconcilePartition(
  controlTotals: ControlTotals,
  { client, firstNumbers, isFirst }: Partition,
): Promise<readonly Reconciliation[]> {
  await client.query(statement('exports/management-one/create-control-totals'));
  const inFirst = new Set(firstNumbers);
  const texts = controlTotals.copyText(location => inFirst.has(location) === isFirst);
  const copy = copyFrom(statement('exports/management-one/copy-control-totals'));
  await pipeline(Readable.from(texts), client.query(copy));
  return runStatement<Reconciliation>(client, 'reconciliation');
}

/** What Heartland's totals are grouped by: location and class, location, or nothing. */
export type Level = 'class' | 'location' | 'all';

/** A figure as JSON gave it: a number, or the digits of one that is too long for that. */
type Figure = number | string;

/** The columns of `copy-control-totals.sql`, in its order. */
const METRICS = [
  ...['begin_units', 'begin_cost', 'begin_retail', 'sold_units', 'sold_margin', 'sold_retail'],
  ...['markdowns_retail', 'end_units', 'end_cost', 'end_retail'],
  ...['on_order_units', 'on_order_retail'],
];

/** The figures of one level, location and class, in the order of {@link METRICS}. */
type TotalsRow = (Figure | undefined)[];

/**
 * Heartland's own totals of the month: for each level, location and class, those of all its reports.
 *
 * A figure that comes twice in one report, as for no class code and an empty one, is summed.
 */
export class ControlTotals {
  readonly #names: { readonly location: string; readonly classCode: string };
  /** By location, then by class code. */
  readonly #levels: Readonly<Record<Level, Map<string, Map<string, TotalsRow>>>> = {
    class: new Map(),
    location: new Map(),
    all: new Map(),
  };

  /** @param names what the reports call location and class code */
  constructor(names: { readonly location: string; readonly classCode: string }) {
    this.#names = names;
  }

  /** Adds the rows of one report. */
  add(
    level: Level,
    metrics: readonly { readonly from: string; readonly metric: string }[],
    rows: readonly AnalyzerRow[],
  ): void {
    const columns = metrics.map(({ from, metric }) => ({ from, at: METRICS.indexOf(metric) }));
    for (const row of rows) {
      const location = level === 'all' ? '' : String(row[this.#names.location] ?? '');
      const code = level === 'class' ? String(row[this.#names.classCode] ?? '') : '';
      const totals = this.#rowOf(level, location, code);
      for (const { from, at } of columns) {
        const figure = (row[from] ?? 0) as Figure;
        const before = totals[at];
        totals[at] = before === undefined ? figure : sum(before, figure);
      }
    }
  }

  #rowOf(level: Level, location: string, code: string): TotalsRow {
    const locations = this.#levels[level];
    let rows = locations.get(location);
    if (rows === undefined) {
      rows = new Map();
      locations.set(location, rows);
    }
    let row = rows.get(code);
    if (row === undefined) {
      row = METRICS.map(() => undefined);
      rows.set(code, row);
    }
    return row;
  }

  /**
   * Gives the totals of some locations in COPY's text format.
   *
   * Grand totals, and what has no location, are under the location ''.
   */
  *copyText(isIncluded: (location: string) => boolean): Generator<string> {
    for (const [level, locations] of Object.entries(this.#levels)) {
      for (const [location, rows] of locations) {
        if (!isIncluded(location)) continue;
        // One location at a time: one write for each line was measured five times slower.
        let text = '';
        for (const [code, figures] of rows) {
          text += `${level}\t${copyable(location)}\t${copyable(code)}`;
          for (const figure of figures) text += `\t${figure === undefined ? COPY_NULL : figure}`;
          text += '\n';
        }
        yield text;
      }
    }
  }
}

function sum(a: Figure, b: Figure): string {
  const total = new ExactSum();
  total.add(a);
  total.add(b);
  return total.toString();
}

/** Text that Postgres cannot store is in no warehouse either: U+FFFD makes it differ from everything. */
function copyable(text: string): string {
  return copyText(text) ?? '\ufffd';
}
