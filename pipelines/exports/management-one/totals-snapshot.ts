import { z } from 'zod';
import { listExports, type RecordedExport } from '../../../sinks/postgres/exports.ts';
import type { DayRange } from '../../../transforms/day.ts';
import type { Totals } from '../../../transforms/management-one/changes.ts';
import { type ClassFigures, shownFigures } from '../../../transforms/management-one/figures.ts';
import { type Line, namedFigures } from '../../../transforms/management-one/line.ts';
import type { Work } from '../../run/work.ts';
import type { MonthTotals } from './result.ts';

/** Beyond so many, the figures by class are kept in the file alone. */
export const MOST_CLASSES_KEPT = 5_000;

/** The totals of an export as they are written down: with the figures by class, unless those are very many. */
export interface TotalsSnapshot extends Totals {
  readonly classes?: readonly ClassFigures[] | undefined;
  /** The days it is about. */
  readonly period?: DayRange | undefined;
}

const figures = z.record(z.string(), z.string());
const kept = z.object({
  locations: z.array(z.object({ location: z.string(), figures })),
  file: figures,
  leftOut: figures,
  period: z.object({ start: z.string(), end: z.string() }).optional(),
  classes: z.array(z.object({ location: z.string(), classCode: z.string(), figures })).optional(),
});

/** What is written down of a month's figures. */
export function totalsSnapshot(
  { start, end }: DayRange,
  totals: MonthTotals,
  lines: readonly Line[] | undefined,
): TotalsSnapshot {
  const kept = { period: { start, end }, ...totals };
  if (lines === undefined || lines.length > MOST_CLASSES_KEPT) return kept;
  const rows = lines.map(namedFigures);
  return { ...kept, classes: rows.map(row => ({ ...row, figures: shownFigures(row.figures) })) };
}

/** The totals of an export, or undefined where they were written by an older version. */
export function totalsOf({ totals }: Pick<RecordedExport, 'totals'>): TotalsSnapshot | undefined {
  return kept.safeParse(totals).data;
}

/** The export of a month that went out last, if any did. */
export async function lastDelivered(
  { warehouse }: Pick<Work, 'warehouse'>,
  label: string,
): Promise<RecordedExport | undefined> {
  const [last] = await listExports(warehouse, 'management_one', {
    period: label,
    statuses: ['delivered'],
    limit: 1,
  });
  return last;
}
