/** A JSON number kept as its digits, so that none is lost on the way through a double. */
export interface RawNumber {
  readonly rawJSON: string;
}

/** What a JSON document of the API is made of. */
export type Json =
  | string
  | number
  | boolean
  | null
  | RawNumber
  | readonly Json[]
  | { readonly [key: string]: Json };
export type JsonRecord = { readonly [key: string]: Json };

// Not in TypeScript's library yet; in Node since 21.
const { rawJSON } = JSON as unknown as { rawJSON(text: string): RawNumber };

export function isRaw(value: unknown): value is RawNumber {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'rawJSON');
}

/** A number as the API writes decimals: `1880.0`, `12.5`, `2.5825`; exact down to a hundredth of a cent. */
function decimal(tenThousandths: number): RawNumber {
  const whole = Math.round(tenThousandths);
  if (!Number.isSafeInteger(whole))
    throw new Error(`A figure left the exact range: ${tenThousandths}`);
  const digits = Math.abs(whole).toString().padStart(5, '0');
  const fraction = digits.slice(-4).replace(/0+$/, '');
  const text = `${digits.slice(0, -4)}.${fraction === '' ? '0' : fraction}`;
  return rawJSON(whole < 0 ? `-${text}` : text);
}

/** Cents (quarters of a cent allowed) as dollars. */
export function dollars(cents: number): RawNumber {
  return decimal(cents * 100);
}

export function dollarsOrNull(cents: number | null): RawNumber | null {
  return cents === null ? null : dollars(cents);
}

/** A quantity; quarters are the finest there are. */
export function quantity(qty: number): RawNumber {
  return decimal(qty * 10_000);
}

export function quantityOrNull(qty: number | null): RawNumber | null {
  return qty === null ? null : quantity(qty);
}

/** A share or a rate, which has no exact form: rounded to four places. */
export function ratio(value: number): RawNumber {
  return decimal(value * 10_000);
}

/**
 * `cents / qty` as dollars with sixteen decimals, more than a double can hold, as Heartland sends average costs:
 * 10.2494840425531915. Long division over BigInt, rounded half away from zero, trailing zeros dropped to one place.
 */
export function quotient(cents: number, qty: number): RawNumber {
  const places = 16n;
  // Quarters make both sides whole; the hundred turns cents into dollars.
  let top = BigInt(Math.round(cents * 4)) * 10n ** places;
  let bottom = BigInt(Math.round(qty * 4)) * 100n;
  if (bottom < 0n) {
    top = -top;
    bottom = -bottom;
  }
  const isNegative = top < 0n;
  const size = isNegative ? -top : top;
  const rounded = (size * 2n + bottom) / (bottom * 2n);
  const digits = rounded.toString().padStart(Number(places) + 1, '0');
  const fraction = digits.slice(-Number(places)).replace(/0+$/, '');
  const text = `${digits.slice(0, -Number(places))}.${fraction === '' ? '0' : fraction}`;
  return rawJSON(isNegative && rounded !== 0n ? `-${text}` : text);
}
