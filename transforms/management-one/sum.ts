import { rounded } from '../figures.ts';

/** The sum of amounts, each rounded to `decimals` before it is added; exact text. */
export function sumExact(values: readonly string[], decimals: number): string {
  const sum = values.reduce(
    (total, value) => total + BigInt(rounded(value, decimals).replace('.', '')),
    0n,
  );
  return rounded(`${sum}e-${decimals}`, decimals);
}
