import { describe, expect, onTestFinished, test } from 'vitest';
import { locally as runLocally } from '../../pipelines/exports/locally/locally.ts';
import { locallyStatus } from '../../pipelines/exports/locally/status.ts';
import { verifyFeed } from '../../pipelines/exports/locally/verify.ts';
import type { WorkEvent } from '../../pipelines/run/report.ts';
import { shownStock } from '../../transforms/locally/store-data.ts';
import { now } from '../setup/clock.ts';
import { startLocallyApi } from '../stand-ins/locally/locally-api.ts';
import { linesOf, scene } from './scene.ts';

test('a sample of the last feed is compared with what Locally shows', async () => {
  const { base, api, ask } = await brand();
  await base.run();
  const lines = linesOf(await base.ftp.read('12345.csv')).slice(1);
  const hasStock = new Map(lines.map(line => [line.split(',')[0]!, line.split(',')[1] !== '0']));
  const wrong = [...hasStock.keys()].find(upc => hasStock.get(upc) && upc.startsWith('7'))!;
  api.shown = (store, upc) => {
    if (store === '12346') return undefined;
    return upc === wrong ? false : hasStock.get(upc);
  };

  const { products } = await ask();

  const here = products.filter(each => each.locallyId === '12345');
  expect(here.filter(each => each.result === 'differs')).toMatchObject([
    { upc: wrong, shown: 'not_in_stock' },
  ]);
  expect(here.filter(each => each.result === 'agrees').length).toBeGreaterThan(3);
  expect(here.some(each => each.sent === '0')).toBe(true);
  expect(here.length).toBeLessThanOrEqual(10);
  const elsewhere = products.filter(each => each.locallyId === '12346');
  expect(new Set(elsewhere.map(each => each.result))).toEqual(new Set(['unknown']));
});

test('a token that the brand did not approve is told with the next step, and is not in the message', async () => {
  const { base, api, ask } = await brand();
  await base.run();
  api.status = 401;
  const error = await ask().catch((failure: unknown) => failure);
  expect(error).toMatchObject({
    code: 'LOCALLY_STORE_DATA',
    exitCode: 3,
    message: expect.stringContaining('approved'),
  });
  expect(String(error)).not.toContain(api.token);
});

test('before the first delivered feed there is nothing to read back', async () => {
  const { ask } = await brand();
  await expect(ask()).rejects.toMatchObject({ code: 'NO_SUCH_FEED', exitCode: 2 });
});

describe('where the configuration says next_run', () => {
  test('the next run asks for the feed before, once Locally had time for it, warns, and the status shows it', async () => {
    const { base, api, run, status, events } = await brand({ when: 'next_run' });
    await run(0);
    const lines = linesOf(await base.ftp.read('12345.csv')).slice(1);
    const hasStock = new Map(lines.map(line => [line.split(',')[0]!, line.split(',')[1] !== '0']));
    const wrong = [...hasStock.keys()].find(upc => hasStock.get(upc) && upc.startsWith('7'))!;
    api.shown = (store, upc) =>
      store === '12345' ? hasStock.get(upc) !== (upc === wrong) : undefined;

    // Too early: Locally may not have worked it in.
    await run(59);
    expect(api.asked).toEqual([]);
    expect((await status()).map(each => each.verifyFeed)).toEqual([undefined, undefined]);

    const { problems, exportId } = await run(130);

    expect(problems[0]).toMatchObject({
      kind: 'not_shown_as_sent',
      description: `UPC ${wrong} in store 12345, feed 2`,
      found: 'shown as sold out',
    });
    const [warning] = events.filter(event => event.kind === 'warning');
    expect(warning).toMatchObject({ text: expect.stringMatching(/^Locally shows 1 of \d+ prod/) });
    const [here, there] = await status();
    expect(here!.verifyFeed).toMatchObject({ exportId: '2', differs: 1, problem: undefined });
    expect(here!.verifyFeed!.agrees).toBeGreaterThan(3);
    expect(there!.verifyFeed).toMatchObject({ agrees: 0, differs: 0 });
    expect(there!.verifyFeed!.unknown).toBeGreaterThan(3);

    // A feed is asked for once, also where the next ones do not go out.
    base.ftp.faults.refuseLogin = true;
    await run(140).catch(() => {});
    const { length } = api.asked;
    await run(150).catch(() => {});
    expect(api.asked).toHaveLength(length);
    expect(exportId).toBe('3');
  });

  test('what was ordered at Locally since is no difference', async () => {
    const { base, api, run, status } = await brand({ when: 'next_run' });
    await run(0);
    const [, ...lines] = linesOf(await base.ftp.read('12345.csv'));
    const sold = lines.find(line => line.startsWith('7') && !/,0,/.test(line))!.split(',')[0]!;
    const hasStock = new Map(lines.map(line => [line.split(',')[0]!, line.split(',')[1] !== '0']));
    api.shown = (_store, upc) => upc !== sold && hasStock.get(upc);
    await base.within({}, async work => {
      const later = new Date(now().getTime() + 60_000);
      await work.warehouse.query(
        "insert into locally_orders (order_id, locally_id, placed_at, respond_by) values ('QE3QL6', '12345', $1, $1)",
        [later],
      );
      await work.warehouse.query(
        "insert into locally_order_lines (order_id, upc, qty, status, phase) values ('QE3QL6', $1, 1, 'ordered', 'ordered')",
        [sold],
      );
    });

    await run(130);

    expect((await status())[0]!.verifyFeed).toMatchObject({ differs: 0, unknown: 1 });
  });

  test('trouble with it is a warning, and the feed is sent all the same', async () => {
    const { api, run, status, events } = await brand({ when: 'next_run', most_seconds: 1 });
    await run(0);
    api.status = 401;
    expect((await run(130)).status).toBe('delivered');
    expect((await status())[0]!.verifyFeed!.problem).toContain('approved the token');
    api.isSilent = true;
    expect((await run(260)).status).toBe('delivered');
    expect((await status())[0]!.verifyFeed!.problem).toContain('within 1 seconds');
    const warnings = events.flatMap(event => (event.kind === 'warning' ? [event.text] : []));
    expect(warnings.join()).toMatch(/Feed 1 was not read back.*Feed 2 was not read back/);
    expect(warnings.join()).not.toContain(api.token);
  });

  test('Ctrl-C ends the wait for Locally at once, and nothing is sent', async () => {
    const { base, api, run } = await brand({ when: 'next_run' });
    await run(0);
    api.isSilent = true;
    const pressed = new AbortController();
    const running = run(130, pressed.signal);
    await expect.poll(() => api.asked.length).toBe(1);
    pressed.abort();
    await expect(running).rejects.toMatchObject({ exitCode: 130 });
    expect(await base.exports()).toHaveLength(1);
  });

  test('a dry run and a feed for a folder ask nothing', async () => {
    const { base, api, run, options } = await brand({ when: 'next_run' });
    await run(0);
    await base.run({ ...options(130), dryRun: true });
    await base.run({ ...options(130), out: `${base.folder}/out` });
    expect(api.asked).toEqual([]);
  });
});

test.each([
  [{ markers: [{ id: 5, in_stock: 1 }] }, 'in_stock'],
  [{ data: { stores: [{ store_id: '5', qty: 0 }] } }, 'not_in_stock'],
  [{ results: [{ store_id: 5, status: ['IN_STOCK', 'PTP_BOPIS'] }] }, 'in_stock'],
  [[{ id: 6, in_stock: true }], 'unknown'],
  [{ markers: [{ id: 5 }] }, 'unknown'],
  ['<html>', 'unknown'],
  [{ markers: [{ id: 5, qty: '' }] }, 'unknown'],
  [{ markers: [{ id: 5, qty: [] }] }, 'unknown'],
  [{ markers: [{ id: 5, qty: true }] }, 'unknown'],
  [{ markers: [{ id: 5, qty: '0x10' }] }, 'unknown'],
  [{ markers: [{ id: 5, qty: 'Infinity', quantity: '0.0' }] }, 'not_in_stock'],
] as const)('the answer %j says %s', (answer, shown) => {
  expect(shownStock(answer, '5')).toBe(shown);
});

async function brand(over: object = {}) {
  const base = await scene();
  const api = await startLocallyApi();
  onTestFinished(() => api.close());
  const settings = { token: api.token, company_id: 77, upc_prefix: '7', base_url: api.baseUrl };
  const locally = { verify: { ...settings, sample: 10, ...over } };
  const ask = () =>
    base.within({ locally }, work => verifyFeed(work, new AbortController().signal));
  const events: WorkEvent[] = [];
  const startedAt = now().getTime();
  /** So many minutes from now. Postgres tells the time of a delivery, so only later moments can be made up. */
  const options = (minutes: number) => ({
    locally,
    now: new Date(startedAt + minutes * 60_000),
  });
  return {
    base,
    api,
    ask,
    events,
    options,
    run: (minutes: number, signal = new AbortController().signal) =>
      base.within(options(minutes), work =>
        runLocally({ ...work, report: event => events.push(event) }, {}, signal),
      ),
    status: () => base.within({}, work => locallyStatus(work.warehouse, work.configuration, now())),
  };
}
