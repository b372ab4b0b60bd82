/** How figures and dates are written in the file: decimals, signs, the order of day and month. */
import { rounded } from '../figures.ts';
import { isUnits } from './figures.ts';

export interface FigureStyle {
  /** 0 for whole dollars. */
  readonly money_decimals: number;
  /** `as_needed`: two, only when they are not whole. */
  readonly units_decimals: number | 'as_needed';
  /** Figures that are written with the opposite sign. */
  readonly negate: readonly string[];
  readonly negative: 'minus' | 'trailing_minus' | 'parentheses';
}

/** Decimals that a figure is rounded to when it is written. */
export function decimalsOf(name: string, style: FigureStyle): number {
  if (!isUnits(name)) return style.money_decimals;
  return style.units_decimals === 'as_needed' ? 2 : style.units_decimals;
}

/** Writes one figure's values, which are exact text with the figure's decimals. */
export function figureWriter(name: string, style: FigureStyle): (rounded: string) => string {
  const isShort = isUnits(name) && style.units_decimals === 'as_needed';
  const isNegated = style.negate.includes(name);
  return plain => {
    const text = isShort && plain.endsWith('.00') ? plain.slice(0, -3) : plain;
    return withSign(isNegated ? opposite(text) : text, style.negative);
  };
}

/** A figure as it is written. `value` is exact text; halves are rounded away from zero. */
export function writtenFigure(name: string, value: string, style: FigureStyle): string {
  return figureWriter(name, style)(rounded(value, decimalsOf(name, style)));
}

function opposite(text: string): string {
  if (text.startsWith('-')) return text.slice(1);
  return /^[0.]+$/.test(text) ? text : `-${text}`;
}

function withSign(text: string, negative: FigureStyle['negative']): string {
  if (!text.startsWith('-') || negative === 'minus') return text;
  return negative === 'parentheses' ? `(${text.slice(1)})` : `${text.slice(1)}-`;
}

export type DateStyle = 'YYYY-MM-DD' | 'YYYYMMDD' | 'MM/DD/YYYY' | 'MMDDYYYY';

/** A day (`YYYY-MM-DD`) as it is written. */
export function writtenDay(day: string, style: DateStyle): string {
  const [year = '', month = '', date = ''] = day.split('-');
  return style.replace('YYYY', year).replace('MM', month).replace('DD', date);
}
