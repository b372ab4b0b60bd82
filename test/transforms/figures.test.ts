import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HeldError } from '../../transforms/errors.ts';
import { money, rounded, units, withThousands } from '../../transforms/figures.ts';

describe('money has two decimals and a dot', () => {
  it.each([
    [null, '0.00'],
    ['0', '0.00'],
    ['-0.00', '0.00'],
    ['-0.004', '0.00'],
    ['1234.5', '1234.50'],
    ['1234.5000', '1234.50'],
    ['.5', '0.50'],
    ['5.', '5.00'],
    ['+7', '7.00'],
    ['007.1', '7.10'],
    ['1.005', '1.01'],
    ['-1.005', '-1.01'],
    ['1.00499999', '1.00'],
    ['-0.005', '-0.01'],
    ['9.999', '10.00'],
    ['1e-7', '0.00'],
    ['1E3', '1000.00'],
    ['12.5e-1', '1.25'],
    ['99999999999999999999.995', '100000000000000000000.00'],
  ])('%j → %s', (value, text) => expect(money(value)).toBe(text));
});

describe('units have two decimals only when they are not whole', () => {
  it.each([
    [null, '0'],
    ['3.0000', '3'],
    ['2.50', '2.50'],
    ['2.5', '2.50'],
    ['-2.5', '-2.50'],
    ['2.999', '3'],
    ['-0.001', '0'],
    ['100', '100'],
  ])('%j → %s', (value, text) => expect(units(value)).toBe(text));
});

describe('whole dollars', () => {
  it.each([
    ['1.5', '2'],
    ['-1.5', '-2'],
    ['0.49', '0'],
    ['-0.4', '0'],
  ])('%j → %s', (value, text) => expect(rounded(value, 0)).toBe(text));
});

it.each([
  'NaN',
  'Infinity',
  '-Infinity',
  '',
  '.',
  '-',
  '1,5',
  '0x10',
  '1.2.3',
  '1e99999999',
  'abc',
])('a figure that is not a number holds the file: %j', value => {
  for (const format of [money, units]) expect(() => format(value)).toThrow(HeldError);
});

it('money of any whole number of cents is those cents, however large', () => {
  fc.assert(
    fc.property(fc.bigInt(), fc.nat(6), (cents, zeros) => {
      const magnitude = String(cents < 0n ? -cents : cents).padStart(3, '0');
      const exact = `${cents < 0n ? '-' : ''}${magnitude.slice(0, -2)}.${magnitude.slice(-2)}`;
      expect(money(exact + '0'.repeat(zeros))).toBe(exact);
    }),
  );
});

it('rounding is off by half a cent at most, and the same on both sides of zero', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 15n }), tenThousandths => {
      const digits = String(tenThousandths).padStart(5, '0');
      const text = `${digits.slice(0, -4)}.${digits.slice(-4)}`;
      const cents = BigInt(money(text).replace('.', ''));
      const off = cents * 100n - tenThousandths;
      expect(off > -50n && off <= 50n).toBe(true);
      expect(money(`-${text}`)).toBe(cents === 0n ? '0.00' : `-${money(text)}`);
    }),
  );
});

it.each([
  ['7', 0, '7'],
  ['-12', 0, '-12'],
  ['1.50', 0, '2'],
  ['1.4', 0, '1'],
  ['100.4', 0, '100'],
  ['7', 3, '7.000'],
  ['123', 3, '123.000'],
  ['1.00', 3, '1.000'],
  ['-123.45', 3, '-123.450'],
  ['123.4567', 3, '123.457'],
  ['123.4564', 3, '123.456'],
  ['-0.0004', 3, '0.000'],
  ['-0.0015', 3, '-0.002'],
  [' 12.5 ', 1, '12.5'],
  ['1e10', 0, '10000000000'],
  ['12e-10', 4, '0.0000'],
  ['1e1000', 0, `1${'0'.repeat(1000)}`],
  [null, 0, '0'],
  [null, 3, '0.000'],
] as const)('%j with %i decimals is %s', (value, decimals, text) =>
  expect(rounded(value, decimals)).toBe(text),
);

it.each(['1e1001', '1e-1001', '  ', '+', 'e5'])('%j is no figure', value => {
  expect(() => rounded(value, 2)).toThrow('A figure is not a number');
});

it.each([
  ['1234567.8901', '1,234,567.8901'],
  ['-1234.50', '-1,234.50'],
  ['999', '999'],
  ['123456', '123,456'],
  ['0.123456', '0.123456'],
  ['', ''],
])('%s as a person reads it is %s', (figure, text) => expect(withThousands(figure)).toBe(text));
