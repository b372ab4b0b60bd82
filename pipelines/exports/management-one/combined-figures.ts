/** The figures of a month, put together from those of the two halves of its locations. */
import { ExactSum } from '../../../transforms/exact-sum.ts';
import { rounded } from '../../../transforms/figures.ts';
import type { RollForwardDifference } from '../../../transforms/management-one/checks/movements.ts';
import type { Reconciliation } from '../../../transforms/management-one/checks/reconciliation.ts';
import { FIGURES, type Figures, shownFigures } from '../../../transforms/management-one/figures.ts';
import type { TotalsRow } from './partition-figures.ts';
import type { MonthTotals } from './result.ts';

interface Place {
  readonly location: string;
  readonly code: string;
}

/** The month's totals as people read them. */
export function totalsOf(rows: readonly TotalsRow[]): MonthTotals {
  const sum = (isInFile: boolean) =>
    sumOfFigures(rows.filter(row => row.isInFile === isInFile).map(({ figures }) => figures));
  return {
    locations: rows
      .filter(row => row.isInFile)
      .map(({ location, figures }) => ({ location: location!, figures: shownFigures(figures) })),
    file: shownFigures(sum(true)),
    leftOut: shownFigures(sum(false)),
  };
}

/** Every figure summed, exact. */
export function sumOfFigures(parts: readonly Figures[]): Figures {
  return Object.fromEntries(FIGURES.map(name => [name, sum(parts.map(part => part[name] ?? '0'))]));
}

/** Figures that differ by place, after those in all, of which each half knows its part. */
export function combineReconciliations(rows: readonly Reconciliation[]): readonly Reconciliation[] {
  const apart = rows.filter(({ level }) => level !== 'all').toSorted(byPlace);
  const inAll = Map.groupBy(
    rows.filter(({ level }) => level === 'all'),
    ({ metric }) => metric,
  );
  const sums = [...inAll.values()].map(parts => ({
    ...parts[0]!,
    ours: sum(parts.map(({ ours }) => ours)),
    theirs: sum(parts.map(({ theirs }) => theirs)),
    difference: sum(parts.map(({ difference }) => difference)),
  }));
  return [...sums, ...apart];
}

function sum(values: readonly string[]): string {
  const sum = new ExactSum();
  for (const value of values) sum.add(value);
  return sum.toString();
}

/** What is left over, the largest first: at cost, then in units. */
export function largestFirst<Row extends RollForwardDifference>(
  rows: readonly Row[],
): readonly Row[] {
  return rows
    .map(row => ({ row, cost: size(row.cost), units: size(row.units) }))
    .toSorted(
      (a, b) =>
        Number(b.cost > a.cost) - Number(b.cost < a.cost) ||
        Number(b.units > a.units) - Number(b.units < a.units) ||
        byPlace(a.row, b.row),
    )
    .map(({ row }) => row);
}

function byPlace(a: Place, b: Place): number {
  return compareText(a.location, b.location) || compareText(a.code, b.code);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** How large an amount is, in millionths. */
function size(amount = '0'): bigint {
  return BigInt(rounded(amount, 6).replace(/[-.]/g, ''));
}
