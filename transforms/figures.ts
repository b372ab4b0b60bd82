/**
 * Figures as they stand in a file, made from the text Postgres gives for a `numeric`.
 *
 * No floating point touches them: digits are counted as whole numbers (BigInt), so a cent is never lost. A figure
 * that is not a number (`NaN`, `Infinity`, text) throws {@link HeldError} `FIGURE_NOT_A_NUMBER`.
 */
import { HeldError } from './errors.ts';

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/i;

/** What has no decimals, or two, and neither a zero too many nor a sign before nothing. */
const WHOLE = /^(?:-?[1-9]\d*|0)$/;
const PLAIN = /^-?(?:[1-9]\d*|0)\.\d+$/;
const TWO_DECIMALS = /^(?:-?[1-9]\d*|0)\.\d\d$/;

const FIVE = '5'.charCodeAt(0);

// Far beyond any amount of money, and small enough that "1e999999999" cannot fill the memory.
const MAX_EXPONENT = 1_000;

/** An amount of money with two decimals and a dot: "1234.5" → "1234.50". Null is nothing: "0.00". */
export function money(value: string | null): string {
  return rounded(value, 2);
}

/** A quantity with two decimals only when it is not whole: "3.0000" → "3", "2.5" → "2.50". Null is "0". */
export function units(value: string | null): string {
  const text = rounded(value, 2);
  return text.endsWith('.00') ? text.slice(0, -3) : text;
}

/** An exact figure as a person reads it: "1234.50" as "1,234.50". Works on the digits, so nothing is rounded. */
export function withThousands(figure: string): string {
  return figure.replace(/\d+/, whole => whole.replace(/\B(?=(\d{3})+$)/g, ','));
}

/** What can be sold as whole pieces: rounded down, and never below zero. "2.7" → "2", "-3" → "0". Null is "0". */
export function wholeQuantity(value: string | null): string {
  const { digits, scale } = parse(value);
  return digits <= 0n ? '0' : String(scale >= 0n ? digits * 10n ** scale : digits / 10n ** -scale);
}

/** A figure with exactly `decimals` digits after the dot, halves rounded away from zero; "-0.00" is "0.00". */
export function rounded(value: string | null, decimals: number): string {
  // Most amounts are written so already; parsing each took most of the time of a large file.
  if (decimals === 2 && value !== null && TWO_DECIMALS.test(value)) return value;
  if (value !== null && WHOLE.test(value))
    return decimals === 0 ? value : `${value}.${'0'.repeat(decimals)}`;
  if (decimals > 0 && value !== null && PLAIN.test(value)) {
    const missing = decimals - (value.length - value.indexOf('.') - 1);
    const text = missing >= 0 ? value + '0'.repeat(missing) : value.slice(0, missing);
    // What is rounded up, and a sign that might stand before nothing, are counted below.
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
      next: 'Look for the row in the warehouse; nothing was sent.',
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
