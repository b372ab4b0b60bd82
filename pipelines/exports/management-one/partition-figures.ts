import type { RollForwardDifference } from '../../../transforms/management-one/checks/movements.ts';
import type { Reconciliation } from '../../../transforms/management-one/checks/reconciliation.ts';
import type { ClassDecision } from '../../../transforms/management-one/classes.ts';
import { exactFigures, type Figures } from '../../../transforms/management-one/figures.ts';
import { decimalsOf } from '../../../transforms/management-one/style.ts';
import { ask } from './ask.ts';
import { createCells, type Subject } from './cells.ts';
import type { Partition } from './partitions.ts';
import { reconcilePartition } from './reconcile.ts';
import type { Answers } from './reported-figures.ts';

/** Which class each class code, as items have it, counts under. */
export interface Classes {
  readonly decisions: ReadonlyMap<string, ClassDecision>;
  /** Codes that are in the file, and the class of each. */
  readonly written: readonly string[];
  readonly into: readonly string[];
}

/** Totals of what is in the file of one location, or of what is left out of it; exact. */
export interface TotalsRow {
  /** Management One's number; undefined for all locations that are not exported. */
  readonly location: string | undefined;
  readonly isInFile: boolean;
  readonly figures: Figures;
}

/** What one look at the warehouse says about half of the locations, beside their lines. */
export interface PartitionFigures {
  readonly totals: readonly TotalsRow[];
  readonly rollForwardDifferences: readonly RollForwardDifference[];
  /** Units that no inventory transaction explains. */
  readonly unexplained: readonly RollForwardDifference[];
  readonly agreement: readonly Reconciliation[];
  /** What each column must sum to as it is written. */
  readonly written: Figures;
}

/** Fills `_month_cells` and `_month_lines` on the connection of a half. */
export async function createLines(
  subject: Subject,
  half: Partition,
  { written, into }: Classes,
): Promise<void> {
  await createCells(subject, half);
  await ask(half.client, 'create-lines', [half.numbers, half.theirs, written, into]);
}

/** Everything that is asked of a half beside its lines. */
export async function figuresOfPartition(
  { settings }: Subject,
  half: Partition,
  { written }: Classes,
  answers: Promise<Answers>,
): Promise<PartitionFigures> {
  const { client, numbers } = half;
  const sold = settings.sales === 'location_sales' ? 'sold' : 'handed_over';
  const [due = {}] = await ask<Record<string, unknown>>(client, 'written', [
    decimalsOf('EndUnits', settings.layout),
    decimalsOf('EndCost', settings.layout),
  ]);
  return {
    totals: await totalsOfPartition(half, written),
    rollForwardDifferences: await ask<RollForwardDifference>(client, 'roll-forward', [numbers], {
      sold_units: `${sold}_units`,
      sold_cost: `${sold}_cost`,
      unstocked_units: `unstocked_${sold}_units`,
      unstocked_cost: `unstocked_${sold}_cost`,
    }),
    unexplained: await ask<RollForwardDifference>(client, 'stock-changes', [numbers]),
    written: exactFigures(due),
    agreement: await reconcilePartition(await answers, half),
  };
}

/** Sums by location, of what is in the file and of what is not. */
export async function totalsOfPartition(
  { client, numbers, theirs }: Partition,
  written: readonly string[],
): Promise<readonly TotalsRow[]> {
  const rows = await ask<Record<string, unknown>>(client, 'totals', [numbers, theirs, written]);
  return rows.map(row => ({
    location: row.Location === null ? undefined : String(row.Location),
    isInFile: row.is_in_file === true,
    figures: exactFigures(row),
  }));
}
