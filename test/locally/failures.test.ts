import { lastValueFrom } from 'rxjs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { sync } from '../../pipelines/sync/sync.ts';
import { inventory_values } from '../../sources/heartland/streams/inventory.ts';
import { TillstreamError } from '../../transforms/errors.ts';
import type { Json } from '../stand-ins/heartland/decimal.ts';
import { startSmtp } from '../stand-ins/smtp/server.ts';
import { linesOf, NOW, type Scene, scene } from './scene.ts';

const TOMORROW = new Date('2026-11-22T18:00:00Z');

describe('a feed that must not be sent is held', () => {
  test('a store without products holds the feed, and the bytes are saved', async () => {
    const { ftp, run, exports } = await scene({
      locally: { filter: { public_id: 'no such item' } },
    });

    const error = await refusal(run());

    expect(error).toMatchObject({ code: 'FEED_HELD', exitCode: 4 });
    expect(error.message).toContain('12345');
    expect(error.message).toContain('Stock as of 2026-11-21 12:00 CST');
    expect(ftp.logIns()).toBe(0);
    expect(await ftp.list()).toEqual([]);
    const [recorded] = await exports();
    expect(recorded).toMatchObject({ status: 'held', receipts: [] });
    expect(recorded!.checks.filter(check => check.result === 'failed')).toHaveLength(2);
  });

  test('a mapped location that Heartland does not have holds the feed', async () => {
    const { ftp, run } = await scene({
      configuration: { locations: { '1': { locally_id: '12345' }, '77': { locally_id: '777' } } },
    });

    const error = await refusal(run());

    expect(error).toMatchObject({ code: 'FEED_STORE_MISSING', exitCode: 4 });
    expect(error.message).toContain(
      'Location "77" has a locally_id, but Heartland has no location with that number',
    );
    expect(ftp.logIns()).toBe(0);
  });

  test('an incomplete inventory makes no feed: exit 3, nothing saved, nothing sent', async () => {
    const { heartland, ftp, run, exports } = await scene();
    heartland.faults.add({ kind: 'shortPage', rows: 3, path: 'inventory/values' });

    const error = await refusal(run());

    expect(error).toMatchObject({ code: 'FEED_INCOMPLETE', exitCode: 3 });
    expect(error.message).toContain('inventory_values');
    expect(await exports()).toEqual([]);
    expect(ftp.logIns()).toBe(0);
  });

  test('after a failed pull the feed pulls again, or is not made', async () => {
    const { heartland, run, within, exports } = await scene();
    await run();
    const fault = heartland.faults.add({ kind: 'shortPage', rows: 3, path: 'inventory/values' });
    const moment = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);
    const [result] = await within({ now: moment(1) }, work =>
      lastValueFrom(sync(work, [inventory_values])),
    );
    expect(result!.failure).toMatchObject({ exitCode: 3 });

    expect(await refusal(run({ now: moment(2) }))).toMatchObject({ code: 'FEED_INCOMPLETE' });
    expect(await exports()).toHaveLength(1);
    fault.off();
    const { stockAsOf } = await run({ now: moment(3) });

    expect(stockAsOf).toEqual(moment(3));
    expect((await run({ now: moment(4) })).stockAsOf).toEqual(moment(3));
  });

  test('if the folder cannot be created, the message says to choose another', async () => {
    const { run } = await scene();
    const error = await refusal(run({ out: '/proc/nowhere' }));
    expect(error.message).toContain('The folder cannot be created there: choose another.');
  });

  test('items that cannot be pulled make no feed, although older ones exist', async () => {
    const { heartland, ftp, run, exports } = await scene();
    await run();
    heartland.faults.add({ kind: 'lyingTotal', by: 1, path: 'items' });

    const error = await refusal(run({ now: TOMORROW }));

    expect(error).toMatchObject({ code: 'FEED_INCOMPLETE', exitCode: 3 });
    expect((await exports()).map(each => each.status)).toEqual(['delivered']);
    expect(ftp.logIns()).toBe(1);
  });

  test('a quantity that is not a number is reported, and the product is sent as before', async () => {
    const { heartland, ftp, run } = await scene({ locally: { filter: {} } });
    await run();
    const before = linesOf(await ftp.read('12345.csv'));
    const item = heartland.ledger.items.find(
      each =>
        each.custom.upc?.startsWith('7') &&
        before.some(line => line.startsWith(`${each.custom.upc},`)) &&
        heartland.ledger.items.filter(other => other.custom.upc === each.custom.upc).length === 1,
    )!;
    heartland.faults.add({
      kind: 'transform',
      path: 'inventory/values',
      body: body => spoiled(body, item.id),
    });

    const { problems } = await run({ now: TOMORROW });

    expect(problems[0]).toMatchObject({
      kind: 'quarantined',
      treatment: 'noted',
      atStake: { rows: '2' },
      description: expect.stringContaining('inventory_values'),
    });
    const after = linesOf(await ftp.read('12345.csv'));
    expect(after).toEqual(before);
  });

  test.each([
    ['price', `update items set price = 'NaN'`],
    ['quantity', `update inventory_values set qty_available = 'NaN'`],
  ])(
    'a %s that is not a number holds the feed, even by force: saved, mailed, not sent',
    async (_, spoil) => {
      const smtp = await startSmtp();
      onTestFinished(() => smtp.close());
      const email = { smtp: smtp.url, from: 'ops@acme.example', to: ['owner@acme.example'] };
      const { ftp, run, within, exports } = await scene({ locally: { report: { email } } });
      await run();
      await within({}, work => work.warehouse.query(spoil));

      const error = await refusal(run({ force: true }));

      expect(error).toMatchObject({ code: 'FEED_HELD', exitCode: 4 });
      expect(error.message).toMatch(
        /figures of store 12345: UPC \d+ \(its quantity or price is not a number/,
      );
      expect(ftp.logIns()).toBe(1);
      const [recorded] = await exports();
      expect(recorded).toMatchObject({ status: 'held', receipts: [], files: [{}, {}] });
      expect(JSON.stringify(recorded!.totals)).not.toContain('"units":null');
      expect(smtp.messages.at(-1)!.text).toMatch(/: held\n.*figures of store 12345: UPC/);
    },
  );
});

describe('a delivery that fails', () => {
  test('a refused login is exit 5, the export is failed, and the old file is unchanged', async () => {
    const { heartland, ftp, run, exports, leftovers } = await scene();
    await run();
    const old = await ftp.read('12345.csv');
    sellOne(heartland);
    ftp.faults.refuseLogin = true;

    const error = await refusal(run({ now: TOMORROW }));

    expect(error).toMatchObject({ code: 'FTP_LOGIN_REFUSED', exitCode: 5 });
    expect((await ftp.read('12345.csv')).equals(old)).toBe(true);
    const [failed] = await exports();
    expect(failed).toMatchObject({ status: 'failed', receipts: [], message: error.message });
    expect(await leftovers()).toEqual([]);
    expect(error.message).not.toContain(ftp.password);
  });

  test('the next feed sends everything', async () => {
    const { heartland, ftp, run, exports } = await scene();
    await run();
    sellOne(heartland);
    ftp.faults.forbidUpload = true;
    await refusal(run({ now: TOMORROW }));
    ftp.faults.forbidUpload = false;

    const result = await run({ now: TOMORROW });

    expect((await exports()).map(each => each.status)).toEqual([
      'delivered',
      'failed',
      'delivered',
    ]);
    expect(linesOf(await ftp.read('12345.csv'))).toHaveLength(result.stores[0]!.rows + 1);
  });

  test('an abort while sending leaves the old file, and the export is failed', async () => {
    const { ftp, run, exports } = await scene();
    await run();
    const old = await ftp.read('12345.csv');
    ftp.faults.stallAfterBytes = 1;
    const stop = new AbortController();
    void ftp.stalled().then(() => stop.abort());

    const error = await refusal(run({ now: TOMORROW, signal: stop.signal }));

    expect(error).toMatchObject({ exitCode: 130 });
    expect((await ftp.read('12345.csv')).equals(old)).toBe(true);
    expect((await exports())[0]).toMatchObject({ status: 'failed' });
  });

  test('the next run closes a feed whose run died while sending, and sends removed products', async () => {
    const { heartland, ftp, run, exports, within } = await scene();
    await run();
    // As a run leaves it that dies while sending: saved, not closed.
    await within({}, work => work.warehouse.query(`update _exports set status = 'sending'`));
    const removed = heartland.ledger.items.find(
      item => item.custom.sell_on_locally === 'true' && item.custom.upc?.startsWith('7'),
    )!;
    heartland.ledger.changeItem(removed.id, {
      custom: { ...removed.custom, sell_on_locally: 'false' },
    });

    await run({ now: TOMORROW });

    const [delivered, cutOff] = await exports();
    expect(delivered!.status).toBe('delivered');
    expect(cutOff).toMatchObject({
      status: 'failed',
      message: expect.stringContaining('may or may not have it'),
    });
    expect(linesOf(await ftp.read('12345.csv'))).toContain(`${removed.custom.upc},0,`);
  });

  test('unchanged content is sent again: without a feed Locally hides the stock', async () => {
    const { ftp, run, exports } = await scene();
    await run();

    const again = await run();

    expect(again.status).toBe('delivered');
    expect(ftp.logIns()).toBe(2);
    const [second, first] = await exports();
    expect(second!.files.map(file => file.sha256)).toEqual(first!.files.map(file => file.sha256));
  });
});

function spoiled(body: unknown, itemId: number): Json {
  const { results, ...rest } = body as { results: Record<string, Json>[] };
  return {
    ...rest,
    results: results.map(row => (row.item_id === itemId ? { ...row, qty_available: 'many' } : row)),
  };
}

function sellOne(heartland: Scene['heartland']): void {
  const { ledger } = heartland;
  const location = ledger.locations[0]!;
  const item = ledger.items.find(each => ledger.account.onHand(each.id, location.id) >= 2)!;
  ledger.sell({ locationId: location.id, lines: [{ itemId: item.id, qty: 1 }] });
}

async function refusal(running: Promise<unknown>): Promise<TillstreamError> {
  const error = await running.then(
    () => undefined,
    (failure: unknown) => failure,
  );
  if (!(error instanceof TillstreamError)) throw error ?? new Error('nothing was refused');
  return error;
}
