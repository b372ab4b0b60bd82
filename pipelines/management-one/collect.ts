import { lastValueFrom } from 'rxjs';
import type { Warehouse } from '../../sinks/postgres/warehouse.ts';
import type { ClassFigures } from '../../transforms/management-one/figures.ts';
import { namedFigures } from '../../transforms/management-one/line.ts';
import { totalsOf } from './both.ts';
import type { Subject } from './cells.ts';
import { decideClasses } from './figures.ts';
import { copiedLines } from './lines.ts';
import { exportedLocations } from './locations.ts';
import type { MonthTotals } from './result.ts';
import { createLines, totalsOfShare } from './share.ts';
import { inShares } from './shares.ts';

/** A month as the warehouse has it now, without proofs. */
export interface CollectedMonth {
  /** Its lines, exact. */
  readonly rows: readonly ClassFigures[];
  readonly totals: MonthTotals;
}

/** Computes a month from the warehouse alone. */
export function collectMonth(warehouse: Warehouse, subject: Subject): Promise<CollectedMonth> {
  const collecting = inShares(warehouse, exportedLocations(subject.configuration), async shares => {
    const classes = await decideClasses(subject, shares[0].client);
    const parts = await Promise.all(
      shares.map(async share => {
        await createLines(subject, share, classes);
        const totals = await totalsOfShare(share, classes.written);
        const rows: ClassFigures[] = [];
        for await (const lines of copiedLines(share.client)) rows.push(...lines.map(namedFigures));
        return { totals, rows };
      }),
    );
    return {
      rows: parts.flatMap(({ rows }) => rows),
      totals: totalsOf(parts.flatMap(({ totals }) => totals)),
    };
  });
  return lastValueFrom(collecting);
}
