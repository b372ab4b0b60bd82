/** How figures and dates are written in the file: decimals, signs, the order of day and month. */
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

/** Returns the number of decimals that a figure is rounded to. */
export function decimalsOf(name: string, style: FigureStyle): number {
  if (!isUnits(name)) return style.money_decimals;
  return style.units_decimals === 'as_needed' ? 2 : style.units_decimals;
}

/** Returns a function that writes one figure's values, which are rounded already. */
export function figureWriter(name: string, style: FigureStyle): (rounded: string) => string {
  const isShort = isUnits(name) && style.units_decimals === 'as_needed';
  const isNegated = style.negate.includes(name);
  return plain => {
    const text = isShort && plain.endsWith('.00') ? plain.slice(0, -3) : plain;
    return withSign(isNegated ? opposite(text) : text, style.negative);
  };
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

/** Writes a day (`YYYY-MM-DD`) in the configured style. */
export function writtenDay(day: string, style: DateStyle): string {
  const [year = '', month = '', date = ''] = day.split('-');
  return style.replace('YYYY', year).replace('MM', month).replace('DD', date);
}
