import type { Warehouse } from '../../../sinks/postgres/warehouse.ts';
import type { ClassFigures } from '../../../transforms/management-one/figures.ts';
import { namedFigures } from '../../../transforms/management-one/line.ts';
import { untilAborted } from '../../run/stopping.ts';
import type { Subject } from './cells.ts';
import { totalsOf } from './combined-figures.ts';
import { decideClasses } from './figures.ts';
import { copiedLines } from './lines.ts';
import { exportedLocations } from './locations.ts';
import { createLines, totalsOfPartition } from './partition-figures.ts';
import { inPartitions } from './partitions.ts';
import type { MonthTotals } from './result.ts';

/** A month as the warehouse has it now, without proofs. */
export interface CollectedMonth {
  /** Its lines, exact. */
  readonly rows: readonly ClassFigures[];
  readonly totals: MonthTotals;
}

/**
 * Computes a month from the warehouse alone.
 *
 * @throws InterruptedError after an abort
 */
export function collectMonth(
  warehouse: Warehouse,
  subject: Subject,
  signal: AbortSignal,
): Promise<CollectedMonth> {
  const collecting = inPartitions(
    warehouse,
    exportedLocations(subject.configuration),
    async halves => {
      const classes = await decideClasses(subject, halves[0].client);
      const parts = await Promise.all(
        halves.map(async half => {
          await createLines(subject, half, classes);
          const totals = await totalsOfPartition(half, classes.written);
          const rows: ClassFigures[] = [];
          for await (const lines of copiedLines(half.client)) rows.push(...lines.map(namedFigures));
          return { totals, rows };
        }),
      );
      return {
        rows: parts.flatMap(({ rows }) => rows),
        totals: totalsOf(parts.flatMap(({ totals }) => totals)),
      };
    },
  );
  return untilAborted(collecting, signal, `Computing ${subject.month.label}`);
}
