/** A line of the month as it comes from the warehouse. */
import { type ClassFigures, FIGURES } from './figures.ts';

/** The location, the class, and every figure in the order of `FIGURES`; exact text. */
export type Line = readonly string[];

/** The columns before the figures. */
export const WORDS = ['Location', 'ClassCode'] as const;

/** Returns the line with its figures by name. */
export function namedFigures([location = '', classCode = '', ...figures]: Line): ClassFigures {
  return {
    location,
    classCode,
    figures: Object.fromEntries(FIGURES.map((name, at) => [name, figures[at]!])),
  };
}
