import { madeExports, type RecordedExport } from '../../../sinks/postgres/exports.ts';
import type { Warehouse } from '../../../sinks/postgres/warehouse.ts';
import {
  type Change,
  changesOfClasses,
  changesOfTotals,
} from '../../../transforms/management-one/changes.ts';
import type { Configuration } from '../../settings/schema.ts';
import { lastDelivered, totalsOf } from './delivery-history.ts';
import { computeStoredMonth } from './figures/figures.ts';

/** A month whose figures changed after it was sent. */
export interface Restatement {
  readonly label: string;
  readonly exportId: string;
  readonly sentOn: Date;
  /** By location and in total; empty where figures only moved from one class to another. */
  readonly changes: readonly Change[];
  /** By class; empty where there were too many classes to record. */
  readonly classChanges: readonly Change[];
}

/** How many months are compared, the latest first. */
const MONTHS = 13;

/** Figures that are as of today, so a change says nothing about the month: orders, retail values. */
const AS_OF_TODAY = /^OnOrder|Retail$/;

/**
 * Finds months whose figures changed after they were sent, from the warehouse alone.
 *
 * Later syncs bring voided and back-dated tickets, documents completed late, items in another class.
 */
export async function restatements(
  warehouse: Warehouse,
  configuration: Configuration,
  signal: AbortSignal,
): Promise<readonly Restatement[]> {
  if (configuration.management_one === undefined) return [];
  const delivered = await madeExports(warehouse, {
    kind: 'management_one',
    statuses: ['delivered'],
  });
  const labels = [...new Set(delivered.map(({ period }) => period))].slice(0, MONTHS);
  const found: Restatement[] = [];
  for (const label of labels) {
    const sent = await lastDelivered({ warehouse }, label);
    const restated = sent && (await restatementOf(warehouse, configuration, sent, signal));
    if (restated !== undefined) found.push(restated);
  }
  return found;
}

async function restatementOf(
  warehouse: Warehouse,
  configuration: Configuration,
  sent: RecordedExport,
  signal: AbortSignal,
): Promise<Restatement | undefined> {
  const settings = configuration.management_one!;
  const before = totalsOf(sent);
  // Recorded by an older version, which recorded less.
  if (before?.period === undefined) return undefined;
  const month = { label: sent.period, ...before.period };
  const now = await computeStoredMonth(warehouse, { configuration, settings, month }, signal);
  const isOfTheMonth = ({ figure }: Change) => !AS_OF_TODAY.test(figure);
  const changes = changesOfTotals(before, now.totals).filter(isOfTheMonth);
  const classChanges =
    before.classes === undefined
      ? []
      : changesOfClasses(before.classes, now.rows).filter(isOfTheMonth);
  if (changes.length + classChanges.length === 0) return undefined;
  return {
    label: sent.period,
    exportId: sent.exportId,
    sentOn: sent.deliveredAt ?? sent.madeAt,
    changes,
    classChanges,
  };
}
