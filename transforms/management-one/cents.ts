/** Sums of amounts written with two decimals, counted in whole hundredths so that none is lost. */
import { rounded } from '../figures.ts';
import { sumExact } from './sum.ts';

/** An amount as hundredths: "1234.5" → 123450n; finer decimals are rounded half away from zero. */
export function hundredths(value: string): bigint {
  return BigInt(rounded(value, 2).replace('.', ''));
}

/** Hundredths as an amount with two decimals: 123450n → "1234.50". */
export function amountOf(value: bigint): string {
  return rounded(`${value}e-2`, 2);
}

/** The sum of amounts, with two decimals. */
export function sumOf(values: readonly string[]): string {
  return sumExact(values, 2);
}

/** `a` less `b`, with two decimals. */
export function difference(a: string, b: string): string {
  return amountOf(hundredths(a) - hundredths(b));
}
