/** What the e-mail with the file says, in both of its parts. */
import { withThousands } from '../../figures.ts';
import { type Check, groupedByThing, issuesTitle, type Problem } from '../../findings.ts';
import { type Month, periodInWords } from '../../month.ts';
import { sumOf } from '../cents.ts';
import { type Change, percent, type Totals } from '../changes.ts';
import type { Figures } from '../figures.ts';

/** A month to compare with. */
export interface EarlierMonth {
  /** As `the previous month`. */
  readonly title: string;
  readonly label: string;
  /** Where its figures are from, as `as sent on 2026-10-01`. */
  readonly from: string;
  readonly totals: Totals;
}

/** Names of locations by number: by Heartland's, and by the one in the file. */
export interface LocationNames {
  readonly inHeartland: ReadonlyMap<string, string>;
  readonly inFile: ReadonlyMap<string, string>;
}

/** Everything that the e-mails about a month show. */
export interface MonthEndSummary {
  readonly merchant: string;
  readonly clientId: string;
  readonly month: Month;
  readonly files: readonly { readonly name: string; readonly rows: number }[];
  /** Who received the file; undefined in the e-mail that has it attached. */
  readonly sentTo?: string;
  readonly totals: Totals;
  readonly locationNames: LocationNames;
  readonly earlier: readonly EarlierMonth[];
  /** What changed since the previous delivery; undefined when there was none. */
  readonly resent: { readonly sentOn: string; readonly changes: readonly Change[] } | undefined;
  readonly checks: readonly Check[];
  readonly problems: readonly Problem[];
}

/** A table as its cells; the first line is its head, the first column is text. */
export type Cells = readonly (readonly string[])[];

/** A part of the message. */
export interface Section {
  readonly title: string;
  readonly note?: string;
  readonly table?: Cells;
}

/** Lines of a list that are shown; the whole list is recorded with the export. */
const SHOWN = 200;

const COLUMNS: Readonly<Record<string, string>> = {
  BeginUnits: 'begin units',
  ReceivedUnits: 'received',
  SoldUnits: 'sold',
  EndUnits: 'end units',
  NetSales: 'net sales',
  Markdowns: 'markdowns',
  EndCost: 'end cost',
  EndRetail: 'end retail',
  OnOrderCost: 'on order at cost',
};

/** The figures that are compared with an earlier month. */
const COMPARED: Readonly<Record<string, string>> = {
  NetSales: 'net sales',
  SoldUnits: 'units sold',
  Markdowns: 'markdowns',
  EndUnits: 'end units',
  EndCost: 'end cost',
};

/** Lists the files: `Attached: a.txt (3 rows)`. */
export function filesLine({ files, sentTo }: MonthEndSummary): string {
  const names = files
    .map(({ name, rows }) => `${name} (${rows.toLocaleString('en-US')} rows)`)
    .join(', ');
  return `${sentTo === undefined ? 'Attached' : `Sent to ${sentTo}`}: ${names}`;
}

/** Returns the sections of the e-mail, in their order. */
export function sectionsOf(summary: MonthEndSummary): readonly Section[] {
  const names = summary.locationNames;
  return [
    ...resentSection(summary),
    { title: 'Totals by location', table: totalsTable(summary.totals, names) },
    ...summary.earlier.map(earlier => ({
      title: `Compared with ${earlier.title}, ${periodInWords(earlier)}`,
      note: earlier.from,
      table: comparisonTable(earlier.totals, summary.totals, names),
    })),
    { title: 'Checks', table: checksTable(summary.checks) },
    ...issuesSection(summary.problems, names),
  ];
}

function resentSection({ resent, locationNames }: MonthEndSummary): Section[] {
  if (resent === undefined) return [];
  const title = `Resent: changes since ${resent.sentOn}`;
  if (resent.changes.length === 0) return [{ title, note: 'No figure changed.' }];
  const table = changesTable(resent.changes, locationNames);
  return [{ title, ...shortened(resent.changes.length), table }];
}

/** One figure on each line. */
function changesTable(changes: readonly Change[], names: LocationNames): Cells {
  return [
    ['location', 'class', 'figure', 'before', 'now', 'change'],
    ...changes
      .slice(0, SHOWN)
      .map(({ location, classCode = 'all', figure, before, now, by }) => [
        location === undefined ? 'all' : named(location, names.inFile),
        classCode,
        figure,
        withThousands(before),
        withThousands(now),
        withThousands(by),
      ]),
  ];
}

function totalsTable({ locations, file }: Totals, { inFile }: LocationNames): Cells {
  const names = Object.keys(COLUMNS);
  const line = (title: string, figures: Figures) => [
    title,
    ...names.map(name => withThousands(figures[name] ?? '')),
  ];
  return [
    ['location', ...Object.values(COLUMNS)],
    ...locations.map(({ location, figures }) => line(named(location, inFile), figures)),
    line('all', file),
  ];
}

function comparisonTable(before: Totals, now: Totals, { inFile }: LocationNames): Cells {
  const names = Object.keys(COMPARED).filter(name => before.file[name] !== undefined);
  const was = new Map(before.locations.map(({ location, figures }) => [location, figures]));
  const line = (title: string, then: Figures | undefined, figures: Figures) => [
    title,
    ...names.map(name => {
      const value = figures[name] ?? '0';
      const earlier = then?.[name];
      const how = earlier === undefined ? 'new' : changed(earlier, value);
      return `${withThousands(value)} (${how})`;
    }),
  ];
  return [
    ['location', ...names.map(name => COMPARED[name]!)],
    ...now.locations.map(({ location, figures }) =>
      line(named(location, inFile), was.get(location), figures),
    ),
    line('all', before.file, now.file),
  ];
}

function changed(before: string, now: string): string {
  const share = percent(before, now);
  if (share !== '') return share;
  return sumOf([now]) === '0.00' ? 'unchanged' : 'from zero';
}

function checksTable(checks: readonly Check[]): Cells {
  return [
    ['check', 'result', 'figure', 'detail'],
    ...checks.map(({ name, result, figure, detail }) => [name, result, readable(figure), detail]),
  ];
}

/** Adds thousands separators to a figure at the end of a text; a day or a count of parts stays. */
export function readable(figure: string): string {
  return figure.replace(/(?<![\w.-])-?\d+(\.\d\d)?$/, withThousands);
}

function issuesSection(problems: readonly Problem[], names: LocationNames): Section[] {
  if (problems.length === 0) return [];
  const things = groupedByThing(problems);
  const table: Cells = [
    ['item', 'description', 'location', 'found', 'at stake', 'what was done', 'what to change'],
    ...things.slice(0, SHOWN).map(thing => {
      const { itemNumber, description, found, treatment, fix } = thing[0]!;
      return [
        itemNumber ?? '',
        oneLine(description ?? ''),
        locationsOf(thing, names),
        found === undefined ? '' : `"${found}"`,
        atStakeOf(thing),
        treatment.replaceAll('_', ' '),
        fix,
      ];
    }),
  ];
  return [{ title: issuesTitle(problems), ...shortened(things.length), table }];
}

/** Lists the locations of one issue, with their names. */
export function locationsOf(issue: readonly Problem[], { inHeartland }: LocationNames): string {
  return issue.map(({ locationNumber = '' }) => named(locationNumber, inHeartland)).join(', ');
}

/** A location with its name: `2 River North`. */
function named(number: string, names: ReadonlyMap<string, string>): string {
  const name = names.get(number);
  return name === undefined ? number : `${number} ${oneLine(name)}`;
}

/** The amounts at stake with one issue; at each of its locations, where there are several. */
function atStakeOf(thing: readonly Problem[]): string {
  return thing
    .map(({ atStake, locationNumber }) => {
      const amounts = Object.entries(atStake)
        .map(([name, amount]) => `${name.replaceAll('_', ' ')} ${withThousands(amount)}`)
        .join(', ');
      return thing.length === 1 ? amounts : `at ${locationNumber}: ${amounts}`;
    })
    .join('; ');
}

function shortened(count: number): { note?: string } {
  return count <= SHOWN
    ? {}
    : {
        note: `The first ${SHOWN} of ${count.toLocaleString('en-US')}; the whole list is recorded with the export.`,
      };
}

/** Descriptions may hold tabs and line breaks, which would break the table. */
function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
}
