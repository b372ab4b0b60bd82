import { merge, Observable, of, Subject, throwError } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { chosenStreams } from '../../pipelines/run/configured-streams.ts';
import { serialize } from '../../pipelines/sync/serialize.ts';
import { sync } from '../../pipelines/sync/sync.ts';
import { transaction } from '../../sinks/postgres/warehouse.ts';
import { AdaptiveConcurrency } from '../../sources/heartland/http/adaptive-concurrency.ts';
import { PageSlots } from '../../sources/heartland/http/slots.ts';
import { freshMerchant, freshWork } from '../postgres/fresh-work.ts';
import { startHeartland } from '../stand-ins/heartland/server.ts';
import { smallAccount } from './small-account.ts';

const STREAMS = [
  'locations',
  'items',
  'purchase_orders',
  'inventory_transactions',
  'inventory_values',
  'sales_daily',
];

describe('pages in memory', () => {
  test.each([1, 4])('never more than in_flight: %i', async inFlight => {
    const account = await smallAccount({
      latencyMs: 3,
      heartlandConfiguration: { in_flight: inFlight, per_page: 10 },
    });
    const { failures, peak } = await account.sync(STREAMS);
    expect(failures).toEqual({});
    expect(peak).toBeLessThanOrEqual(inFlight);
    expect(account.heartland.maxConcurrent).toBeLessThanOrEqual(inFlight);
    if (inFlight > 1) expect(account.heartland.maxConcurrent).toBeGreaterThan(1);
  });

  test('a place comes back after success, after an error, and from someone who left, also from the queue', () => {
    const slots = new PageSlots(new AdaptiveConcurrency(2));
    const work = [
      new Subject<never>(),
      new Subject<never>(),
      new Subject<never>(),
      new Subject<never>(),
    ];
    const begun: number[] = [];
    const held = work.map((subject, n) =>
      slots
        .hold(() => {
          begun.push(n);
          return subject;
        })
        .subscribe({ error: () => {} }),
    );
    expect(begun).toEqual([0, 1]);
    held[2]!.unsubscribe();
    work[0]!.error(new Error('failed'));
    expect(begun).toEqual([0, 1, 3]);
    held[1]!.unsubscribe();
    work[3]!.complete();
    let passed = 0;
    for (let n = 0; n < 5; n++)
      slots.hold(() => throwError(() => new Error('at once'))).subscribe({ error: () => passed++ });
    expect(passed).toBe(5);
    expect(slots.peak).toBe(2);
  });
});

test('work that waits for its turn does not start when everything is unsubscribed', async () => {
  const inTurn = serialize();
  const begun: number[] = [];
  const works = [0, 1, 2].map(n =>
    inTurn(
      new Observable<never>(() => {
        begun.push(n);
      }),
    ),
  );
  merge(...works)
    .subscribe()
    .unsubscribe();
  expect(begun).toEqual([0]);
});

test('a transaction that is left before its connection comes gives it back', async () => {
  const { warehouse } = await smallAccount();
  const isThere = new Promise(resolve => warehouse.pool.once('acquire', resolve));
  transaction(warehouse, () => of(1))
    .subscribe()
    .unsubscribe();
  await isThere;
  // Both connections of the pool are free again, or this would wait for ever.
  const both = await Promise.all([warehouse.pool.connect(), warehouse.pool.connect()]);
  for (const client of both) client.release();
});

test('a sync that is unsubscribed at any point releases its connections and rolls back', async () => {
  const heartland = await startHeartland({ asOf: '2026-11-12', months: 0 });
  const merchant = freshMerchant();
  for (const leaveAt of [1, 2, 3, 5, 8, 13, 21, 34]) {
    const { work, close } = await freshWork({
      heartland,
      merchant,
      now: new Date('2026-11-13T12:00:00Z'),
      configuration: { history: { from: '2026-11-01' }, heartland: { per_page: 10 } },
    });
    const streams = chosenStreams(work.configuration).filter(({ name }) => STREAMS.includes(name));
    const left = new Promise<void>((resolve, reject) => {
      let requests = 0;
      const watching = heartland.faults.add({
        kind: 'slow',
        ms: 0,
        query: () => {
          if (++requests === leaveAt) {
            watching.off();
            running.unsubscribe();
            resolve();
          }
          return false;
        },
      });
      const running = sync(work, streams).subscribe({ error: reject, complete: resolve });
    });
    await left;
    // Ends only when every connection of the pool has come back.
    await close();
  }
  await heartland.close();
});
