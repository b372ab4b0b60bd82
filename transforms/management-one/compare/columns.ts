/** Finds out which of our figures each column of another file holds: by name, else by values. */
import { rounded } from '../../figures.ts';
import { type ClassFigures, FIGURES, figureText } from '../figures.ts';
import { amountIn, type Shape } from './shape.ts';

/** How a column's amounts are written, compared with ours. */
export type Writing = 'as here' | 'opposite sign' | 'whole numbers' | 'without a point';

/** A column of the other file. */
export interface RecognizedColumn {
  /** From 0. */
  readonly position: number;
  /** Its name in the header, if there is one. */
  readonly name: string | undefined;
  /** Our name of what it holds: a figure, Location, ClassCode…; undefined where nothing fits. */
  readonly field: string | undefined;
  readonly writing: Writing;
  /** How it was recognized. */
  readonly by: 'name' | 'values' | 'nothing';
}

/** What the lines of our file have in common. */
export interface Constants {
  readonly clientId: string;
  readonly start: string;
  readonly end: string;
}

/** A column counts as a figure when at least this share of its nonzero values matches. */
const ENOUGH = 0.5;
const WRITINGS: readonly Writing[] = [
  'as here',
  'opposite sign',
  'whole numbers',
  'without a point',
];

/** Writes one of our figures as a column would. */
export function asWritten(figure: string, value: string, writing: Writing): string {
  switch (writing) {
    case 'as here':
      return figureText(figure, value);
    case 'opposite sign':
      return figureText(figure, value.startsWith('-') ? value.slice(1) : `-${value}`);
    case 'whole numbers':
      return rounded(value, 0);
    case 'without a point':
      return rounded(value, 2).replace('.', '');
  }
}

/** Normalizes an amount for comparison: no leading or trailing zeros, no "-0". */
export function plain(value: string): string {
  const [, sign = '', digits = '0', fraction = ''] =
    /^([-+]?)0*(\d*)(?:\.(\d*?)0*)?$/.exec(value) ?? [];
  const text = `${digits === '' ? '0' : digits}${fraction === '' ? '' : `.${fraction}`}`;
  return sign === '-' && text !== '0' ? `-${text}` : text;
}

/** Recognizes what each column holds. */
export function recognizeColumns(
  shape: Shape,
  ours: readonly ClassFigures[],
  constants: Constants,
): readonly RecognizedColumn[] {
  const width = Math.max(0, ...shape.rows.map(row => row.length));
  const columns = Array.from({ length: width }, (_, position) => ({
    position,
    name: shape.header?.[position],
    cells: shape.rows.map(row => row[position] ?? ''),
  }));
  const found = new Map<number, RecognizedColumn>();
  const taken = new Set<string>();
  const assign = (column: RecognizedColumn) => {
    if (column.field === undefined || taken.has(column.field) || found.has(column.position)) return;
    found.set(column.position, column);
    taken.add(column.field);
  };

  const fields = ['ClientID', 'PeriodStart', 'PeriodEnd', 'Location', 'ClassCode', ...FIGURES];
  for (const { position, name } of columns) {
    const field = fields.find(known => fold(known) === fold(name ?? ''));
    if (field !== undefined) assign({ position, name, field, writing: 'as here', by: 'name' });
  }
  for (const [field, share] of wordsOf(ours, constants)) {
    const best = columns
      .filter(({ position }) => !found.has(position))
      .map(column => ({ ...column, share: share(column.cells) }))
      .toSorted((a, b) => b.share - a.share)[0];
    if (best !== undefined && best.share > ENOUGH) {
      assign({ position: best.position, name: best.name, field, writing: 'as here', by: 'values' });
    }
  }

  const at = (field: string) =>
    [...found.values()].find(column => column.field === field)?.position;
  const own = new Map(ours.map(row => [`${row.location}|${row.classCode}`, row]));
  const pairs = shape.rows.map(row =>
    own.get(keyOf(row, at('Location'), at('ClassCode'), ours[0]?.location)),
  );
  const candidates = columns.flatMap(({ position, name, cells }) => {
    const known = found.get(position);
    if (known !== undefined && !isFigure(known.field)) return [];
    const names =
      known === undefined ? FIGURES.filter(figure => !taken.has(figure)) : [known.field!];
    return names.flatMap(field =>
      WRITINGS.map(writing => ({
        position,
        name,
        field,
        writing,
        share: shareOf(cells, pairs, field, writing),
      })),
    );
  });
  const matched = new Set<number>();
  for (const best of candidates.toSorted((a, b) => b.share - a.share)) {
    const { position, name, field, writing, share } = best;
    const known = found.get(position);
    if (share < ENOUGH || matched.has(position)) continue;
    if (known !== undefined) found.set(position, { ...known, writing });
    else assign({ position, name, field, writing, by: 'values' });
    if (found.has(position)) matched.add(position);
  }
  return columns.map(
    ({ position, name }) =>
      found.get(position) ?? {
        position,
        name,
        field: undefined,
        writing: 'as here',
        by: 'nothing',
      },
  );
}

/** Returns the location and class of a line; a file of one location may not name it. */
export function keyOf(
  row: readonly string[],
  location: number | undefined,
  classCode: number | undefined,
  onlyLocation: string | undefined,
): string {
  const place = location === undefined ? (onlyLocation ?? '') : (row[location] ?? '');
  return `${place}|${classCode === undefined ? '' : (row[classCode] ?? '')}`;
}

export function isFigure(field: string | undefined): boolean {
  return FIGURES.some(name => name === field);
}

type Share = (cells: readonly string[]) => number;

function wordsOf(
  ours: readonly ClassFigures[],
  { clientId, start, end }: Constants,
): [string, Share][] {
  const isOneOf =
    (values: ReadonlySet<string>): Share =>
    cells =>
      cells.filter(cell => values.has(cell)).length / Math.max(1, cells.length);
  const days = (day: string) => {
    const [year, month, date] = day.split('-');
    return new Set([
      day,
      `${year}${month}${date}`,
      `${month}/${date}/${year}`,
      `${month}${date}${year}`,
    ]);
  };
  return [
    ['ClassCode', isOneOf(new Set(ours.map(({ classCode }) => classCode)))],
    ['Location', isOneOf(new Set(ours.map(({ location }) => location)))],
    ['ClientID', isOneOf(new Set([clientId]))],
    ['PeriodStart', isOneOf(days(start))],
    ['PeriodEnd', isOneOf(days(end))],
  ];
}

/** Returns the share of lines that match, of those that are not zero on both sides. */
function shareOf(
  cells: readonly string[],
  pairs: readonly (ClassFigures | undefined)[],
  field: string,
  writing: Writing,
): number {
  const isWhole = writing === 'whole numbers' || writing === 'without a point';
  if (isWhole && cells.some(cell => cell.includes('.'))) return 0;
  let some = 0;
  let same = 0;
  for (const [n, cell] of cells.entries()) {
    const amount = amountIn(cell);
    const row = pairs[n];
    if (amount === undefined || row === undefined) continue;
    const theirs = plain(amount);
    const own = plain(asWritten(field, row.figures[field] ?? '0', writing));
    if (theirs === '0' && own === '0') continue;
    some++;
    if (theirs === own) same++;
  }
  return some === 0 ? 0 : same / some;
}

function fold(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}
