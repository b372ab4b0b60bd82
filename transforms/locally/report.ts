/** The mailed report of a feed: what was sent, what was left out, and why. */
import { localTime } from '../day.ts';
import type { Check, Problem } from '../findings.ts';
import { type DelimitedLayout, type LayoutRow, renderHeader, renderRow } from '../layout.ts';
import type { StoreFeed } from './guards.ts';
import type { ReasonCount } from './reason.ts';

export interface ReportedFeed {
  readonly merchant: string;
  /** Business date as `YYYY-MM-DD`. */
  readonly date: string;
  /** As `delivered`, `held`, `failed`. */
  readonly status: string;
  /** Why it was held, forced or not delivered. */
  readonly because: string | undefined;
  readonly stockAsOf: Date;
  readonly timezone: string;
  readonly stores: readonly StoreFeed[];
  readonly counts: readonly ReasonCount[];
  readonly checks: readonly Check[];
  readonly destinations: readonly string[];
}

/** The report as text that fits on a phone. */
export function reportText(feed: ReportedFeed): string {
  const { counts, checks, destinations } = feed;
  const leftOut = counts.filter(each => each.treatment === 'left_out');
  const noted = counts.filter(each => each.treatment !== 'left_out');
  const worded = (result: Check['result']) =>
    checks
      .filter(check => check.result === result)
      .map(({ name, figure, detail }) => `${name}: ${figure} (${detail})`);
  return [
    `Locally feed of ${feed.merchant}, ${feed.date}: ${feed.status}`,
    ...(feed.because === undefined ? [] : [feed.because]),
    '',
    `Stock as of ${localTime(feed.stockAsOf, feed.timezone)}`,
    ...feed.stores.map(storeLine),
    ...section('Sent to', destinations),
    ...section('Checks that failed', worded('failed')),
    ...section('Notes', worded('note')),
    ...section('Left out', leftOut.map(countLine)),
    ...section('Sent, but check', noted.map(countLine)),
    '',
  ].join('\n');
}

const LAYOUT: DelimitedLayout = {
  kind: 'delimited',
  columns: ['reason', 'treatment', 'item', 'description', 'location', 'found', 'units', 'fix'].map(
    name => ({ name, from: name }),
  ),
  delimiter: ',',
  quoting: 'when_needed',
  header: true,
  lineEnd: '\r\n',
  encoding: 'utf-8',
};

/** The problems as a CSV file for a spreadsheet. */
export function problemsFile(problems: readonly Problem[]): string {
  return renderHeader(LAYOUT) + problems.map(each => renderRow(LAYOUT, problemRow(each))).join('');
}

function problemRow(problem: Problem): LayoutRow {
  const cells = {
    reason: problem.kind,
    treatment: problem.treatment,
    item: problem.itemNumber,
    description: problem.description,
    location: problem.locationNumber,
    found: problem.found,
    units: problem.atStake.units,
    fix: problem.fix,
  };
  return Object.fromEntries(
    Object.entries(cells).map(([name, text]) => [name, text === undefined ? null : asText(text)]),
  );
}

/** Text that no spreadsheet runs as a formula, without control characters. */
function asText(text: string): string {
  const clean = text.toWellFormed().replace(/\p{Cc}+/gu, ' ');
  return /^[=@+]|^-(?![\d.]+$)/.test(clean) ? `'${clean}` : clean;
}

function storeLine({ locallyId, name, rows, removedRows, units }: StoreFeed): string {
  const products = `${number(rows - removedRows)} products, ${number(units)} units`;
  const removed = removedRows === 0 ? '' : `, ${number(removedRows)} removed and sent as 0`;
  return `Store ${locallyId} (${name}): ${products}${removed}`;
}

function countLine({ items, units, meaning }: ReasonCount): string {
  const things = `${number(items)} ${items === 1 ? 'item' : 'items'}`;
  return `${things}, ${number(Number(units))} units: ${meaning}`;
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', `${title}:`, ...lines.map(line => `  ${line}`)];
}
