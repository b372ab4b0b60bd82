/**
 * Which exports are due: the days of the feed and the months of the file that were not delivered.
 *
 * It follows from what was delivered, not from a clock that rang: a machine that was off on the 1st
 * still owes the month.
 */
import { addDays, daysBetween } from './day.ts';
import { type Month, monthOf, parseMonth, periodInWords } from './month.ts';

export type ExportKind = 'locally' | 'management_one';

/** What there is of one period. */
export interface Attempt {
  /** A day (YYYY-MM-DD) or a month (YYYY-MM). */
  readonly period: string;
  /** Whether any attempt was delivered. */
  readonly delivered: boolean;
  /** Status of the last attempt. */
  readonly status: string;
  readonly message: string | null;
}

/** One export, and what there is of it. */
export interface ExportHistory {
  readonly kind: ExportKind;
  /** First day with the export in the configuration. */
  readonly since: string;
  readonly attempts: readonly Attempt[];
}

/** An export that is to be sent. */
export interface DueExport {
  readonly kind: ExportKind;
  readonly period: string;
  /** `due` today; `overdue` since earlier; or why the last attempt did not deliver it. */
  readonly state: 'due' | 'overdue' | 'held' | 'failed' | 'interrupted';
  /** Whole days since it could have been sent. */
  readonly daysLate: number;
  /** Earlier days without a feed. A feed is a snapshot, so today’s makes up for all of them. */
  readonly missedDays: number;
  /** Why it was held or failed. */
  readonly because?: string;
}

/** When each export is to be sent next, once nothing is due. */
export interface NextExport {
  readonly kind: ExportKind;
  readonly period: string;
  /** First day on which it can be sent. */
  readonly on: string;
}

export interface DueOptions {
  /** Today (YYYY-MM-DD) in the merchant's time zone. */
  readonly today: string;
  /** The earliest day that it still is in any store: a month is due once it is over in all of them. */
  readonly earliestToday?: string;
  /** Day on which the merchant's months start. Default 1. */
  readonly startDay?: number;
}

/** No export is looked for further back than this. */
const MOST_MONTHS = 120;

/** Finds what is due, the oldest first. */
export function dueExports(
  histories: readonly ExportHistory[],
  options: DueOptions,
): readonly DueExport[] {
  return histories
    .flatMap(history =>
      history.kind === 'locally'
        ? dueFeed(history, options)
        : dueMonths(history, { ...options, today: options.earliestToday ?? options.today }),
    )
    .toSorted((a, b) => b.daysLate - a.daysLate);
}

/** Finds when each export is to be sent next after what is due now. */
export function nextExports(
  histories: readonly ExportHistory[],
  { today, startDay }: DueOptions,
): readonly NextExport[] {
  return histories.map(({ kind }) => {
    if (kind === 'locally') {
      const on = addDays(today, 1);
      return { kind, period: on, on };
    }
    const month = monthOf(today, options(startDay));
    return { kind, period: month.label, on: addDays(month.end, 1) };
  });
}

/** Whether somebody has to look at it: it was held, failed, or is late. */
export function needsAttention({ state }: DueExport): boolean {
  return state !== 'due';
}

/** One line about an export that is due, as `October 2026 for Management One: overdue by 3 days`. */
export function dueInWords(due: DueExport): string {
  const what =
    due.kind === 'locally'
      ? `The Locally feed of ${due.period}`
      : `${periodInWords({ label: due.period })} for Management One`;
  const late = due.daysLate > 0 ? `, ${days(due.daysLate)} late` : '';
  const missed =
    due.missedDays > 0
      ? ` No feed was delivered on ${days(due.missedDays)} before; the next one makes up for them.`
      : '';
  const because = due.because === undefined ? '' : ` ${due.because}`;
  return `${what}: ${due.state}${late}.${missed}${because}`;
}

function dueFeed({ kind, since, attempts }: ExportHistory, { today }: DueOptions): DueExport[] {
  const byDay = new Map(attempts.map(attempt => [attempt.period, attempt]));
  if (byDay.get(today)?.delivered) return [];
  const delivered = attempts.filter(attempt => attempt.delivered).map(({ period }) => period);
  const last = delivered.toSorted().at(-1);
  const firstMissing = last === undefined ? since : addDays(last, 1);
  const missedDays = Math.max(0, daysBetween(firstMissing, today));
  const attempt = byDay.get(today) ?? attempts.toSorted(byPeriod).at(-1);
  const ended = attempt === undefined || attempt.delivered ? undefined : attempt;
  return [
    {
      ...{ kind, period: today, missedDays, daysLate: missedDays },
      ...stateOf(ended, missedDays),
    },
  ];
}

function dueMonths(
  { kind, since, attempts }: ExportHistory,
  { today, startDay }: DueOptions,
): DueExport[] {
  const byLabel = new Map(attempts.map(attempt => [attempt.period, attempt]));
  const wanted = new Map(
    [...endedSince(since, today, startDay), ...triedMonths(attempts, today, startDay)].map(
      month => [month.label, month],
    ),
  );
  return [...wanted.values()]
    .filter(({ label }) => !byLabel.get(label)?.delivered)
    .map(({ label, end }) => {
      const daysLate = daysBetween(addDays(end, 1), today);
      const state = stateOf(byLabel.get(label), daysLate);
      return { kind, period: label, missedDays: 0, daysLate, ...state };
    });
}

/** The months that ended on or after a day, and before today. */
function endedSince(since: string, today: string, startDay: number | undefined): Month[] {
  const months: Month[] = [];
  let month = monthOf(since, options(startDay));
  while (month.end < today && months.length < MOST_MONTHS) {
    months.push(month);
    month = monthOf(addDays(month.end, 1), options(startDay));
  }
  return months;
}

/** Older months that were tried stay due until they are delivered. */
function triedMonths(
  attempts: readonly Attempt[],
  today: string,
  startDay: number | undefined,
): Month[] {
  return attempts
    .filter(({ period }) => /^\d{4}-\d{2}$/.test(period))
    .map(({ period }) => parseMonth(period, options(startDay)))
    .filter(({ end }) => end < today);
}

function stateOf(
  attempt: Attempt | undefined,
  daysLate: number,
): Pick<DueExport, 'state' | 'because'> {
  if (attempt === undefined) return { state: daysLate > 0 ? 'overdue' : 'due' };
  const because = attempt.message === null ? {} : { because: attempt.message };
  if (attempt.status === 'held') return { state: 'held', ...because };
  if (attempt.status === 'sending') return { state: 'interrupted', ...because };
  return { state: 'failed', ...because };
}

function options(startDay: number | undefined): { startDay?: number } {
  return startDay === undefined ? {} : { startDay };
}

function byPeriod(a: Attempt, b: Attempt): number {
  return a.period < b.period ? -1 : 1;
}

function days(count: number): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? 'day' : 'days'}`;
}
