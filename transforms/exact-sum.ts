/** Adds up figures digit by digit: no floating point touches them, so a sum of a million rows is exact. */
export class ExactSum {
  #digits = 0n;
  /** The sum is `#digits` / 10^`#decimals`. */
  #decimals = 0;

  /** @param value a figure as JSON gave it: a number, the digits of one that is too long for that, or null for nothing */
  add(value: number | string | null): void {
    const { digits, decimals } = parsed(value);
    if (decimals > this.#decimals) {
      this.#digits *= 10n ** BigInt(decimals - this.#decimals);
      this.#decimals = decimals;
    }
    this.#digits += digits * 10n ** BigInt(this.#decimals - decimals);
  }

  /** Whether the sum is exactly this figure, however many zeros either is written with. */
  equals(value: number | string | null): boolean {
    const { digits, decimals } = parsed(value);
    const places = Math.max(decimals, this.#decimals);
    return (
      digits * 10n ** BigInt(places - decimals) ===
      this.#digits * 10n ** BigInt(places - this.#decimals)
    );
  }

  /** As people write it: `-12.5`. */
  toString(): string {
    const magnitude = this.#digits < 0n ? -this.#digits : this.#digits;
    const text = String(magnitude).padStart(this.#decimals + 1, '0');
    const whole = text.slice(0, text.length - this.#decimals);
    const fraction = text.slice(text.length - this.#decimals).replace(/0+$/, '');
    return `${this.#digits < 0n ? '-' : ''}${whole}${fraction && `.${fraction}`}`;
  }
}

/** Whether a value is a figure, or nothing: what a sum takes. */
export function isFigure(value: unknown): value is number | string | null {
  if (value === null) return true;
  return (typeof value === 'number' || typeof value === 'string') && DECIMAL.test(String(value));
}

const DECIMAL = /^(-?)(\d{1,100})(?:\.(\d{1,100}))?(?:[eE]([+-]?\d{1,3}))?$/;

function parsed(value: number | string | null): { digits: bigint; decimals: number } {
  if (value === null) return { digits: 0n, decimals: 0 };
  const [, sign, whole = '', fraction = '', exponent = '0'] = DECIMAL.exec(String(value)) ?? [];
  if (sign === undefined) throw new RangeError(`Not a figure: ${JSON.stringify(value)}`);
  const magnitude = BigInt(whole + fraction);
  const digits = sign === '-' ? -magnitude : magnitude;
  const decimals = fraction.length - Number(exponent);
  return decimals >= 0
    ? { digits, decimals }
    : { digits: digits * 10n ** BigInt(-decimals), decimals: 0 };
}
