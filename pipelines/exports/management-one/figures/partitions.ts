import type pg from 'pg';
import type { Observable } from 'rxjs';
import { onOneSnapshot } from '../../../../sinks/postgres/snapshot.ts';
import { type Names, statement } from '../../../../sinks/postgres/statement.ts';
import type { Warehouse } from '../../../../sinks/postgres/warehouse.ts';
import { ExactSum } from '../../../../transforms/exact-sum.ts';
import { rounded } from '../../../../transforms/figures.ts';
import type { RollForwardDifference } from '../../../../transforms/management-one/checks/movements.ts';
import type { Reconciliation } from '../../../../transforms/management-one/checks/reconciliation.ts';
import {
  FIGURES,
  type Figures,
  shownFigures,
} from '../../../../transforms/management-one/figures.ts';
import type { MonthTotals } from '../result.ts';
import type { ExportedLocations } from '../settings.ts';

/** A share of the locations, and the connection that computes their figures. */
export interface Partition {
  readonly client: pg.PoolClient;
  /** Heartland's numbers of the exported locations in it, in the order of the file. */
  readonly numbers: readonly string[];
  /** Management One's number of each, in the same order. */
  readonly fileNumbers: readonly string[];
  /** The exported locations of the first partition. */
  readonly firstNumbers: readonly string[];
  /** Whether this is the first; the other has every other location, exported or not. */
  readonly isFirst: boolean;
}

export type Partitions = readonly [first: Partition, rest: Partition];

/** The totals of one location, or of what the file leaves out; exact. */
export interface TotalsRow {
  /** Management One's number; undefined for all locations that are not exported. */
  readonly location: string | undefined;
  readonly isInFile: boolean;
  readonly figures: Figures;
}

/**
 * Splits the locations between two connections that see one snapshot of the warehouse.
 *
 * Two processors of the server then work on one month. What `use` writes is in temporary tables.
 */
export function inPartitions<T>(
  warehouse: Warehouse,
  { numbers, fileNumbers }: ExportedLocations,
  use: (partitions: Partitions) => Promise<T>,
): Observable<T> {
  const middle = Math.ceil(numbers.length / 2);
  const firstNumbers = numbers.slice(0, middle);
  return onOneSnapshot(warehouse, async ([one, other]) => {
    for (const client of [one, other]) {
      await tunePlanner(client);
      await runStatement(client, 'create-plus');
    }
    const first = {
      ...{ client: one, numbers: firstNumbers, fileNumbers: fileNumbers.slice(0, middle) },
      ...{ firstNumbers, isFirst: true },
    };
    const rest = {
      ...{ client: other, numbers: numbers.slice(middle), fileNumbers: fileNumbers.slice(middle) },
      ...{ firstNumbers, isFirst: false },
    };
    return use([first, rest]);
  });
}

async function tunePlanner(client: pg.PoolClient): Promise<void> {
  // Two connections keep two processors busy: parallel workers would only take turns with them,
  // and compiling the statements takes longer than running them. More work_mem was measured slower,
  // except for hash tables; merge joins sort text by language rules, which takes three times as long.
  await client.query(
    `set local work_mem = '32MB'; set local max_parallel_workers_per_gather = 0;
     set local jit = off; set local hash_mem_multiplier = 4; set local enable_mergejoin = off`,
  );
}

/** Runs a statement of `sql/exports/management-one/` and returns its rows. */
export async function runStatement<Row extends object>(
  client: pg.PoolClient,
  file: string,
  values: readonly unknown[] = [],
  names: Names = {},
): Promise<Row[]> {
  const { rows } = await client.query<Row & pg.QueryResultRow>(
    statement(`exports/management-one/${file}`, names),
    [...values],
  );
  return rows;
}

/** Sums the totals of all partitions, as people read them. */
export function totalsOf(rows: readonly TotalsRow[]): MonthTotals {
  const sumWhere = (isInFile: boolean) =>
    sumOfFigures(rows.filter(row => row.isInFile === isInFile).map(({ figures }) => figures));
  return {
    locations: rows
      .filter(row => row.isInFile)
      .map(({ location, figures }) => ({ location: location!, figures: shownFigures(figures) })),
    file: shownFigures(sumWhere(true)),
    leftOut: shownFigures(sumWhere(false)),
  };
}

/** Sums every figure, exact. */
export function sumOfFigures(parts: readonly Figures[]): Figures {
  return Object.fromEntries(FIGURES.map(name => [name, sum(parts.map(part => part[name] ?? '0'))]));
}

/** Joins the partitions' reconciliations: grand totals are summed, differences by place listed. */
export function combineReconciliations(rows: readonly Reconciliation[]): readonly Reconciliation[] {
  const byLocationOrClass = rows.filter(({ level }) => level !== 'all').toSorted(compareByPlace);
  const partsByMetric = Map.groupBy(
    rows.filter(({ level }) => level === 'all'),
    ({ metric }) => metric,
  );
  const grandTotals = [...partsByMetric.values()].map(parts => ({
    ...parts[0]!,
    ours: sum(parts.map(({ ours }) => ours)),
    theirs: sum(parts.map(({ theirs }) => theirs)),
    difference: sum(parts.map(({ difference }) => difference)),
  }));
  return [...grandTotals, ...byLocationOrClass];
}

function sum(values: readonly string[]): string {
  const total = new ExactSum();
  for (const value of values) total.add(value);
  return total.toString();
}

/** Sorts differences by size, the largest first: by cost, then by units. */
export function largestFirst<Row extends RollForwardDifference>(
  rows: readonly Row[],
): readonly Row[] {
  return rows
    .map(row => ({ row, cost: magnitude(row.cost), units: magnitude(row.units) }))
    .toSorted(
      (a, b) =>
        Number(b.cost > a.cost) - Number(b.cost < a.cost) ||
        Number(b.units > a.units) - Number(b.units < a.units) ||
        compareByPlace(a.row, b.row),
    )
    .map(({ row }) => row);
}

type Place = Pick<Reconciliation, 'location' | 'code'>;

function compareByPlace(a: Place, b: Place): number {
  return compareText(a.location, b.location) || compareText(a.code, b.code);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** The size of an amount without its sign, in millionths. */
function magnitude(amount = '0'): bigint {
  return BigInt(rounded(amount, 6).replace(/[-.]/g, ''));
}
