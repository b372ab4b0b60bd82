import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ExactSum } from '../../transforms/exact-sum.ts';

function sumOf(...values: readonly (number | string | null)[]): ExactSum {
  const sum = new ExactSum();
  for (const value of values) sum.add(value);
  return sum;
}

test.each([
  [[0.1, 0.2], '0.3'],
  [[], '0'],
  [[null, -5], '-5'],
  [[1.5, '2.50', '10.2494840425531915'], '14.2494840425531915'],
  [['-0.005', 0.005], '0'],
  [[1e21, '1e-3'], '1000000000000000000000.001'],
  [[-0.05], '-0.05'],
] as const)('%j add up to %s', (values, text) => {
  expect(String(sumOf(...values))).toBe(text);
  expect(sumOf(...values).equals(text)).toBe(true);
});

test('equal is exactly equal, however many zeros are written', () => {
  expect(sumOf(0.1, 0.2).equals('0.300')).toBe(true);
  expect(sumOf('0.1', '0.2').equals('0.30000000000000004')).toBe(false);
  expect(sumOf(5).equals(null)).toBe(false);
  expect(() => sumOf('12 apples')).toThrow('Not a figure');
});

test('the order of the rows does not matter', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -1e9, max: 1e9 }), { maxLength: 40 }), cents => {
      const figures = cents.map(each => String(each / 100));
      const total = cents.reduce((sum, each) => sum + each, 0);
      const sum = sumOf(...figures);
      expect(sum.equals(String(sumOf(...figures.toReversed())))).toBe(true);
      expect(sum.equals((total / 100).toFixed(2))).toBe(true);
    }),
  );
});
