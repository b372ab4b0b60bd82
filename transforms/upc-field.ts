/**
 * Whether the numbers of a field end in their check digit. One number cannot tell: of those kept without it, one in ten
 * looks right by chance, and is then another product's. All numbers of one length together can.
 */
import { isRightAsWritten, upcDigits } from './upc.ts';

/** `undecided`: too few numbers, or numbers of both kinds; then none that needs the answer is used. */
type CheckDigits = 'present' | 'missing' | 'undecided';

/** By the number of digits as they are written. */
export type UpcLengths = Readonly<Record<number, CheckDigits>>;

export interface LengthCount {
  readonly length: number;
  readonly values: number;
  /** How many of them are right as they are, or once their leading zeros are restored. */
  readonly right: number;
}

/** Counts the numbers of a field as they go by. */
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
/** Numbers of full length are written with their check digit nearly everywhere; shorter ones tell nothing beforehand. */
const BEFOREHAND: Readonly<Record<number, number>> = { 8: 4.6, 12: 6.9, 13: 6.9, 14: 6.9 };
/** What the other lengths of the field say, where they say it clearly (natural logarithm of 100 to 1). */
const OTHERS = 4.6;
/** A number that is right: 95 in 100 where check digits are kept, 10 in 100 where not; one that is wrong the other way. */
const RIGHT = Math.log(0.95 / 0.1);
const WRONG = Math.log(0.05 / 0.9);
/** Natural logarithm of nearly 1,000 to 1. */
const SURE = 6.8;

/** Decides for each length of a field. */
export function decideCheckDigits(
  counts: readonly LengthCount[],
  said: 'present' | 'missing' | 'auto',
): UpcLengths {
  return Object.fromEntries(
    counts.map(count => [count.length, decide(count, counts, said)] as const),
  );
}

function decide(
  { length, values, right }: LengthCount,
  counts: readonly LengthCount[],
  said: 'present' | 'missing' | 'auto',
): CheckDigits {
  if (said === 'present') return 'present';
  const isShort = length === 10 || length === 11;
  if (said === 'missing' && isShort) return 'missing';
  const wrong = values - right;
  const beforehand = said === 'auto' ? (BEFOREHAND[length] ?? 0) : 0;
  const weight = right * RIGHT + wrong * WRONG + beforehand + othersSay(length, counts);
  // A few mistyped ones are in every field; more are numbers of another kind, of which some look right.
  const isMixed = isShort ? wrong > Math.max(1, values / 50) : wrong > Math.max(5, values / 5);
  if (weight >= SURE) return isMixed ? 'undecided' : 'present';
  return weight <= -SURE && right <= values / 4 ? 'missing' : 'undecided';
}

function othersSay(length: number, counts: readonly LengthCount[]): number {
  const others = counts.filter(other => other.length !== length);
  const values = others.reduce((sum, other) => sum + other.values, 0);
  const right = others.reduce((sum, other) => sum + other.right, 0);
  if (values < 10) return 0;
  if (right >= 0.8 * values) return OTHERS;
  return right <= values / 4 ? -OTHERS : 0;
}

/** What is told of a field where not every number ends in its check digit; undefined where there is nothing to tell. */
export function checkDigitsInWords(
  counts: readonly LengthCount[],
  lengths: UpcLengths,
): string | undefined {
  const told = counts.flatMap(({ length, values, right }) => {
    const decision = lengths[length];
    if (decision === undefined || decision === 'present') return [];
    const of = `${right.toLocaleString('en-US')} of ${values.toLocaleString('en-US')} numbers with ${length} digits are right as they are`;
    return decision === 'undecided'
      ? [`${of}, so it is not clear whether they end in their check digit, and none is sent`]
      : length === 11 || length === 10 || length === 12
        ? [`${of}, so they lack their check digit, and it is added`]
        : [`${of}, so they are no product numbers, and none is sent`];
  });
  return told.length === 0 ? undefined : told.join('; ');
}
