import { rounded } from '../figures.ts';

/** Digits that a JavaScript number holds exactly, with room for adding. */
const EXACT_DIGITS = 15;

/**
 * Sums a column of amounts that all have the same number of decimals, exactly.
 *
 * It counts in units of the last decimal: as a number while that is exact, which is quick, and as a
 * BigInt beyond.
 */
export class ColumnSum {
  readonly #decimals: number;
  #few = 0;
  #many = 0n;

  constructor(decimals: number) {
    this.#decimals = decimals;
  }

  /** @param amount exact text with the column's decimals, as "-12.50" */
  add(amount: string): void {
    const point = amount.length - this.#decimals - 1;
    const digits = this.#decimals === 0 ? amount : amount.slice(0, point) + amount.slice(point + 1);
    if (digits.length > EXACT_DIGITS) {
      this.#many += BigInt(digits);
      return;
    }
    const sum = this.#few + Number(digits);
    if (Number.isSafeInteger(sum)) {
      this.#few = sum;
      return;
    }
    this.#many += BigInt(this.#few) + BigInt(digits);
    this.#few = 0;
  }

  /** Exact text with the column's decimals. */
  toString(): string {
    return rounded(`${this.#many + BigInt(this.#few)}e-${this.#decimals}`, this.#decimals);
  }
}

/** Sums amounts, each rounded to `decimals` before it is added; exact text. */
export function sumExact(values: readonly string[], decimals: number): string {
  const sum = new ColumnSum(decimals);
  for (const value of values) sum.add(rounded(value, decimals));
  return sum.toString();
}
