import { expect, test } from 'vitest';
import { type Tally, whyIncomplete } from '../../transforms/completeness.ts';
import { fingerprint, SeenPages } from '../../transforms/seen-pages.ts';

const tally = (over: Partial<Tally>): Tally => ({
  ...{ before: 10, after: 10, otherTotals: [], seen: 10 },
  ...over,
});

test.each([
  ['what was reported arrived', {}, 'by_key', undefined],
  ['one too few', { seen: 9 }, 'by_key', '9 rows arrived where Heartland says it holds 10'],
  ['one too many', { seen: 11 }, 'by_page', '11 rows arrived where Heartland says it holds 10'],
  ['what was there at the start', { after: 12 }, 'by_key', undefined],
  ['what is there at the end', { before: 8 }, 'by_key', undefined],
  [
    'neither',
    { before: 8, after: 12 },
    'by_key',
    '10 rows arrived where Heartland says it holds 8, then 12',
  ],
  ['by key, a total on the way does not matter', { otherTotals: [11] }, 'by_key', undefined],
  [
    'by page it may have moved a row past us',
    { otherTotals: [11, 10] },
    'by_page',
    'the number of rows changed while they were read (10, then 11, then 10)',
  ],
] as const)('%s', (_, over, walkedBy, why) =>
  expect(whyIncomplete(tally(over), walkedBy)).toBe(why),
);

const page = (ordinal: number, content: string) => ({ ordinal, fingerprint: fingerprint(content) });
const last = [page(1, 'a'), page(2, 'b')];

test('pages are those of last time only when all came again, each in its place', () => {
  const seen = new SeenPages(last);
  expect(seen.areUnchanged()).toBe(false);
  seen.add(page(2, 'b'));
  expect(seen.isSameSoFar).toBe(true);
  expect(seen.areUnchanged()).toBe(false);
  expect(seen.known(fingerprint('a'))).toEqual(page(1, 'a'));
  seen.add(page(1, 'a'));
  expect(seen.areUnchanged()).toBe(true);
  expect(seen.all()).toEqual(last);
  seen.add(page(3, 'c'));
  expect(seen.areUnchanged()).toBe(false);
});

test.each([
  ['another page', page(1, 'x')],
  ['a page in another place', page(2, 'a')],
])('%s is another slice, and nothing of last time is of use', (_, other) => {
  const seen = new SeenPages(last);
  seen.add(other);
  seen.add(page(1, 'a'));
  seen.add(page(2, 'b'));
  expect(seen.isSameSoFar).toBe(false);
  expect(seen.areUnchanged()).toBe(false);
  expect(seen.known(fingerprint('b'))).toBeUndefined();
});

test('without a last time nothing is the same', () => {
  const seen = new SeenPages(undefined);
  expect(seen.isSameSoFar).toBe(false);
  expect(seen.areUnchanged()).toBe(false);
  expect(seen.known(fingerprint('a'))).toBeUndefined();
  seen.add(page(1, 'a'));
  expect(seen.areUnchanged()).toBe(false);
  expect(seen.all()).toEqual([page(1, 'a')]);
});

test('no two contents have one fingerprint, wherever they are cut', () => {
  expect(fingerprint('ab', 'c')).not.toBe(fingerprint('a', 'bc'));
  expect(fingerprint('a')).not.toBe(fingerprint('a', ''));
  expect(fingerprint(Buffer.from('a'))).toBe(fingerprint('a'));
});
