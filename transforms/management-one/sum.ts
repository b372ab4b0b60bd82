import { rounded } from '../figures.ts';

/** The sum of amounts, each rounded to `decimals` before it is added; exact text. */
export function sumExact(values: readonly string[], decimals: number): string {
  let sum = 0n;
  for (const value of values) {
    // Most figures of a large file are nothing.
    if (value !== '0') sum += BigInt(rounded(value, decimals).replace('.', ''));
  }
  return rounded(`${sum}e-${decimals}`, decimals);
}
