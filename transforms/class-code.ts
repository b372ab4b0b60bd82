/**
 * Checks whether Management One accepts an item's class code.
 *
 * Their help pages: codes must match the retailer's list exactly; at most 20 characters; letters,
 * digits and any of & / $ + - # < > ? are accepted; a pipe, percent sign, quote, backtick or comma is
 * not. The pages do not mention lower case, spaces and other characters, so those are accepted only
 * where the list itself has them.
 */
import { suggest } from './suggestion.ts';

export type ClassCodeProblem = 'missing' | 'case_or_space' | 'unknown' | 'characters' | 'too_long';

export type ClassCodeCheck =
  | { readonly kind: 'ok'; readonly code: string }
  | { readonly kind: ClassCodeProblem; readonly suggestion?: string };

export const MAX_CLASS_CODE_LENGTH = 20;

const REFUSED_CHARACTER = /[|%'`,\u2018\u2019]/;
const ALL_ACCEPTED = /^[A-Za-z0-9&/$+\-#<>?]*$/;

/**
 * Checks one code against Management One's list for the retailer.
 *
 * Returns the first of these that is true: `missing` (null, empty, only spaces); `characters` or
 * `too_long` for a code on the list that no file can hold; `ok`; `case_or_space`, with the code as
 * the list writes it; `characters`; `too_long`; `unknown`. The last three suggest the code on the
 * list that was probably meant, where only the spelling differs: other digits are another class.
 */
export function checkClassCode(code: string | null, list: readonly string[]): ClassCodeCheck {
  if (code === null || code.trim() === '') return { kind: 'missing' };
  const isListed = list.includes(code);
  if (isListed && !REFUSED_CHARACTER.test(code) && code.length <= MAX_CLASS_CODE_LENGTH) {
    return { kind: 'ok', code };
  }
  if (!isListed) {
    const folded = fold(code);
    const variant = list.find(listed => fold(listed) === folded);
    if (variant !== undefined) return { kind: 'case_or_space', suggestion: variant };
  }
  const kind =
    REFUSED_CHARACTER.test(code) || (!isListed && !ALL_ACCEPTED.test(code))
      ? 'characters'
      : code.length > MAX_CLASS_CODE_LENGTH
        ? 'too_long'
        : 'unknown';
  const others = list.filter(listed => listed !== code);
  const suggestion = others.find(listed => listed === accepted(code)) ?? similarCode(code, others);
  return suggestion === undefined ? { kind } : { kind, suggestion };
}

/** Normalizes the spelling of a code. NFKC makes full-width letters and unusual spaces plain. */
function fold(code: string): string {
  return code
    .normalize('NFKC')
    .replace(/[\s\u200b]+/g, '')
    .toUpperCase();
}

/**
 * Finds the code that differs only in punctuation and leading zeros, else the nearest of those with
 * the same digits. 130 is not a misspelled 110 or 115: suggesting it would move goods into another
 * class.
 */
function similarCode(code: string, others: readonly string[]): string | undefined {
  const bare = letters(code);
  if (bare === '') return undefined;
  const digits = digitsOf(code);
  return (
    others.find(listed => letters(listed) === bare) ??
    suggest(
      code,
      others.filter(listed => digitsOf(listed) === digits),
    )
  );
}

/** Letters and digits only, without leading zeros. */
function letters(code: string): string {
  return fold(code)
    .replace(/[^\p{L}\p{N}]/gu, '')
    .replace(/(?<!\p{N})0+(?=\p{N})/gu, '');
}

function digitsOf(code: string): string {
  return letters(code).replace(/\P{N}/gu, '');
}

function accepted(code: string): string {
  return code.replace(/[^A-Za-z0-9&/$+\-#<>?]/g, '');
}
