import { join } from 'node:path';
import { z } from 'zod';
import type { Receipt } from '../../../sinks/delivery.ts';
import {
  closeExport,
  exportedBytes,
  listExports,
  type RecordedExport,
} from '../../../sinks/postgres/exports.ts';
import type { Warehouse } from '../../../sinks/postgres/warehouse.ts';
import { spoolFile } from '../../../sinks/spool.ts';
import { type DayRange, localTime } from '../../../transforms/day.ts';
import { HeldError, UsageError } from '../../../transforms/errors.ts';
import {
  type Change,
  changesOfClasses,
  changesOfTotals,
  type Totals,
} from '../../../transforms/management-one/changes.ts';
import { type ClassFigures, shownFigures } from '../../../transforms/management-one/figures.ts';
import { type Line, namedFigures } from '../../../transforms/management-one/line.ts';
import { type Month, periodInWords } from '../../../transforms/month.ts';
import type { Work } from '../../run/work.ts';
import type { ManagementOneResult, MonthTotals } from './result.ts';

/** Beyond this many classes, the figures by class are in the recorded file only. */
export const MOST_CLASSES_IN_SNAPSHOT = 5_000;

/** The totals that are recorded with an export; by class too, unless there are very many classes. */
export interface TotalsSnapshot extends Totals {
  readonly classes?: readonly ClassFigures[] | undefined;
  /** The days of the file. */
  readonly period?: DayRange | undefined;
}

const figures = z.record(z.string(), z.string());
const snapshotSchema = z.object({
  locations: z.array(z.object({ location: z.string(), figures })),
  file: figures,
  leftOut: figures,
  period: z.object({ start: z.string(), end: z.string() }).optional(),
  classes: z.array(z.object({ location: z.string(), classCode: z.string(), figures })).optional(),
});

/** Returns the totals of a month in the form in which they are recorded. */
export function totalsSnapshot(
  { start, end }: DayRange,
  totals: MonthTotals,
  lines: readonly Line[] | undefined,
): TotalsSnapshot {
  const snapshot = { period: { start, end }, ...totals };
  if (lines === undefined || lines.length > MOST_CLASSES_IN_SNAPSHOT) return snapshot;
  const classes = lines
    .map(namedFigures)
    .map(row => ({ ...row, figures: shownFigures(row.figures) }));
  return { ...snapshot, classes };
}

/** Returns the recorded totals of an export; undefined where an older version recorded them. */
export function totalsOf({ totals }: Pick<RecordedExport, 'totals'>): TotalsSnapshot | undefined {
  return snapshotSchema.safeParse(totals).data;
}

/** Finds the latest delivered export of a month. */
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

/** A month that is built, checked, and recorded as `sending`. */
export interface MonthToDeliver extends Omit<ManagementOneResult, 'status' | 'exportId'> {
  readonly exportId: string;
  readonly snapshot: TotalsSnapshot;
  /** From recipients who have this very file already. */
  readonly earlierReceipts?: readonly Receipt[];
}

/**
 * Recorded before the end of a message is sent.
 *
 * An export that is `sending` without it was interrupted before anybody could receive the file.
 */
export const HANDED_OVER = 'It was handed to the other side, whose answer is not known yet.';

/** The previous deliveries of a month, the latest first. */
export interface DeliveryHistory {
  readonly delivered: readonly RecordedExport[];
}

/** @throws UsageError `MONTH_NOT_BEGUN` for a month that is in the future */
export function checkMonthHasBegun(month: Month, today: string): void {
  if (month.start <= today) return;
  throw new UsageError('MONTH_NOT_BEGUN', {
    problem: `${periodInWords(month)} has not begun yet`,
    found: `it begins on ${month.start}, and today is ${today}`,
    expected: 'a month that has begun',
  });
}

/** @throws UsageError `MONTH_NOT_OVER` when the month's figures may still change */
export function checkMonthIsOver(month: Month, today: string): void {
  if (month.end < today) return;
  throw new UsageError('MONTH_NOT_OVER', {
    problem: `${periodInWords(month)} is not over yet`,
    found: `it ends on ${month.end}, and today is ${today}`,
    expected: 'a month that has ended',
    next: 'Look at it with --dry-run, or copy it to a folder with --out.',
  });
}

/** Closes deliveries of the month that were interrupted before anything could be received. */
export async function closeInterrupted({ warehouse }: Work, month: Month): Promise<void> {
  const filter = { period: month.label, statuses: ['sending'] } as const;
  for (const { exportId, message } of await listExports(warehouse, 'management_one', filter)) {
    if (message !== undefined) continue;
    const reason = 'The delivery was interrupted before anything was sent.';
    await closeExport(warehouse, exportId, 'failed', [], reason);
  }
}

/**
 * Looks up the previous deliveries of the month.
 *
 * @param mustBeNew whether to refuse a month that was sent, or may have been
 * @throws HeldError `ALREADY_SENT` or `MAYBE_SENT`
 */
export async function checkNotDelivered(
  { warehouse, configuration }: Work,
  month: Month,
  mustBeNew: boolean,
): Promise<DeliveryHistory> {
  const { timezone } = configuration;
  const earlier = await listExports(warehouse, 'management_one', {
    period: month.label,
    statuses: ['delivered', 'sending'],
  });
  const delivered = earlier.filter(({ status }) => status === 'delivered');
  if (!mustBeNew) return { delivered };
  const [last] = delivered;
  if (last !== undefined) {
    const sentAt = localTime(last.deliveredAt ?? last.madeAt, timezone);
    throw new HeldError('ALREADY_SENT', {
      problem: `The Management One file of ${periodInWords(month)} was already sent on ${sentAt}${destinationsOf(last)}`,
      next: 'Nothing was sent. To send it again with the current figures, add --resend.',
    });
  }
  const [open] = earlier;
  if (open !== undefined) {
    throw new HeldError('MAYBE_SENT', {
      problem: `Sending the Management One file of ${periodInWords(month)} was interrupted on ${localTime(open.madeAt, timezone)}, and it is unknown whether it arrived (export ${open.exportId})`,
      next: 'Nothing was sent now. Ask a recipient: if it arrived, run the command with --confirm-delivered; if not, with --resend.',
    });
  }
  return { delivered };
}

function destinationsOf({ receipts }: RecordedExport): string {
  const destinations = receipts.map(({ destination }) => destination);
  return destinations.length === 0 ? '' : `, through ${destinations.join(' and ')}`;
}

/** Lists what changed since the last delivery: by class where both have classes, else by location. */
export function changesSinceDelivery(
  { delivered: [last] }: DeliveryHistory,
  now: TotalsSnapshot,
  timezone: string,
): { readonly sentOn: string; readonly changes: readonly Change[] } | undefined {
  const before = last && totalsOf(last);
  if (last === undefined || before === undefined) return undefined;
  const changes =
    before.classes === undefined || now.classes === undefined
      ? changesOfTotals(before, now)
      : changesOfClasses(before.classes, now.classes);
  return { sentOn: localTime(last.deliveredAt ?? last.madeAt, timezone), changes };
}

/**
 * Finds the latest export of a month if only some of its recipients received it.
 *
 * The others get the same bytes, so that everybody works with one file.
 */
export async function findPartialDelivery(
  { warehouse }: Work,
  month: Month,
): Promise<RecordedExport | undefined> {
  const [last] = await listExports(warehouse, 'management_one', {
    period: month.label,
    statuses: ['failed', 'delivered', 'sending'],
    limit: 1,
  });
  const isPartial =
    last?.status === 'failed' && last.receipts.some(({ recipients = [] }) => recipients.length > 0);
  return isPartial && last.hasBytes && totalsOf(last) !== undefined ? last : undefined;
}

/** Writes the files of a recorded export into `folder`, byte for byte, and returns the export. */
export async function restoreExport(
  { warehouse }: Work,
  month: Month,
  recorded: RecordedExport,
  folder: string,
  signal: AbortSignal,
): Promise<MonthToDeliver> {
  const { exportId, checks, problems, receipts } = recorded;
  const totals = totalsOf(recorded)!;
  const files = [];
  for (const { name, rows } of recorded.files) {
    const chunks = async function* () {
      for await (const data of exportedBytes(warehouse, exportId, name)) yield { data, rows: 0 };
    };
    files.push({ ...(await spoolFile(join(folder, 'again'), name, chunks(), signal)), rows });
  }
  return {
    ...{ month, checks, problems, files, exportId, totals },
    snapshot: totals,
    receipts: [],
    earlierReceipts: receipts,
  };
}

/**
 * Marks a delivery with an unknown outcome as delivered, because a recipient has the file.
 *
 * @param label the month, as `2026-10`
 * @returns the export's id
 * @throws UsageError `NOTHING_IN_DOUBT` when no delivery of the month has an unknown outcome
 */
export async function confirmDelivered(warehouse: Warehouse, label: string): Promise<string> {
  const open = await listExports(warehouse, 'management_one', {
    period: label,
    statuses: ['sending'],
  });
  const inDoubt = open.find(({ message }) => message !== undefined);
  if (inDoubt === undefined) {
    throw new UsageError('NOTHING_IN_DOUBT', {
      problem: `No delivery of ${periodInWords({ label })} has an unknown outcome`,
      next: 'tillstream status shows what was sent and when.',
    });
  }
  const message = 'A recipient confirmed the delivery.';
  await closeExport(warehouse, inDoubt.exportId, 'delivered', inDoubt.receipts, message);
  return inDoubt.exportId;
}
