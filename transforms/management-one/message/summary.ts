/** What the e-mail with the file tells, in both of its parts. */
import { withThousands } from '../../figures.ts';
import { type Check, casesInWords, groupedByThing, type Problem } from '../../findings.ts';
import type { Month } from '../../month.ts';
import { sumOf } from '../cents.ts';
import { type Change, percent, type Totals } from '../changes.ts';
import type { Figures } from '../figures.ts';

/** A month to compare with. */
export interface EarlierMonth {
  /** As `the month before`. */
  readonly title: string;
  readonly label: string;
  /** Where its figures are from, as `as sent on 2026-10-01`. */
  readonly from: string;
  readonly totals: Totals;
}

export interface MonthEndSummary {
  readonly merchant: string;
  readonly clientId: string;
  readonly month: Month;
  readonly files: readonly { readonly name: string; readonly rows: number }[];
  /** Whom the file went to; undefined in the message that brings it. */
  readonly sentTo?: string;
  readonly totals: Totals;
  readonly earlier: readonly EarlierMonth[];
  /** What changed since the month was sent before; undefined when it was not. */
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

/** Lines of a list that are told; the whole list is kept with the export. */
const TOLD = 200;

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

/** The figures a change is told of. */
const COMPARED: Readonly<Record<string, string>> = {
  NetSales: 'net sales',
  SoldUnits: 'units sold',
  Markdowns: 'markdowns',
  EndUnits: 'end units',
  EndCost: 'end cost',
};

/** Where the files are: `Attached: a.txt (3 rows)`. */
export function filesLine({ files, sentTo }: MonthEndSummary): string {
  const names = files.map(({ name, rows }) => `${name} (${rows} rows)`).join(', ');
  return `${sentTo === undefined ? 'Attached' : `Sent to ${sentTo}`}: ${names}`;
}

/** The sections of the message, in their order. */
export function sectionsOf(told: MonthEndSummary): readonly Section[] {
  return [
    ...resentSection(told),
    { title: 'Totals by location', table: totalsTable(told.totals) },
    ...told.earlier.map(earlier => ({
      title: `Compared with ${earlier.title}, ${earlier.label}`,
      note: earlier.from,
      table: comparisonTable(earlier.totals, told.totals),
    })),
    { title: 'Checks', table: checksTable(told.checks) },
    ...problemsSection(told.problems),
  ];
}

function resentSection({ resent }: MonthEndSummary): Section[] {
  if (resent === undefined) return [];
  const title = `Sent again: what changed since ${resent.sentOn}`;
  if (resent.changes.length === 0) return [{ title, note: 'No figure changed.' }];
  return [{ title, ...shortened(resent.changes.length), table: changesTable(resent.changes) }];
}

/** Figures that differ, one a line. */
function changesTable(changes: readonly Change[]): Cells {
  return [
    ['location', 'class', 'figure', 'before', 'now', 'change'],
    ...changes
      .slice(0, TOLD)
      .map(({ location = 'all', classCode = 'all', figure, before, now, by }) => [
        location,
        classCode,
        figure,
        withThousands(before),
        withThousands(now),
        withThousands(by),
      ]),
  ];
}

function totalsTable({ locations, file }: Totals): Cells {
  const names = Object.keys(COLUMNS);
  const line = (title: string, figures: Figures) => [
    title,
    ...names.map(name => withThousands(figures[name] ?? '')),
  ];
  return [
    ['location', ...Object.values(COLUMNS)],
    ...locations.map(({ location, figures }) => line(location, figures)),
    line('all', file),
  ];
}

function comparisonTable(before: Totals, now: Totals): Cells {
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
    ...now.locations.map(({ location, figures }) => line(location, was.get(location), figures)),
    line('all', before.file, now.file),
  ];
}

function changed(before: string, now: string): string {
  const share = percent(before, now);
  if (share !== '') return share;
  return sumOf([now]) === '0.00' ? 'as before' : 'from nothing';
}

function checksTable(checks: readonly Check[]): Cells {
  return [
    ['check', 'result', 'figure', 'detail'],
    ...checks.map(({ name, result, figure, detail }) => [name, result, readable(figure), detail]),
  ];
}

/** A figure with thousands set apart, alone or after words; a day or a count of parts stays as it is. */
export function readable(figure: string): string {
  return figure.replace(/(?<![\w.-])-?\d+(\.\d\d)?$/, withThousands);
}

function problemsSection(problems: readonly Problem[]): Section[] {
  if (problems.length === 0) return [];
  const things = groupedByThing(problems);
  const table: Cells = [
    ['item', 'description', 'location', 'found', 'at stake', 'what was done', 'what to change'],
    ...things.slice(0, TOLD).map(thing => {
      const { itemNumber, description, found, treatment, fix } = thing[0]!;
      return [
        itemNumber ?? '',
        oneLine(description ?? ''),
        locationsOf(thing),
        found === undefined ? '' : `"${found}"`,
        atStakeOf(thing),
        treatment.replaceAll('_', ' '),
        fix,
      ];
    }),
  ];
  const note = [`${casesInWords(problems)}.`, shortened(things.length).note ?? ''].join(' ').trim();
  return [{ title: 'To mend', note, table }];
}

/** Where one thing is to be mended. */
export function locationsOf(thing: readonly Problem[]): string {
  return thing.map(({ locationNumber = '' }) => locationNumber).join(', ');
}

/** The amounts that hang on one thing; at each of its locations, where it is at several. */
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
  return count <= TOLD
    ? {}
    : { note: `The first ${TOLD} of ${count}; all are kept with the export.` };
}

/** Descriptions may hold tabs and line breaks, which would break the table. */
function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
}
