import { describe, expect, test } from 'vitest';
import {
  checkAge,
  checkDrops,
  checkFigures,
  checkNotEmpty,
  checkStores,
  whyHeld,
} from '../../transforms/locally/guards.ts';
import {
  unexplainedCheck,
  unreadCheck,
  unreadProblems,
  unreadRemark,
} from '../../transforms/locally/unread.ts';

const LIMITS = {
  ...{ max_drop_rows: 30, max_drop_units: 60, small_store: 20 },
  ...{ missing_stores: 0, max_age_hours: 24 },
};
const store = (rows: number, units: number, removedRows = 0, locallyId = '5') => ({
  ...{ locallyId, rows, units, removedRows },
  ...{ locationNumbers: ['1'], name: 'Downtown', file: '5.csv' },
});

describe('a feed', () => {
  test('has products in every store; removed ones do not count', () => {
    expect(checkNotEmpty([store(5, 9, 4), store(4, 0, 4)])).toMatchObject([
      {
        name: 'store 5 has a feed',
        result: 'ok',
        figure: '1 products, 9 units',
        detail: 'Downtown: 4 removed products are sent as 0',
      },
      { result: 'failed', figure: '0 products, 0 units' },
    ]);
  });

  test('has figures that are numbers', () => {
    expect(checkFigures([])).toEqual([]);
    expect(checkFigures([{ locallyId: '5', upc: '12' }])).toMatchObject([
      { name: 'figures of store 5', result: 'failed', figure: 'UPC 12' },
    ]);
  });

  test('says by how much it is smaller or larger than the last', () => {
    const checks = checkDrops([store(125, 75)], [store(100, 100)], LIMITS);
    expect(checks).toEqual([
      {
        name: 'products of store 5',
        result: 'ok',
        figure: '125, 100 in the last feed (+25%)',
        detail: 'may drop by 30%',
      },
      {
        name: 'units of store 5',
        result: 'ok',
        figure: '75, 100 in the last feed (-25%)',
        detail: 'may drop by 60%',
      },
    ]);
    expect(checkDrops([store(20, 5)], [store(20, 0)], LIMITS)).toMatchObject([
      { figure: '20, 20 in the last feed (+0%)', result: 'ok' },
      { figure: '5, 0 in the last feed (+0%)', result: 'ok' },
    ]);
    expect(checkDrops([store(60, 5, 41)], [store(30, 5, 10)], LIMITS)).toMatchObject([
      { figure: '19, 20 in the last feed (-5%)' },
      {},
    ]);
  });

  test.each([
    ['at most so many products may go', 70, 100, 100, []],
    ['one more may not', 69, 100, 100, ['products of store 5']],
    ['up to so many units may go', 100, 40, 100, []],
    ['one more unit may not', 100, 39, 100, ['units of store 5']],
    ['of a small store all may go', 1, 0, 19, []],
    ['of one that is just not small they may not', 1, 90, 20, ['products of store 5']],
  ])('%s', (_, rows, units, before, failed) => {
    const checks = checkDrops([store(rows, units)], [store(before, 100)], LIMITS);
    expect(checks.filter(({ result }) => result === 'failed').map(({ name }) => name)).toEqual(
      failed,
    );
  });

  test('that is the first of its store has units, unless the store is small', () => {
    const first = (rows: number, units: number) => checkDrops([store(rows, units)], [], LIMITS);
    expect(first(20, 0)).toMatchObject([
      { name: 'units of store 5', result: 'failed', figure: '0 of 20 products' },
    ]);
    expect(first(19, 0)).toEqual([]);
    expect(first(20, 1)).toEqual([]);
  });

  test('names the stores that are missing', () => {
    expect(checkStores([store(1, 1)], [], LIMITS)).toEqual([]);
    expect(checkStores([store(1, 1)], [store(1, 1)], LIMITS)).toMatchObject([
      { result: 'ok', figure: '1 of 1', detail: 'all are in this one' },
    ]);
    expect(checkStores([store(1, 1)], [store(1, 1), store(1, 1, 0, '6')], LIMITS)).toMatchObject([
      { result: 'failed', figure: '1 of 2', detail: 'missing: 6' },
    ]);
  });

  test('is not older than allowed', () => {
    const age = (minutes: number) =>
      checkAge(new Date(600_000), new Date((minutes + 10) * 60_000), LIMITS, 'UTC');
    expect(age(1440)).toMatchObject({ result: 'ok', figure: '1,440 minutes' });
    expect(age(1441)).toMatchObject({ result: 'failed', figure: '1,441 minutes' });
    expect(age(-5)).toMatchObject({ result: 'ok', figure: '0 minutes' });
  });

  test('is held for failed checks only', () => {
    const check = (result: 'ok' | 'note' | 'failed', name: string) => ({
      name,
      result,
      figure: '1',
      detail: 'd',
    });
    expect(whyHeld([check('ok', 'a'), check('note', 'b')])).toBeUndefined();
    expect(whyHeld([check('failed', 'a'), check('ok', 'b'), check('failed', 'c')])).toBe(
      'a: 1 (d); c: 1 (d)',
    );
  });
});

describe('rows that could not be read', () => {
  const row = (over: object = {}) => ({
    ...{ stream: 'inventory_values', reason: 'qty is "x"', location_number: '2' },
    ...{ item_number: 'SKU-1', description: 'Hat' },
    ...over,
  });

  test('are named, five of many', () => {
    expect(unreadCheck([])).toEqual([]);
    const [check] = unreadCheck([
      row(),
      row({ item_number: null }),
      row({ stream: 'items', location_number: null }),
      row({ stream: 'locations', item_number: null }),
      row({ stream: 'locations', item_number: null, location_number: null }),
      row(),
    ]);
    expect(check).toMatchObject({ result: 'note', figure: '6' });
    expect(check!.detail).toMatch(
      /^stock of item SKU-1 at location 2: qty is "x"; stock of an item that the row does not name at location 2: .*; item SKU-1: .*; location 2: .*; a location: qty is "x"; and 1 more\. Their/,
    );
    expect(unreadRemark([check!])).toBe(`rows that could not be read: 6 (${check!.detail})`);
    const other = { name: 'other', result: 'note', figure: '1', detail: 'd' } as const;
    expect(unreadRemark([other, check!])).toBe(unreadRemark([check!]));
    expect(unreadRemark([other])).toBeUndefined();
    expect(unreadCheck([row()])[0]!.detail).not.toContain('more.');
  });

  test('hold a feed only with a product that no known item explains', () => {
    expect(unexplainedCheck([row()], { products: 0, upc: null })).toEqual([]);
    expect(unexplainedCheck([], { products: 2, upc: '7' })).toEqual([]);
    expect(unexplainedCheck([row()], { products: 2, upc: '7' })).toMatchObject([
      {
        result: 'failed',
        figure: '2',
        detail: expect.stringMatching(/^such as UPC 7: .* \(1 in total\)/),
      },
    ]);
  });

  test('are on the list, by table and by item', () => {
    expect(
      unreadProblems([row(), row({ stream: 'items' })]).map(({ found, kind }) => [found, kind]),
    ).toEqual(
      ['quarantined', 'quarantined', 'not_read', 'not_read'].map(kind => ['qty is "x"', kind]),
    );
    expect(unreadProblems(Array.from({ length: 201 }, () => row()))).toHaveLength(201);
    expect(unreadProblems([row(), row({ item_number: null })])).toMatchObject([
      { kind: 'quarantined', atStake: { rows: '2' }, found: 'qty is "x"' },
      { kind: 'not_read', itemNumber: 'SKU-1', locationNumber: '2', description: 'Hat' },
    ]);
  });
});
