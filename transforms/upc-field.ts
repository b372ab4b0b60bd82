/**
 * Decides whether the UPCs of a field end in their check digit.
 *
 * One number cannot show it: of those without a check digit, one in ten looks valid by chance, and
 * is then the number of another product. All numbers of one length together can.
 */
import { isRightAsWritten, upcDigits } from './upc.ts';

/** `undecided`: too few numbers, or both kinds. Numbers that depend on it are then not sent. */
type CheckDigits = 'present' | 'missing' | 'undecided';

/** By the number of digits as entered. */
export type UpcLengths = Readonly<Record<number, CheckDigits>>;

export interface LengthCount {
  readonly length: number;
  readonly values: number;
  /** How many of them are valid, after restoring leading zeros. */
  readonly right: number;
}

/** Counts the numbers of a field by length. */
export class UpcFieldCount {
  readonly #counts = new Map<number, { values: number; right: number }>();

  add(written: string | null): void {
    const digits = upcDigits(written);
    if (digits === undefined || !LENGTHS.includes(digits.length)) return;
    const count = this.#counts.get(digits.length) ?? { values: 0, right: 0 };
    count.values++;
    if (isRightAsWritten(digits)) count.right++;
    this.#counts.set(digits.length, count);
  }

  get lengths(): readonly LengthCount[] {
    return [...this.#counts]
      .map(([length, count]) => ({ length, ...count }))
      .toSorted((a, b) => a.length - b.length);
  }
}

const LENGTHS: readonly number[] = [8, 10, 11, 12, 13, 14];
/** Prior log odds: full-length numbers nearly always have check digits; shorter ones may not. */
const PRIOR: Readonly<Record<number, number>> = { 8: 4.6, 12: 6.9, 13: 6.9, 14: 6.9 };
/** Log odds from the other lengths of the field, where they are clear (100 to 1). */
const OTHERS = 4.6;
/** Log odds of one valid number: 95 of 100 with check digits are valid, 10 of 100 without. */
const RIGHT = Math.log(0.95 / 0.1);
/** Log odds of one invalid number. */
const WRONG = Math.log(0.05 / 0.9);
/** Log odds that count as certain: nearly 1,000 to 1. */
const SURE = 6.8;

/** Decides for each length of a field. */
export function decideCheckDigits(
  counts: readonly LengthCount[],
  setting: 'present' | 'missing' | 'auto',
): UpcLengths {
  return Object.fromEntries(
    counts.map(count => [count.length, decide(count, counts, setting)] as const),
  );
}

function decide(
  { length, values, right }: LengthCount,
  counts: readonly LengthCount[],
  setting: 'present' | 'missing' | 'auto',
): CheckDigits {
  if (setting === 'present') return 'present';
  const isShort = length === 10 || length === 11;
  if (setting === 'missing' && isShort) return 'missing';
  const wrong = values - right;
  const prior = setting === 'auto' ? (PRIOR[length] ?? 0) : 0;
  const weight = right * RIGHT + wrong * WRONG + prior + logOddsOfOthers(length, counts);
  // Every field has a few typing errors; more than that are numbers of another kind.
  const isMixed = isShort ? wrong > Math.max(1, values / 50) : wrong > Math.max(5, values / 5);
  if (weight >= SURE) return isMixed ? 'undecided' : 'present';
  return weight <= -SURE && right <= values / 4 ? 'missing' : 'undecided';
}

function logOddsOfOthers(length: number, counts: readonly LengthCount[]): number {
  const others = counts.filter(other => other.length !== length);
  const values = others.reduce((sum, other) => sum + other.values, 0);
  const right = others.reduce((sum, other) => sum + other.right, 0);
  if (values < 10) return 0;
  if (right >= 0.8 * values) return OTHERS;
  return right <= values / 4 ? -OTHERS : 0;
}

/** What was decided, in words; undefined where all numbers end in their check digit. */
export function checkDigitsInWords(
  counts: readonly LengthCount[],
  lengths: UpcLengths,
): string | undefined {
  const sentences = counts.flatMap(({ length, values, right }) => {
    const decision = lengths[length];
    if (decision === undefined || decision === 'present') return [];
    const of =
      `${right.toLocaleString('en-US')} of ${values.toLocaleString('en-US')} numbers ` +
      `with ${length} digits are valid`;
    return decision === 'undecided'
      ? [`${of}, so it is unclear whether they have check digits, and none is sent`]
      : length === 11 || length === 10 || length === 12
        ? [`${of}, so their check digits are missing, and are added`]
        : [`${of}, so they are not product numbers, and none is sent`];
  });
  return sentences.length === 0 ? undefined : sentences.join('; ');
}
