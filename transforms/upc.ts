/**
 * Repairs and validates UPCs.
 *
 * What a retailer entered becomes a number that can be sent: 8, 12, 13 or 14 digits (GTIN-8, UPC-A,
 * EAN-13, GTIN-14) with a valid check digit. A number is repaired only by the rules of
 * {@link readUpc}; every other one is refused with a reason that stays the same from release to
 * release, so that runs can be compared.
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

/** What was repaired; where several things were, the one that changed most. */
export type UpcFix = 'leading_zero' | 'separators' | 'check_digit' | 'upc_e';

export type UpcReading =
  | { readonly ok: true; readonly upc: string; readonly fix?: UpcFix }
  | { readonly ok: false; readonly reason: UpcRefusal; readonly explanation: string };

export interface UpcOptions {
  /** Whether 11 digits that no leading zero makes valid are a UPC-A without its check digit. */
  readonly addCheckDigit?: boolean;
  /** Whether numbers of a length have check digits (`upc-field.ts`). Default: they have. */
  readonly lengths?: Readonly<Record<number, 'present' | 'missing' | 'undecided'>>;
}

// Spaces of any kind, hyphens, dashes and the minus sign: all of them come from spreadsheets.
const SEPARATORS = /[\s\u200b\u2010-\u2015\u2212-]+/g;
const SCIENTIFIC = /^\d+(?:[.,]\d+)?e[+-]?\d+$/i;

/**
 * Reads one UPC as entered in Heartland (an item number or a custom field; null where empty).
 *
 * - Spaces and dashes are removed.
 * - One or two leading zeros are restored where that alone makes the check digit valid (spreadsheets
 *   drop them). Nine digits and fewer are refused: one in ten numbers of any kind passes by chance,
 *   and UPC-A numbers with so many leading zeros are hardly issued. The zeros that pad a UPC-A to 13
 *   or 14 digits are removed, so that one product has one number.
 * - The short form of eight digits (UPC-E) is expanded.
 * - Check digits are added where all numbers of the field show that they are missing; where that is
 *   not clear, numbers that depend on it are refused.
 * - Store-internal barcodes are refused: GS1 reserves the prefixes 02, 04 and 20–29 (on a UPC-A: first
 *   digit 2 or 4), on a GTIN-8 the first digits 0 and 2, and 0000000 for use inside one company or
 *   region (GS1 General Specifications, "GS1 Prefixes").
 */
export function readUpc(raw: string | null, options: UpcOptions = {}): UpcReading {
  const written = raw?.trim() ?? '';
  const digits = written.replace(SEPARATORS, '');
  if (digits === '') return refuse('missing', 'There is no UPC. Enter the one on the label.');
  if (SCIENTIFIC.test(written)) {
    return refuse(
      'scientific_notation',
      `A spreadsheet turned the UPC into "${written}" and its digits are lost. ` +
        'Enter the UPC on the label, as text.',
    );
  }
  if (!/^[0-9]+$/.test(digits)) {
    return refuse('not_digits', `"${written}" is not only digits. Enter only the UPC.`);
  }
  if (/^0+$/.test(digits)) return refuse('all_zero', `"${written}" is only zeros, not a UPC.`);
  if (digits.startsWith('999999')) {
    return refuse(
      'placeholder',
      `"${written}" is a placeholder, not a UPC. Enter the one on the label.`,
    );
  }

  const repaired = repair(digits, options);
  if ('reason' in repaired) return repaired;
  const { upc } = repaired;
  if (isStoreInternal(upc)) {
    return refuse(
      'in_house',
      `"${upc}" is a store-internal barcode, not a UPC: other stores use it for other products. ` +
        'Enter the manufacturer’s UPC.',
    );
  }
  const fix = repaired.fix ?? (digits === raw ? undefined : 'separators');
  return fix === undefined ? { ok: true, upc } : { ok: true, upc, fix };
}

type Refused = Extract<UpcReading, { ok: false }>;

/** @param digits without separators */
function repair(
  digits: string,
  { addCheckDigit = false, lengths = {} }: UpcOptions,
): { upc: string; fix?: UpcFix } | Refused {
  const checkDigits = lengths[digits.length] ?? 'present';
  switch (digits.length) {
    case 8: {
      const upcE = shortForm(digits);
      const isGtin8 = gtin.validate(digits);
      if (!isGtin8 && upcE === undefined) return badCheckDigit(digits);
      if (checkDigits !== 'present') return unclear(digits);
      // A GTIN-8 that starts with 0 is store-internal, so such a number is the short form.
      if (upcE === undefined || (isGtin8 && !digits.startsWith('0'))) return { upc: digits };
      return { upc: upcE, fix: 'upc_e' };
    }
    case 10:
    case 11: {
      const padded = digits.padStart(12, '0');
      const isRight = gtin.validate(padded);
      if (isRight && checkDigits === 'present') return { upc: padded, fix: 'leading_zero' };
      if (isRight && checkDigits === 'undecided') return unclear(digits);
      if (checkDigits === 'missing' || (digits.length === 11 && addCheckDigit)) {
        return { upc: gtin.generate(digits.padStart(11, '0')), fix: 'check_digit' };
      }
      return refuse(
        'wrong_length',
        `"${digits}" has ${digits.length} digits, and leading zeros do not make it a valid UPC. ` +
          'Enter all 12 digits.',
      );
    }
    case 12:
      // An EAN-13 without its check digit.
      if (checkDigits === 'missing') {
        return { upc: withoutPadding(gtin.generate(digits)), fix: 'check_digit' };
      }
      if (!gtin.validate(digits)) return badCheckDigit(digits);
      return checkDigits === 'present' ? { upc: digits } : unclear(digits);
    case 13:
    case 14: {
      if (!gtin.validate(digits)) return badCheckDigit(digits);
      if (checkDigits !== 'present') return unclear(digits);
      const short = withoutPadding(digits);
      return short === digits ? { upc: digits } : { upc: short, fix: 'leading_zero' };
    }
    default:
      return refuse(
        'wrong_length',
        `"${digits}" has ${digits.length} digits; a UPC has 12 (8, 13 and 14 are accepted too).`,
      );
  }
}

/** The digits of a UPC as entered; undefined where it has other characters than separators. */
export function upcDigits(written: string | null): string | undefined {
  const digits = (written ?? '').trim().replace(SEPARATORS, '');
  return /^[0-9]*[1-9][0-9]*$/.test(digits) ? digits : undefined;
}

/** Whether the last digit is a valid check digit, after restoring leading zeros. */
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
    `"${digits}" may lack its check digit, and would then be the number of another product. ` +
      'Enter all digits of the number on the label, or set item_fields.upc_check_digit.',
  );
}

function badCheckDigit(digits: string): Refused {
  const right = gtin.generate(digits.slice(0, -1));
  return refuse(
    'bad_check_digit',
    `"${digits}" has an invalid check digit (${right.slice(-1)} would be valid). ` +
      'Compare it with the label.',
  );
}

function isStoreInternal(upc: string): boolean {
  if (upc.length === 8) return upc.startsWith('0') || upc.startsWith('2');
  const prefix = upc.padStart(14, '0').slice(1);
  return /^(?:02|04|2)/.test(prefix) || prefix.startsWith('0000000');
}

/** The 12 digits of a UPC-E; undefined where it is none. Its seventh digit says where zeros were. */
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
