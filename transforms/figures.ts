/**
 * Writes figures for files from the text that Postgres gives for a `numeric`.
 *
 * No floating point is involved: digits are whole numbers (BigInt), so a cent is never lost. A figure
 * that is not a number (`NaN`, `Infinity`, text) throws {@link HeldError} `FIGURE_NOT_A_NUMBER`.
 */
import { HeldError } from './errors.ts';

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/i;

/** Plain notations: without leading zeros, or a sign before zero. */
const WHOLE = /^(?:-?[1-9]\d*|0)$/;
const PLAIN = /^-?(?:[1-9]\d*|0)\.\d+$/;
const TWO_DECIMALS = /^(?:-?[1-9]\d*|0)\.\d\d$/;

const FIVE = '5'.charCodeAt(0);

// Far beyond any amount of money, and small enough that "1e999999999" cannot fill the memory.
const MAX_EXPONENT = 1_000;

/** Writes money with two decimals and a dot: "1234.5" → "1234.50". Null is "0.00". */
export function money(value: string | null): string {
  return rounded(value, 2);
}

/** Writes units with two decimals if not whole: "3.0000" → "3", "2.5" → "2.50". Null is "0". */
export function units(value: string | null): string {
  const text = rounded(value, 2);
  return text.endsWith('.00') ? text.slice(0, -3) : text;
}

/** Adds thousands separators to an exact figure: "1234.50" → "1,234.50". Nothing is rounded. */
export function withThousands(figure: string): string {
  return figure.replace(/\d+/, whole => whole.replace(/\B(?=(\d{3})+$)/g, ','));
}

/** Rounds a figure to `decimals` digits, half away from zero; "-0.00" is "0.00". */
export function rounded(value: string | null, decimals: number): string {
  // Most amounts are in this form already; parsing each took most of the time of a large file.
  if (decimals === 2 && value !== null && TWO_DECIMALS.test(value)) return value;
  if (value !== null && WHOLE.test(value))
    return decimals === 0 ? value : `${value}.${'0'.repeat(decimals)}`;
  if (decimals > 0 && value !== null && PLAIN.test(value)) {
    const missing = decimals - (value.length - value.indexOf('.') - 1);
    const text = missing >= 0 ? value + '0'.repeat(missing) : value.slice(0, missing);
    // Rounding up, and a sign that may be before zero, are computed below.
    const isCut = missing >= 0 || value.charCodeAt(value.length + missing) < FIVE;
    if (isCut && (!text.startsWith('-0.') || /[1-9]/.test(text))) return text;
  }
  const { digits, scale } = parse(value);
  const shift = scale + BigInt(decimals);
  const scaled = shift >= 0n ? digits * 10n ** shift : divideAwayFromZero(digits, 10n ** -shift);
  const text = String(scaled < 0n ? -scaled : scaled).padStart(decimals + 1, '0');
  const whole = text.slice(0, text.length - decimals);
  const sign = scaled < 0n ? '-' : '';
  return decimals === 0 ? sign + whole : `${sign}${whole}.${text.slice(-decimals)}`;
}

/** The value as digits × 10^scale. */
function parse(value: string | null): { digits: bigint; scale: bigint } {
  if (value === null) return { digits: 0n, scale: 0n };
  const [, sign, whole = '', fraction = '', exponent = '0'] = DECIMAL.exec(value.trim()) ?? [];
  const magnitude = Number(exponent);
  if (sign === undefined || whole + fraction === '' || Math.abs(magnitude) > MAX_EXPONENT) {
    throw new HeldError('FIGURE_NOT_A_NUMBER', {
      problem: 'A figure is not a number',
      found: value,
      expected: 'digits with at most one dot',
      next: 'Nothing was sent. Look for the row in the warehouse.',
    });
  }
  const digits = BigInt(whole + fraction);
  return {
    digits: sign === '-' ? -digits : digits,
    scale: BigInt(magnitude - fraction.length),
  };
}

function divideAwayFromZero(digits: bigint, divisor: bigint): bigint {
  const half = divisor / 2n;
  return (digits < 0n ? digits - half : digits + half) / divisor;
}
