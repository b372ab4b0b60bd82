import { describe, expect, onTestFinished, test } from 'vitest';
import { locallyDiff } from '../../pipelines/exports/locally/diff.ts';
import { locallyStatus } from '../../pipelines/exports/locally/status.ts';
import { openWarehouse } from '../../sinks/postgres/warehouse.ts';
import { feedAge } from '../../transforms/locally/age.ts';
import { type FeedLine, feedChanges } from '../../transforms/locally/diff.ts';
import { countingProxy } from '../postgres/counting-proxy.ts';
import { now } from '../setup/clock.ts';
import { NOW, scene } from './scene.ts';

const HOUR_MS = 3_600_000;

test.each([
  [undefined, 'never_sent'],
  [0, 'fresh'],
  [24, 'fresh'],
  [24.1, 'late'],
  [72, 'late'],
  [72.1, 'orders_suspended'],
  [96, 'orders_suspended'],
  [96.1, 'stock_hidden'],
] as const)('a feed %s hours old is %s', (hours, age) => {
  const now = new Date('2026-11-21T12:00:00Z');
  const deliveredAt = hours === undefined ? undefined : new Date(now.getTime() - hours * HOUR_MS);
  expect(feedAge(deliveredAt, now)).toMatchObject({ age, hours });
});

test('the comparison of two feeds shows what is new, left out, sold out, back or changed', async () => {
  const before = lines(
    '1,5,9.00',
    '2,1,9.00',
    '3,0,9.00',
    '4,2,9.00',
    '5,2,9.00',
    '7,1,9.00',
    '8,2,9.00',
  );
  const after = lines('1,4,9.00', '2,0,', '3,1,9.00', '4,2,8.00', '5,2,9.00', '6,1,9.00', '8,0,');

  const changes = await Array.fromAsync(feedChanges(before, after, upc => upc === '8'));

  expect(changes.map(({ upc, kind }) => `${upc} ${kind}`)).toEqual([
    ...['1 quantity', '2 sold_out', '3 back', '4 price', '6 new', '7 left_out', '8 no_longer_sent'],
  ]);
});

describe.each(['per_store', 'combined'])('with files %s', files => {
  test('the difference of two delivered feeds is what happened in the store', async () => {
    const { heartland, run, within } = await scene({
      locally: { files, layout: { bom: true, line_end: 'crlf' } },
    });
    await run();
    const { ledger } = heartland;
    const item = ledger.items.find(
      each =>
        each.isActive &&
        each.custom.sell_on_locally === 'true' &&
        each.custom.upc?.startsWith('7') &&
        ledger.account.onHand(each.id, ledger.locations[0]!.id) >= 2 &&
        ledger.items.filter(other => other.custom.upc === each.custom.upc).length === 1,
    )!;
    ledger.sell({
      locationId: ledger.locations[0]!.id,
      lines: [{ itemId: item.id, qty: 1 }],
    });
    ledger.changeItem(item.id, { priceCents: 12_345 });
    await run({ now: new Date('2026-11-22T18:00:00Z') });

    const diff = await within({}, work => locallyDiff(work.warehouse));

    const upc = item.custom.upc;
    expect(
      diff.stores.map(store => store.changes.map(change => [change.upc, change.kind])),
    ).toEqual([
      [
        [upc, expect.stringMatching(/quantity|sold_out/)],
        [upc, 'price'],
      ],
      [[upc, 'price']],
    ]);
    expect(diff.stores[0]!.changes[1]!.after!.price).toBe('123.45');
    expect(diff.stores[0]!.counts).toMatchObject({ price: 1, new: 0, left_out: 0 });
  });
});

test('one feed alone cannot be compared', async () => {
  const { run, within } = await scene();
  await run();
  await expect(within({}, work => locallyDiff(work.warehouse))).rejects.toMatchObject({
    code: 'NO_SUCH_FEED',
    exitCode: 2,
    message: expect.stringMatching(/found "1 delivered", expected two, .*`tillstream locally`/),
  });
});

test('the status shows per store the last delivered feed, its age, and what changed', async () => {
  const { ftp, run, within } = await scene();
  await run();
  const one = { configuration: { locations: { '1': { locally_id: '12345' } } }, force: true };
  const { stores, exportId } = await run(one);
  ftp.faults.refuseLogin = true;
  await run().catch(() => {});

  const status = await within({}, work =>
    locallyStatus(work.warehouse, work.configuration, new Date(now().getTime() + 80 * HOUR_MS)),
  );

  expect(status).toMatchObject([
    {
      locallyId: '12345',
      name: 'Downtown',
      exportId,
      age: 'orders_suspended',
      rows: stores[0]!.rows,
      units: stores[0]!.units,
      rowsChange: 0,
      unitsChange: 0,
    },
    { locallyId: '12346', locationNumbers: ['2'], rowsChange: undefined },
  ]);
  expect(status[1]!.exportId).not.toBe(exportId);
});

test('the status does not read the long lists of problems', async () => {
  const { run, within } = await scene();
  await run();
  await within({}, async ({ warehouse, configuration }) => {
    await warehouse.query(
      `insert into _exports (run_id, kind, period, status, totals, checks, problems, receipts, delivered_at)
       select run_id, kind, period, status, totals, checks, to_jsonb(repeat('problem ', 12500)), receipts, delivered_at
       from _exports cross join generate_series(1, 59)`,
    );
    const { url, received } = await countingProxy(warehouse.url);
    const counted = openWarehouse({ url, schema: warehouse.schema, connections: 1 });
    onTestFinished(() => counted.close());

    const status = await locallyStatus(counted, configuration, now());

    expect(status).toMatchObject([{ exportId: '60', rowsChange: 0 }, { exportId: '60' }]);
    expect(received()).toBeLessThan(10_000);
  });
});

async function* lines(...texts: readonly string[]): AsyncGenerator<FeedLine> {
  for (const text of texts) {
    const [upc, qty, price] = text.split(',');
    yield { upc: upc!, qty: qty!, price };
  }
}

test('the bytes of old feeds are deleted, except the last two; totals and receipts stay', async () => {
  const { run, within, exports, bytes } = await scene({ locally: { keep_days: 30 } });
  const first = (await run()).exportId!;
  const second = (await run()).exportId!;
  const third = (await run()).exportId!;
  await within({}, work =>
    work.warehouse.query('update _exports set made_at = $1', [
      new Date(NOW.getTime() - 40 * 24 * HOUR_MS),
    ]),
  );

  const fourth = (await run()).exportId!;

  expect(await bytes(first, '12345.csv')).toHaveLength(0);
  for (const id of [second, third, fourth]) {
    expect((await bytes(id, '12345.csv')).length).toBeGreaterThan(100);
  }
  const old = (await exports()).find(each => each.exportId === first)!;
  expect(old).toMatchObject({ status: 'delivered', receipts: [{ file: '12345.csv' }, {}] });
  expect(old.files[0]!.sha256).toMatch(/^[0-9a-f]{64}$/);
  await expect(
    within({}, work => locallyDiff(work.warehouse, { before: first, after: third })),
  ).rejects.toMatchObject({ code: 'FEED_FORGOTTEN', exitCode: 2 });
});
