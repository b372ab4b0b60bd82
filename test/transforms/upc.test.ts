import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readUpc } from '../../transforms/upc.ts';

/** The check digit by the GS1 rule, in independent code: from the right, weights 3, 1, 3, 1… */
function checkDigit(digits: string): string {
  let sum = 0;
  for (let fromRight = 0; fromRight < digits.length; fromRight += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - fromRight) - 48;
    sum += fromRight % 2 === 0 ? 3 * digit : digit;
  }
  return String((1000 - sum) % 10);
}

const digitText = (length: number) =>
  fc
    .array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length })
    .map(digits => digits.join(''));

/** Manufacturers' UPC-A numbers: number systems 0, 1, 3, 6, 7, 8, 9, without refused prefixes. */
const manufacturersUpc = fc
  .tuple(fc.constantFrom('0', '1', '3', '6', '7', '8', '9'), digitText(10))
  .map(([system, rest]) => system + rest)
  .filter(body => !body.startsWith('999999') && !body.startsWith('000000'))
  .map(body => body + checkDigit(body));

describe('a UPC that can be sent', () => {
  it.each([
    // 727602259178 is the number in Locally's own sample of a feed.
    ['727602259178', '727602259178', undefined],
    ['036000291452', '036000291452', undefined],
    ['96385074', '96385074', undefined],
    ['4006381333931', '4006381333931', undefined],
    ['9780306406157', '9780306406157', undefined],
    ['10036000291459', '10036000291459', undefined],
    ['0 36000 29145 2', '036000291452', 'separators'],
    ['0-36000-29145-2', '036000291452', 'separators'],
    ['0–36000–29145–2', '036000291452', 'separators'],
    [' 727602259178\t', '727602259178', 'separators'],
    ['727602259178\u00a0', '727602259178', 'separators'],
    ['36000291452', '036000291452', 'leading_zero'],
    ['3-6000-29145-2', '036000291452', 'leading_zero'],
    // Locally's sample of a product feed has this one with its zero lost.
    ['43193256984', '043193256984', 'leading_zero'],
    ['1234567895', '001234567895', 'leading_zero'],
    ['0036000291452', '036000291452', 'leading_zero'],
    ['00036000291452', '036000291452', 'leading_zero'],
    ['04006381333931', '4006381333931', 'leading_zero'],
    ['01234565', '012345000065', 'upc_e'],
  ])('%j is sent as %s', (raw, upc, fix) => {
    expect(readUpc(raw)).toEqual(fix === undefined ? { ok: true, upc } : { ok: true, upc, fix });
  });

  it('gets a missing check digit only where that is configured', () => {
    expect(readUpc('61414100003')).toMatchObject({ ok: false, reason: 'wrong_length' });
    expect(readUpc('61414100003', { addCheckDigit: true })).toEqual({
      ok: true,
      upc: '614141000036',
      fix: 'check_digit',
    });
  });

  it('gets its leading zero rather than a check digit where the zero alone makes it valid', () => {
    expect(readUpc('36000291452', { addCheckDigit: true })).toMatchObject({
      upc: '036000291452',
      fix: 'leading_zero',
    });
  });

  it('never gets a check digit instead of an invalid one', () => {
    expect(readUpc('727602259179', { addCheckDigit: true })).toMatchObject({
      reason: 'bad_check_digit',
    });
  });
});

describe('a UPC that is refused', () => {
  it.each([
    [null, 'missing'],
    ['', 'missing'],
    ['  ', 'missing'],
    ['-', 'missing'],
    ['7.27603E+11', 'scientific_notation'],
    ['7,27603e+11', 'scientific_notation'],
    ['7E11', 'scientific_notation'],
    ['SR100234', 'not_digits'],
    ['727602259178.0', 'not_digits'],
    ['７２７６０２２５９１７８', 'not_digits'],
    ["'727602259178", 'not_digits'],
    ['000000000000', 'all_zero'],
    ['0', 'all_zero'],
    ['999999999999', 'placeholder'],
    ['9999999999994', 'placeholder'],
    ['12345', 'wrong_length'],
    ['291452000', 'wrong_length'],
    ['123456789012345', 'wrong_length'],
    ['61414100003', 'wrong_length'],
    ['727602259179', 'bad_check_digit'],
    ['4006381333932', 'bad_check_digit'],
    ['10036000291458', 'bad_check_digit'],
    ['96385075', 'bad_check_digit'],
    ['212345678909'.slice(0, 11) + checkDigit('21234567890'), 'in_house'],
    [`41234567890${checkDigit('41234567890')}`, 'in_house'],
    [`241234567890${checkDigit('241234567890')}`, 'in_house'],
    [`021234567890${checkDigit('021234567890')}`, 'in_house'],
    [`1021234567890${checkDigit('1021234567890')}`, 'in_house'],
    [`2012345${checkDigit('2012345')}`, 'in_house'],
    [`00000012345${checkDigit('00000012345')}`, 'in_house'],
  ])('%j: %s', (raw, reason) => {
    const reading = readUpc(raw);
    expect(reading).toMatchObject({ ok: false, reason });
    expect(reading.ok ? '' : reading.explanation).toMatch(/\.$/);
  });
});

describe('for any number', () => {
  it('the sent one has 8, 12, 13 or 14 digits and a valid check digit, and stays the same', () => {
    const anything = fc.oneof(
      fc.string(),
      fc.integer({ min: 6, max: 15 }).chain(digitText),
      manufacturersUpc,
      manufacturersUpc.map(upc => upc.replace(/^0+/, '')),
    );
    fc.assert(
      fc.property(anything, fc.boolean(), (raw, addCheckDigit) => {
        const reading = readUpc(raw, { addCheckDigit });
        if (!reading.ok) return;
        expect(reading.upc).toMatch(/^(?:\d{8}|\d{12,14})$/);
        expect(reading.upc.slice(-1)).toBe(checkDigit(reading.upc.slice(0, -1)));
        expect(readUpc(reading.upc)).toEqual({ ok: true, upc: reading.upc });
      }),
    );
  });

  it("a manufacturer's UPC is repaired with separators anywhere and one or two zeros lost", () => {
    fc.assert(
      fc.property(manufacturersUpc, fc.nat(11), (upc, at) => {
        expect(readUpc(upc)).toEqual({ ok: true, upc });
        expect(readUpc(`${upc.slice(0, at)} -${upc.slice(at)}`)).toMatchObject({ upc });
        const short = upc.replace(/^0{1,2}/, '');
        expect(readUpc(short)).toMatchObject({ ok: true, upc });
      }),
    );
  });

  it('one wrong digit is always detected', () => {
    fc.assert(
      fc.property(manufacturersUpc, fc.nat(11), fc.integer({ min: 1, max: 9 }), (upc, at, by) => {
        const wrong = String((Number(upc[at]) + by) % 10);
        expect(readUpc(upc.slice(0, at) + wrong + upc.slice(at + 1)).ok).toBe(false);
      }),
    );
  });
});
