/**
 * The figures of a month by location and class, as the SQL in `sql/exports/management-one/` names them.
 *
 * Every figure is exact text from a Postgres `numeric`; nothing here turns one into a JavaScript number.
 */
import { money, units } from '../figures.ts';

/** Every figure of a row, in the order of the default layout. */
export const FIGURES = [
  ...['BeginUnits', 'BeginCost', 'BeginRetail'],
  ...['ReceivedUnits', 'ReceivedCost', 'ReceivedRetail'],
  ...['ReturnedUnits', 'ReturnedCost', 'ReturnedRetail'],
  ...['TransferUnits', 'TransferCost', 'TransferRetail'],
  ...['AdjustedUnits', 'AdjustedCost', 'AdjustedRetail'],
  ...['SoldUnits', 'SoldCost', 'NetSales', 'Markdowns'],
  ...['EndUnits', 'EndCost', 'EndRetail'],
  ...['OnOrderUnits', 'OnOrderCost', 'OnOrderRetail'],
] as const;

/** Figures by name, as text: exact, or rounded as a person reads them. */
export type Figures = Readonly<Record<string, string>>;

/** The figures of one location and class. */
export interface ClassFigures {
  /** Management One's number of the location. */
  readonly location: string;
  readonly classCode: string;
  /** Exact: they are rounded when they are written. */
  readonly figures: Figures;
}

/** Whether a figure is in units, not in money. */
export function isUnits(figure: string): boolean {
  return figure.endsWith('Units');
}

/** Writes a figure: money with two decimals, units with two only when they are not whole. */
export function figureText(name: string, value: string): string {
  return isUnits(name) ? units(value) : money(value);
}

/** Picks the figures out of a row of the warehouse, exact. */
export function exactFigures(row: Readonly<Record<string, unknown>>): Figures {
  const figures: Record<string, string> = {};
  for (const name of FIGURES) figures[name] = String(row[name] ?? 0);
  return figures;
}

/** Writes every figure as {@link figureText} does. */
export function shownFigures(figures: Figures): Figures {
  return Object.fromEntries(FIGURES.map(name => [name, figureText(name, figures[name] ?? '0')]));
}
