/** Exact sums of amounts with two decimals, counted in hundredths. */
import { rounded } from '../figures.ts';
import { sumExact } from './sum.ts';

/** Returns an amount in hundredths: "1234.5" → 123450n, rounded half away from zero. */
export function hundredths(value: string): bigint {
  return BigInt(rounded(value, 2).replace('.', ''));
}

/** Hundredths as an amount with two decimals: 123450n → "1234.50". */
export function amountOf(value: bigint): string {
  return rounded(`${value}e-2`, 2);
}

/** Sums amounts; two decimals. */
export function sumOf(values: readonly string[]): string {
  return sumExact(values, 2);
}

/** Returns `a` less `b`; two decimals. */
export function difference(a: string, b: string): string {
  return amountOf(hundredths(a) - hundredths(b));
}
