import { lastValueFrom } from 'rxjs';
import { expect, test } from 'vitest';
import { backfill } from '../../pipelines/sync/backfill.ts';
import { sync } from '../../pipelines/sync/sync.ts';
import { catalogue } from '../../sources/heartland/streams/catalogue.ts';
import type { Stream } from '../../sources/heartland/streams/stream.ts';
import { type FreshWork, freshMerchant, freshWork } from '../postgres/fresh-work.ts';
import { type Heartland, startHeartland } from '../stand-ins/heartland/server.ts';

const stream = (name: string): Stream => catalogue.find(entry => entry.name === name)!;
const range = { start: '2026-10-01', end: '2026-10-10' };

/** A run of its own on one merchant of one account, closed with `status`. */
async function run<T>(
  heartland: Heartland,
  merchant: string,
  job: (fresh: FreshWork) => Promise<T>,
  status: 'done' | 'failed' = 'done',
  command = 'backfill',
): Promise<T> {
  const fresh = await freshWork({
    heartland,
    merchant,
    configuration: { history: { from: '2026-11-15' }, heartland: { max_retries: 1 } },
  });
  await fresh.work.warehouse.query('update _runs set command = $2 where run_id = $1', [
    fresh.work.runId,
    command,
  ]);
  try {
    return await job(fresh);
  } finally {
    await fresh.session.close(status, 0, '');
  }
}

test('a backfill brings the days asked for, and leaves the days and cursors of sync alone', async () => {
  const heartland = await startHeartland({ asOf: '2026-11-21' });
  const merchant = freshMerchant();
  await run(heartland, merchant, async ({ work }) => {
    await lastValueFrom(sync(work, [stream('sales_daily'), stream('purchase_orders')]));
  });
  await run(heartland, merchant, async ({ work }) => {
    const cursors = () => work.warehouse.query('select * from _cursors order by stream');
    const before = await cursors();
    await lastValueFrom(backfill(work, stream('sales_daily'), range, 'b1'));
    await lastValueFrom(backfill(work, stream('purchase_orders'), range, 'b2'));
    expect(await cursors()).toEqual(before);
    const days = await work.warehouse.query<{ day: string }>(
      'select distinct business_date::text as day from sales_daily order by day',
    );
    expect(days.map(({ day }) => day)).toEqual([
      ...Array.from({ length: 10 }, (_, day) => `2026-10-${String(day + 1).padStart(2, '0')}`),
      ...Array.from({ length: 6 }, (_, day) => `2026-11-${15 + day}`),
    ]);
  });
  await heartland.close();
});

test('a backfill that was stopped goes on with the slices it had not finished', async () => {
  const heartland = await startHeartland({ asOf: '2026-11-21' });
  const merchant = freshMerchant();
  const fault = heartland.faults.add({
    kind: 'badGateway',
    query: query => query.get('start_date') === '2026-10-07',
  });
  const first = await run(
    heartland,
    merchant,
    ({ work }) => lastValueFrom(backfill(work, stream('sales_daily'), range, 'same')),
    'failed',
    'same',
  );
  expect(first.failure?.code).toBe('HEARTLAND_FAILED');
  const finished = first.records.map(({ slice }) => slice);
  expect(finished.length).toBeGreaterThan(2);
  fault.off();
  const again = () =>
    run(
      heartland,
      merchant,
      ({ work }) => lastValueFrom(backfill(work, stream('sales_daily'), range, 'same')),
      'done',
      'same',
    );
  const second = await again();
  expect([...finished, ...second.records.map(({ slice }) => slice)].toSorted()).toEqual(
    Array.from({ length: 10 }, (_, day) => `2026-10-${String(day + 1).padStart(2, '0')}`),
  );
  // Once it has run to its end, the same command means: again.
  expect((await again()).records).toHaveLength(10);
  await heartland.close();
});

test('a stream that has no days cannot be backfilled, and the message says what to do instead', async () => {
  const heartland = await startHeartland({ asOf: '2026-11-21' });
  await run(heartland, freshMerchant(), async ({ work }) => {
    expect(() => backfill(work, stream('inventory_values'), range, 'x')).toThrow(
      'inventory_values cannot be backfilled: it has current values only. Run tillstream sync --only inventory_values --full instead.',
    );
  });
  await heartland.close();
});

test('a window that Heartland answers with 500 every time is split in two until it is narrow enough', async () => {
  const heartland = await startHeartland({ asOf: '2026-11-21' });
  const merchant = freshMerchant();
  const widest = 4 * 86_400_000;
  heartland.faults.add({
    kind: 'internalError',
    path: 'inventory/transactions',
    query: query => {
      const filter = query.get('_filter') ?? '';
      const from = /"created_at":\{"\$gte":"([^"]+)"/.exec(filter)?.[1];
      const to = /"\$lt":"([^"]+)"/.exec(filter)?.[1];
      if (from === undefined) return false;
      return Date.parse(to ?? '2026-11-21T12:00:00Z') - Date.parse(from) > widest;
    },
  });
  await run(heartland, merchant, async ({ work, events }) => {
    const [result] = await lastValueFrom(sync(work, [stream('inventory_transactions')]));
    expect(result!.failure).toBeUndefined();
    expect(result!.records.length).toBeGreaterThan(1);
    expect(events.filter(event => event.kind === 'note').map(event => event.text)).toContainEqual(
      expect.stringMatching(
        /^Heartland cannot answer inventory_transactions at once; requesting it in two parts$/,
      ),
    );
    const [{ rows } = { rows: 0 }] = await work.warehouse.query<{ rows: number }>(
      'select count(*)::int as rows from inventory_transactions',
    );
    expect(rows).toBe(result!.records.reduce((sum, record) => sum + record.seen, 0));
  });
  await heartland.close();
});
