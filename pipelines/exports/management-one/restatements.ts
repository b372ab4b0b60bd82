import { madeExports, type RecordedExport } from '../../../sinks/postgres/exports.ts';
import type { Warehouse } from '../../../sinks/postgres/warehouse.ts';
import {
  type Change,
  changesOfClasses,
  changesOfTotals,
} from '../../../transforms/management-one/changes.ts';
import type { Configuration } from '../../settings/schema.ts';
import { collectMonth } from './collect.ts';
import { lastDelivered, totalsOf } from './totals-snapshot.ts';

/** A month that went out and would not be the same now. */
export interface Restatement {
  readonly label: string;
  readonly exportId: string;
  readonly sentOn: Date;
  /** By location and in all; empty where figures moved from one class to another only. */
  readonly changes: readonly Change[];
  /** By class; empty where the classes of a sending were too many to keep. */
  readonly classChanges: readonly Change[];
}

/** Months that are looked at, the latest first. */
const MONTHS = 13;

/** As of now whenever it is looked at, and no news about a month: orders, and retail values, which are at today's price. */
const NO_NEWS = /^OnOrder|Retail$/;

/**
 * Months that were sent and have changed since by what later syncs brought: voided and back-dated tickets, papers
 * completed late, items in another class. Asks the warehouse alone.
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
  // Kept by an older version, which wrote down less.
  if (before?.period === undefined) return undefined;
  const month = { label: sent.period, ...before.period };
  const now = await collectMonth(warehouse, { configuration, settings, month }, signal);
  const isNews = ({ figure }: Change) => !NO_NEWS.test(figure);
  const changes = changesOfTotals(before, now.totals).filter(isNews);
  const classChanges =
    before.classes === undefined ? [] : changesOfClasses(before.classes, now.rows).filter(isNews);
  if (changes.length + classChanges.length === 0) return undefined;
  return {
    label: sent.period,
    exportId: sent.exportId,
    sentOn: sent.deliveredAt ?? sent.madeAt,
    changes,
    classChanges,
  };
}
