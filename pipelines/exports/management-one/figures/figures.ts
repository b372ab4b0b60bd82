import type { Warehouse } from '../../../../sinks/postgres/warehouse.ts';
import type { RollForwardDifference } from '../../../../transforms/management-one/checks/movements.ts';
import type { Reconciliation } from '../../../../transforms/management-one/checks/reconciliation.ts';
import {
  type ClassFigures,
  exactFigures,
  type Figures,
} from '../../../../transforms/management-one/figures.ts';
import { namedFigures } from '../../../../transforms/management-one/line.ts';
import { decimalsOf } from '../../../../transforms/management-one/style.ts';
import { periodInWords } from '../../../../transforms/month.ts';
import { untilAborted } from '../../../run/stopping.ts';
import type { Work } from '../../../run/work.ts';
import type { ManagementOneConfiguration } from '../../../settings/management-one.ts';
import { type ControlTotals, reconcilePartition } from '../reconcile.ts';
import type { MonthTotals } from '../result.ts';
import { exportedLocations } from '../settings.ts';
import {
  type Classes,
  copiedLines,
  createLines,
  decideClasses,
  type Lines,
  type Subject,
} from './cells.ts';
import { findingsOfSources, findUnmapped, type SourceFindings, type Unmapped } from './findings.ts';
import {
  combineReconciliations,
  inPartitions,
  largestFirst,
  type Partition,
  type Partitions,
  runStatement,
  sumOfFigures,
  type TotalsRow,
  totalsOf,
} from './partitions.ts';

/** Everything that the warehouse says about a month, other than its lines. */
export interface MonthFigures extends Unmapped, SourceFindings {
  readonly totals: MonthTotals;
  /** By class code as items have it. */
  readonly decisions: Classes['decisions'];
  readonly reconciliations: readonly Reconciliation[];
  readonly rollForwardDifferences: readonly RollForwardDifference[];
  /** Units that no inventory transaction explains. */
  readonly unexplained: readonly RollForwardDifference[];
  /** What each column must sum to, each cell rounded as it is written. */
  readonly expectedSums: Figures;
}

/** The figures of one partition, other than its lines. */
interface PartitionFigures {
  readonly totals: readonly TotalsRow[];
  readonly rollForwardDifferences: readonly RollForwardDifference[];
  readonly unexplained: readonly RollForwardDifference[];
  readonly reconciliations: readonly Reconciliation[];
  readonly expectedSums: Figures;
}

/** Takes the lines of the file, in their order, as they come. */
type LineConsumer<T> = (lines: Lines) => Promise<T>;

/**
 * Computes the month from one snapshot, so that the file and its checks have the same figures.
 *
 * @param consume takes the lines of the file, in their order, as they come
 * @throws InterruptedError after an abort
 */
export async function figuresOfMonth<T>(
  work: Work,
  settings: ManagementOneConfiguration,
  month: Subject['month'],
  controlTotals: Promise<ControlTotals>,
  consume: LineConsumer<T>,
  signal: AbortSignal,
): Promise<{ readonly figures: MonthFigures; readonly consumed: T }> {
  const title = `Computing ${periodInWords(month)}`;
  work.report({ kind: 'stage', title });
  const { configuration, runId, warehouse } = work;
  const subject = { configuration, settings, month };
  let consuming: Promise<unknown> = Promise.resolve();
  const consumeLines: LineConsumer<T> = lines => {
    const consumed = consume(lines);
    consuming = consumed;
    return consumed;
  };
  const computing = inPartitions(warehouse, exportedLocations(configuration), partitions =>
    compute(partitions, subject, runId, controlTotals, consumeLines),
  );
  try {
    return await untilAborted(computing, signal, title);
  } finally {
    // After a failure or an abort the last write to disk may still be running.
    await consuming.catch(() => {});
  }
}

/**
 * Computes both partitions at once. While one connection streams its lines, the other has time for
 * everything else:
 *
 *     first: create its lines | stream them             | its figures, and those of the sources
 *     rest:  create its lines | its figures             | stream its lines
 */
async function compute<T>(
  partitions: Partitions,
  subject: Subject,
  runId: string,
  controlTotals: Promise<ControlTotals>,
  consume: LineConsumer<T>,
) {
  const [first, rest] = partitions;
  const classes = await decideClasses(subject, first.client);
  const figuresOf = (partition: Partition) =>
    figuresOfPartition(subject, partition, classes, controlTotals);

  const firstLinesCreated = createLines(subject, first, classes);
  const firstLinesStreamed = Promise.withResolvers<void>();
  const restFigures = createLines(subject, rest, classes).then(() => figuresOf(rest));
  const firstFigures = firstLinesStreamed.promise.then(() => figuresOf(first));
  const findings = firstFigures.then(() => findingsOfSources(subject, first.client, runId));

  async function* lines(): Lines {
    await firstLinesCreated;
    yield* copiedLines(first.client);
    firstLinesStreamed.resolve();
    await restFigures;
    yield* copiedLines(rest.client);
  }
  const [consumed, one, other, sources] = await Promise.all([
    consume(lines()),
    firstFigures,
    restFigures,
    findings,
    // Here too: a consumer that fails early, as without a folder, never reads a line.
    firstLinesCreated,
  ]);
  const unmapped = await findUnmapped(subject, partitions, classes);
  const figures: MonthFigures = {
    ...combineFigures(one, other),
    ...{ decisions: classes.decisions, ...unmapped, ...sources },
  };
  return { figures, consumed };
}

function combineFigures(one: PartitionFigures, other: PartitionFigures) {
  return {
    totals: totalsOf([...one.totals, ...other.totals]),
    reconciliations: combineReconciliations([...one.reconciliations, ...other.reconciliations]),
    rollForwardDifferences: largestFirst([
      ...one.rollForwardDifferences,
      ...other.rollForwardDifferences,
    ]),
    unexplained: largestFirst([...one.unexplained, ...other.unexplained]),
    expectedSums: sumOfFigures([one.expectedSums, other.expectedSums]),
  };
}

async function figuresOfPartition(
  { settings }: Subject,
  partition: Partition,
  { codesInFile }: Classes,
  controlTotals: Promise<ControlTotals>,
): Promise<PartitionFigures> {
  const { client, numbers } = partition;
  const sold = settings.sales === 'location_sales' ? 'sold' : 'handed_over';
  const [sums = {}] = await runStatement<Record<string, unknown>>(client, 'expected-sums', [
    decimalsOf('EndUnits', settings.layout),
    decimalsOf('EndCost', settings.layout),
  ]);
  return {
    totals: await totalsOfPartition(partition, codesInFile),
    rollForwardDifferences: await runStatement<RollForwardDifference>(
      client,
      'roll-forward',
      [numbers],
      {
        sold_units: `${sold}_units`,
        sold_cost: `${sold}_cost`,
        unstocked_units: `unstocked_${sold}_units`,
        unstocked_cost: `unstocked_${sold}_cost`,
      },
    ),
    unexplained: await runStatement<RollForwardDifference>(client, 'stock-changes', [numbers]),
    expectedSums: exactFigures(sums),
    reconciliations: await reconcilePartition(await controlTotals, partition),
  };
}

/** Sums by location what the file holds, and what it leaves out. */
async function totalsOfPartition(
  { client, numbers, fileNumbers }: Partition,
  codesInFile: readonly string[],
): Promise<readonly TotalsRow[]> {
  const values = [numbers, fileNumbers, codesInFile];
  const rows = await runStatement<Record<string, unknown>>(client, 'totals', values);
  return rows.map(row => ({
    location: row.Location === null ? undefined : String(row.Location),
    isInFile: row.is_in_file === true,
    figures: exactFigures(row),
  }));
}

/** A month as the warehouse has it now, without checks. */
export interface StoredMonth {
  /** Its lines, exact. */
  readonly rows: readonly ClassFigures[];
  readonly totals: MonthTotals;
}

/**
 * Computes a month from the warehouse alone, without checks.
 *
 * @throws InterruptedError after an abort
 */
export function computeStoredMonth(
  warehouse: Warehouse,
  subject: Subject,
  signal: AbortSignal,
): Promise<StoredMonth> {
  const locations = exportedLocations(subject.configuration);
  const computing = inPartitions(warehouse, locations, async partitions => {
    const classes = await decideClasses(subject, partitions[0].client);
    const parts = await Promise.all(
      partitions.map(async partition => {
        await createLines(subject, partition, classes);
        const totals = await totalsOfPartition(partition, classes.codesInFile);
        const rows: ClassFigures[] = [];
        for await (const lines of copiedLines(partition.client)) {
          rows.push(...lines.map(namedFigures));
        }
        return { totals, rows };
      }),
    );
    return {
      rows: parts.flatMap(({ rows }) => rows),
      totals: totalsOf(parts.flatMap(({ totals }) => totals)),
    };
  });
  return untilAborted(computing, signal, `Computing ${periodInWords(subject.month)}`);
}
