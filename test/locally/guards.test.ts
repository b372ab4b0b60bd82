import { describe, expect, test } from 'vitest';
import { checkAge, checkDrops, checkStores, whyHeld } from '../../transforms/locally/guards.ts';
import { linesOf, scene } from './scene.ts';

const LIMITS = {
  max_drop_rows: 30,
  max_drop_units: 60,
  small_store: 20,
  missing_stores: 0,
  max_age_hours: 24,
};
const TOMORROW = new Date('2026-11-22T18:00:00Z');
const ONLY_ONE = { public_id: 'SKU-00040' };

describe('a feed compared with the last one', () => {
  const store = (rows: number, units: number, locallyId = '5', removedRows = 0) => ({
    ...{ locallyId, rows, units, removedRows },
    ...{ locationNumbers: ['1'], name: 'Downtown', file: '5.csv' },
  });

  test.each([
    ['30% fewer products may be sent', store(70, 100), []],
    ['one product less is held', store(69, 100), ['products of store 5']],
    ['60% fewer units may be sent', store(100, 40), []],
    ['one unit less is held', store(100, 39), ['units of store 5']],
    [
      'rows of removed products do not count as products',
      store(100, 100, '5', 31),
      ['products of store 5'],
    ],
    ['more may always be sent', store(900, 900), []],
    ['a new store may be sent', store(1, 1, '6'), []],
  ])('%s', (_, now, failed) => {
    const checks = checkDrops([now], [store(100, 100)], LIMITS);
    expect(checks.filter(each => each.result === 'failed').map(each => each.name)).toEqual(failed);
  });

  test('a first feed without any units is held', () => {
    const name = 'units of store 5';
    expect(checkDrops([store(20, 0)], [], LIMITS)).toMatchObject([{ name, result: 'failed' }]);
    expect(checkDrops([store(19, 0)], [], LIMITS)).toEqual([]);
    expect(checkDrops([store(20, 1)], [], LIMITS)).toEqual([]);
  });

  test('a store that had few products may drop', () => {
    expect(checkDrops([store(1, 0)], [store(19, 50)], LIMITS)).toEqual([]);
  });

  test('a missing store holds the feed, by its Locally id', () => {
    const last = [store(9, 9, '5'), store(9, 9, '6')];
    expect(whyHeld(checkStores([store(9, 9, '5')], last, LIMITS))).toContain('missing: 6');
    expect(whyHeld(checkStores([store(9, 9, '5')], last, { ...LIMITS, missing_stores: 1 }))).toBe(
      undefined,
    );
  });

  test('an inventory older than allowed holds the feed', () => {
    const at = (minutes: number) => new Date(Date.UTC(2026, 10, 21) + minutes * 60_000);
    expect(checkAge(at(0), at(24 * 60), LIMITS, 'America/Chicago').result).toBe('ok');
    expect(checkAge(at(0), at(24 * 60 + 1), LIMITS, 'America/Chicago')).toMatchObject({
      result: 'failed',
      figure: '1,441 minutes',
    });
  });
});

test('a feed much smaller than the last one is held; force sends it and records what it overruled', async () => {
  const { ftp, run, exports } = await scene();
  await run();
  const old = await ftp.read('12345.csv');

  const smaller = { now: TOMORROW, locally: { filter: ONLY_ONE, guards: { small_store: 5 } } };
  await expect(run(smaller)).rejects.toMatchObject({
    code: 'FEED_HELD',
    exitCode: 4,
    message: expect.stringContaining('products of store 12345: 1, '),
  });
  expect((await ftp.read('12345.csv')).equals(old)).toBe(true);
  expect((await exports())[0]).toMatchObject({ status: 'held' });

  const forced = await run({ ...smaller, force: true });
  expect(forced.forcedAgainst).toContain('products of store 12345');
  const products = linesOf(await ftp.read('12345.csv')).slice(1);
  expect(products).toHaveLength(linesOf(old).length - 1);
  expect(products.filter(line => !line.endsWith(',0,'))).toHaveLength(1);
  expect((await exports())[0]).toMatchObject({
    status: 'delivered',
    message: expect.stringContaining('Sent with --force'),
  });
  await run(smaller);
});

test('a store that was removed from the configuration holds the feed once', async () => {
  const { run } = await scene();
  await run();
  const one = { configuration: { locations: { '1': { locally_id: '12345' } } } };

  await expect(run(one)).rejects.toMatchObject({
    code: 'FEED_HELD',
    message: expect.stringContaining('missing: 12346'),
  });
  expect((await run({ ...one, force: true })).status).toBe('delivered');
  expect((await run(one)).status).toBe('delivered');
});

test('not even force sends an empty file', async () => {
  const { ftp, run } = await scene({ locally: { filter: { public_id: 'none' } } });

  await expect(run({ force: true })).rejects.toMatchObject({ code: 'FEED_HELD', exitCode: 4 });
  expect(ftp.logIns()).toBe(0);
});
