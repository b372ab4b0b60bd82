/**
 * Reads what a shop keeps as an item's UPC into a number that can be sent: 8, 12, 13 or 14 digits (GTIN-8, UPC-A,
 * EAN-13, GTIN-14) whose check digit is right.
 *
 * A number is mended only by the rules of {@link readUpc}; every other one is refused with a reason that stays the
 * same from release to release, so that runs can be counted and compared.
 */
import { gtin } from 'cdigit';

/** Why a number cannot be sent. Stable: reports group by it. */
export type UpcRefusal =
  | 'missing'
  | 'scientific_notation'
  | 'not_digits'
  | 'all_zero'
  | 'placeholder'
  | 'wrong_length'
  | 'bad_check_digit'
  | 'check_digit_unclear'
  | 'in_house';

/** What was changed to make the number right. Where several things were, the one that changed most. */
export type UpcFix = 'leading_zero' | 'separators' | 'check_digit' | 'upc_e';

export type UpcReading =
  | { readonly ok: true; readonly upc: string; readonly mended?: UpcFix }
  | { readonly ok: false; readonly reason: UpcRefusal; readonly explanation: string };

export interface UpcOptions {
  /**
   * Whether 11 digits that no leading zero makes right are a UPC-A kept without its check digit. Default no.
   */
  readonly addCheckDigit?: boolean;
  /** What all numbers of the field say, by length (`upc-field.ts`). Default: they end in their check digit. */
  readonly lengths?: Readonly<Record<number, 'present' | 'missing' | 'undecided'>>;
}

// Space of any kind, the hyphen-minus, the typographic dashes and the minus sign: all come out of spreadsheets.
const SEPARATORS = /[\s\u200b\u2010-\u2015\u2212-]+/g;
const SCIENTIFIC = /^\d+(?:[.,]\d+)?e[+-]?\d+$/i;

/**
 * One number as it is kept in Heartland (an item number or a custom field; null where there is none).
 *
 * - Spaces and dashes are dropped.
 * - Leading zeros are restored, one or two of them, where that alone makes the check digit right (a spreadsheet
 *   drops them). Nine digits and fewer are refused: one in ten numbers of any kind passes by chance, and UPC-A
 *   numbers with so many leading zeros are hardly issued. The zeros that pad a UPC-A to 13 or 14 digits are dropped,
 *   so that one product has one number.
 * - The short form of eight digits (UPC-E) is expanded.
 * - Where all numbers of the field show that check digits are missing, they are added; where it is not clear, numbers
 *   that need the answer are refused.
 * - In-house numbers are refused: GS1 keeps the prefixes 02, 04 and 20–29 (on a UPC-A: first digit 2 or 4), on a
 *   GTIN-8 the first digits 0 and 2, and 0000000 for use inside one company or region (GS1 General
 *   Specifications, "GS1 Prefixes").
 */
export function readUpc(raw: string | null, options: UpcOptions = {}): UpcReading {
  const written = raw?.trim() ?? '';
  const digits = written.replace(SEPARATORS, '');
  if (digits === '') return refuse('missing', 'There is no UPC. Enter the one on the label.');
  if (SCIENTIFIC.test(written)) {
    return refuse(
      'scientific_notation',
      `"${written}" was cut to scientific notation by a spreadsheet; its digits are lost. Enter the UPC again as text.`,
    );
  }
  if (!/^[0-9]+$/.test(digits)) {
    return refuse('not_digits', `"${written}" holds more than digits. Enter the UPC alone.`);
  }
  if (/^0+$/.test(digits)) return refuse('all_zero', `"${written}" is only zeros, not a UPC.`);
  if (digits.startsWith('999999')) {
    return refuse(
      'placeholder',
      `"${written}" is a placeholder, not a UPC. Enter the one on the label.`,
    );
  }

  const whole = complete(digits, options);
  if ('reason' in whole) return whole;
  if (isInHouse(whole.upc)) {
    return refuse(
      'in_house',
      `"${whole.upc}" is from the numbers kept for use inside a shop, so it means another product elsewhere. Enter the maker's UPC.`,
    );
  }
  const mended = whole.mended ?? (digits === raw ? undefined : 'separators');
  return mended === undefined ? { ok: true, upc: whole.upc } : { ok: true, upc: whole.upc, mended };
}

type Refused = Extract<UpcReading, { ok: false }>;

function complete(
  digits: string,
  { addCheckDigit = false, lengths = {} }: UpcOptions,
): { upc: string; mended?: UpcFix } | Refused {
  const checkDigits = lengths[digits.length] ?? 'present';
  switch (digits.length) {
    case 8: {
      const upcE = shortForm(digits);
      const isGtin8 = gtin.validate(digits);
      if (!isGtin8 && upcE === undefined) return badCheckDigit(digits);
      if (checkDigits !== 'present') return unclear(digits);
      // A GTIN-8 never starts with 0 outside a shop, so such a number is the short form.
      if (upcE === undefined || (isGtin8 && !digits.startsWith('0'))) return { upc: digits };
      return { upc: upcE, mended: 'upc_e' };
    }
    case 10:
    case 11: {
      const padded = digits.padStart(12, '0');
      const isRight = gtin.validate(padded);
      if (isRight && checkDigits === 'present') return { upc: padded, mended: 'leading_zero' };
      if (isRight && checkDigits === 'undecided') return unclear(digits);
      if (checkDigits === 'missing' || (digits.length === 11 && addCheckDigit)) {
        return { upc: gtin.generate(digits.padStart(11, '0')), mended: 'check_digit' };
      }
      return refuse(
        'wrong_length',
        `"${digits}" has ${digits.length} digits, and leading zeros alone do not make it a UPC. Enter all 12 digits.`,
      );
    }
    case 12:
      // An EAN-13 without its check digit.
      if (checkDigits === 'missing') {
        return { upc: withoutPadding(gtin.generate(digits)), mended: 'check_digit' };
      }
      if (!gtin.validate(digits)) return badCheckDigit(digits);
      return checkDigits === 'present' ? { upc: digits } : unclear(digits);
    case 13:
    case 14: {
      if (!gtin.validate(digits)) return badCheckDigit(digits);
      if (checkDigits !== 'present') return unclear(digits);
      const short = withoutPadding(digits);
      return short === digits ? { upc: digits } : { upc: short, mended: 'leading_zero' };
    }
    default:
      return refuse(
        'wrong_length',
        `"${digits}" has ${digits.length} digits; a UPC has 12 (8, 13 and 14 are taken as well).`,
      );
  }
}

/** The digits of what is written, without spaces and dashes; undefined where it holds anything else. */
export function upcDigits(written: string | null): string | undefined {
  const digits = (written ?? '').trim().replace(SEPARATORS, '');
  return /^[0-9]*[1-9][0-9]*$/.test(digits) ? digits : undefined;
}

/** Whether the last digit is the check digit of the others, as far as such a number can be told. */
export function isRightAsWritten(digits: string): boolean {
  if (digits.length === 8) return gtin.validate(digits) || shortForm(digits) !== undefined;
  return gtin.validate(digits.length < 12 ? digits.padStart(12, '0') : digits);
}

function shortForm(digits: string): string | undefined {
  const expanded = expandUpcE(digits);
  return expanded !== undefined && gtin.validate(expanded) ? expanded : undefined;
}

function withoutPadding(digits: string): string {
  return digits.replace(/^0{1,2}(?=\d{12}$|\d{13}$)/, '');
}

function unclear(digits: string): Refused {
  return refuse(
    'check_digit_unclear',
    `"${digits}" may lack its check digit, and would then be another product's number. Enter the number of the label with all its digits, or say in item_fields.upc_check_digit whether the UPCs end in their check digit.`,
  );
}

function badCheckDigit(digits: string): Refused {
  const right = gtin.generate(digits.slice(0, -1));
  return refuse(
    'bad_check_digit',
    `"${digits}" has a wrong check digit (its other digits would end in ${right.slice(-1)}), so a digit was mistyped. Compare it with the label.`,
  );
}

function isInHouse(upc: string): boolean {
  if (upc.length === 8) return upc.startsWith('0') || upc.startsWith('2');
  const prefix = upc.padStart(14, '0').slice(1);
  return /^(?:02|04|2)/.test(prefix) || prefix.startsWith('0000000');
}

/** The 12 digits behind a UPC-E; undefined where it cannot be one. The last digit of the middle six says where zeros were. */
function expandUpcE(digits: string): string | undefined {
  const [system, a, b, c, d, e, last, check] = digits;
  if (system !== '0' && system !== '1') return undefined;
  const middle =
    last === '0' || last === '1' || last === '2'
      ? `${a}${b}${last}0000${c}${d}${e}`
      : last === '3'
        ? `${a}${b}${c}00000${d}${e}`
        : last === '4'
          ? `${a}${b}${c}${d}00000${e}`
          : `${a}${b}${c}${d}${e}0000${last}`;
  return `${system}${middle}${check}`;
}

function refuse(reason: UpcRefusal, explanation: string): Refused {
  return { ok: false, reason, explanation };
}
