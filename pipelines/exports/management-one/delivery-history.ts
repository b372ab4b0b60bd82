import { closeExport, listExports, type RecordedExport } from '../../../sinks/postgres/exports.ts';
import { localTime } from '../../../transforms/day.ts';
import { HeldError, UsageError } from '../../../transforms/errors.ts';
import {
  type Change,
  changesOfClasses,
  changesOfTotals,
} from '../../../transforms/management-one/changes.ts';
import type { Month } from '../../../transforms/month.ts';
import type { Work } from '../../run/work.ts';
import { type TotalsSnapshot, totalsOf } from './totals-snapshot.ts';

/**
 * Written down before the end of a message leaves. An export that is found as `sending` without it was interrupted while
 * nobody could have got it.
 */
export const HANDED_OVER = 'It was handed to the other side, whose answer is not known yet.';

/** What went out of a month before, the latest first. */
export interface DeliveryHistory {
  readonly delivered: readonly RecordedExport[];
}

/** @throws UsageError for a month that has not begun: there is nothing to make a file of */
export function checkMonthHasBegun(month: Month, today: string): void {
  if (month.start <= today) return;
  throw new UsageError('MONTH_NOT_BEGUN', {
    problem: `${month.label} has not begun yet`,
    found: `it begins on ${month.start}, and today is ${today}`,
    expected: 'a month that has begun',
  });
}

/** @throws UsageError when the month is not over at the merchant's: its figures would still change */
export function checkMonthIsOver(month: Month, today: string): void {
  if (month.end < today) return;
  throw new UsageError('MONTH_NOT_OVER', {
    problem: `${month.label} is not over yet`,
    found: `it ends on ${month.end}, and today is ${today}`,
    expected: 'a month that has ended',
    next: 'Look at it with --dry-run, or copy it to a folder with --out.',
  });
}

/** Closes sendings of the month that were interrupted before anything could arrive: nobody has them. */
export async function closeInterrupted({ warehouse }: Work, month: Month): Promise<void> {
  const filter = { period: month.label, statuses: ['sending'] } as const;
  for (const { exportId, message } of await listExports(warehouse, 'management_one', filter)) {
    if (message !== undefined) continue;
    const nobody = 'It was interrupted before anything left: nobody has it.';
    await closeExport(warehouse, exportId, 'failed', [], nobody);
  }
}

/**
 * Looks up what was sent of the month.
 *
 * @param mustBeNew whether a month that went out, or may have, must not go again
 * @throws HeldError `ALREADY_SENT` or `MAYBE_SENT`
 */
export async function checkNotDelivered(
  { warehouse, configuration }: Work,
  month: Month,
  mustBeNew: boolean,
): Promise<DeliveryHistory> {
  const earlier = await listExports(warehouse, 'management_one', {
    period: month.label,
    statuses: ['delivered', 'sending'],
  });
  const delivered = earlier.filter(({ status }) => status === 'delivered');
  if (!mustBeNew) return { delivered };
  const [last] = delivered;
  if (last !== undefined) {
    throw new HeldError('ALREADY_SENT', {
      problem: `The Management One file of ${month.label} was sent already, on ${localTime(last.deliveredAt ?? last.madeAt, configuration.timezone)}${whereTo(last)}`,
      next: 'Nothing was sent. To send it again, with what is in Heartland now, add --resend.',
    });
  }
  const [open] = earlier;
  if (open !== undefined) {
    throw new HeldError('MAYBE_SENT', {
      problem: `Sending the Management One file of ${month.label} was interrupted on ${localTime(open.madeAt, configuration.timezone)}, and it is not known whether it arrived (export ${open.exportId})`,
      next: 'Nothing was sent now. Ask a recipient: if it arrived, run the command with --confirm-delivered; if not, with --resend.',
    });
  }
  return { delivered };
}

/** What changed since the month was sent last: by class where both are known so, else by location. */
export function changesSinceDelivery(
  { delivered: [last] }: DeliveryHistory,
  now: TotalsSnapshot,
  timezone: string,
): { readonly sentOn: string; readonly changes: readonly Change[] } | undefined {
  const before = last && totalsOf(last);
  if (last === undefined || before === undefined) return undefined;
  return {
    sentOn: localTime(last.deliveredAt ?? last.madeAt, timezone),
    changes: changesSince(before, now),
  };
}

/** Figures that are not what they were: by class where both are known so, else by location. */
function changesSince(before: TotalsSnapshot, now: TotalsSnapshot): readonly Change[] {
  return before.classes === undefined || now.classes === undefined
    ? changesOfTotals(before, now)
    : changesOfClasses(before.classes, now.classes);
}

function whereTo({ receipts }: RecordedExport): string {
  const places = receipts.map(({ destination }) => destination);
  return places.length === 0 ? '' : `, through ${places.join(' and ')}`;
}
