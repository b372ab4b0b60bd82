/** The report of a feed for a person: what went, what was left out, and why. */
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

/** The report as text, made to be read on a telephone. */
export function reportText(feed: ReportedFeed): string {
  const { counts, checks, destinations } = feed;
  const leftOut = counts.filter(each => each.treatment === 'left_out');
  const noted = counts.filter(each => each.treatment !== 'left_out');
  const worded = (verdict: Check['verdict']) =>
    checks
      .filter(check => check.verdict === verdict)
      .map(({ name, figure, detail }) => `${name}: ${figure} (${detail})`);
  return [
    `Locally feed of ${feed.merchant}, ${feed.date}: ${feed.status}`,
    ...(feed.because === undefined ? [] : [feed.because]),
    '',
    `Stock as of ${localTime(feed.stockAsOf, feed.timezone)}`,
    ...feed.stores.map(storeLine),
    ...section('Sent to', destinations),
    ...section('Checks that failed', worded('failed')),
    ...section('Worth knowing', worded('note')),
    ...section('Left out', leftOut.map(countLine)),
    ...section('Sent, but worth a look', noted.map(countLine)),
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

/** The problems as a file for a spreadsheet. */
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

/** A spreadsheet would run a text that begins like a formula; and no control character belongs in a cell. */
function asText(text: string): string {
  const clean = text.toWellFormed().replace(/\p{Cc}+/gu, ' ');
  return /^[=@+]|^-(?![\d.]+$)/.test(clean) ? `'${clean}` : clean;
}

function storeLine({ locallyId, name, rows, goneRows, units }: StoreFeed): string {
  const gone = goneRows === 0 ? '' : `, ${goneRows} sent as gone`;
  return `Store ${locallyId} (${name}): ${rows - goneRows} products, ${units} pieces${gone}`;
}

function countLine({ items, units, meaning }: ReasonCount): string {
  return `${items} ${items === 1 ? 'item' : 'items'}, ${units} pieces: ${meaning}`;
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', `${title}:`, ...lines.map(line => `  ${line}`)];
}
