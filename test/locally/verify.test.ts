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
  const { base, api, verify } = await brand();
  await base.run();
  const lines = linesOf(await base.ftp.read('12345.csv')).slice(1);
  const hasStock = new Map(lines.map(line => [line.split(',')[0]!, line.split(',')[1] !== '0']));
  const wrong = [...hasStock.keys()].find(upc => hasStock.get(upc) && upc.startsWith('7'))!;
  api.shown = (store, upc) => {
    if (store === '12346') return undefined;
    return upc === wrong ? false : hasStock.get(upc);
  };

  const { products } = await verify();

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

test('an unapproved token is reported with the next step, without the token', async () => {
  const { base, api, verify } = await brand();
  await base.run();
  api.status = 401;
  const error = await verify().catch((failure: unknown) => failure);
  expect(error).toMatchObject({
    code: 'LOCALLY_STORE_DATA',
    exitCode: 3,
    message: expect.stringContaining('approved'),
  });
  expect(String(error)).not.toContain(api.token);
});

test('before the first delivered feed there is nothing to verify', async () => {
  const { verify } = await brand();
  await expect(verify()).rejects.toMatchObject({ code: 'NO_SUCH_FEED', exitCode: 2 });
});

describe('with when: next_run', () => {
  test('the next run verifies the previous feed once it is old enough; differences are a warning', async () => {
    const { base, api, run, status, events } = await brand({ when: 'next_run' });
    await run(0);
    const lines = linesOf(await base.ftp.read('12345.csv')).slice(1);
    const hasStock = new Map(lines.map(line => [line.split(',')[0]!, line.split(',')[1] !== '0']));
    const wrong = [...hasStock.keys()].find(upc => hasStock.get(upc) && upc.startsWith('7'))!;
    api.shown = (store, upc) =>
      store === '12345' ? hasStock.get(upc) !== (upc === wrong) : undefined;

    // Too early: Locally may not have processed it.
    await run(59);
    expect(api.requests).toEqual([]);
    expect((await status()).map(each => each.verify)).toEqual([undefined, undefined]);

    const { problems, exportId } = await run(130);

    expect(problems[0]).toMatchObject({
      kind: 'not_shown_as_sent',
      description: `UPC ${wrong} in store 12345, feed 2`,
      found: 'shown as sold out',
    });
    const [warning] = events.filter(event => event.kind === 'warning');
    expect(warning).toMatchObject({ text: expect.stringMatching(/^Locally shows 1 of \d+ prod/) });
    const [here, there] = await status();
    expect(here!.verify).toMatchObject({ exportId: '2', differs: 1, problem: undefined });
    expect(here!.verify!.agrees).toBeGreaterThan(3);
    expect(there!.verify).toMatchObject({ agrees: 0, differs: 0 });
    expect(there!.verify!.unknown).toBeGreaterThan(3);

    // A feed is verified once, even if the next ones are not sent.
    base.ftp.faults.refuseLogin = true;
    await run(140).catch(() => {});
    const { length } = api.requests;
    await run(150).catch(() => {});
    expect(api.requests).toHaveLength(length);
    expect(exportId).toBe('3');
  });

  test('a product ordered at Locally since is not a difference', async () => {
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

    expect((await status())[0]!.verify).toMatchObject({ differs: 0, unknown: 1 });
  });

  test('if Locally does not answer that is a warning, and the feed is sent', async () => {
    const { api, run, status, events } = await brand({ when: 'next_run', most_seconds: 1 });
    await run(0);
    api.status = 401;
    expect((await run(130)).status).toBe('delivered');
    expect((await status())[0]!.verify!.problem).toContain('approved the token');
    api.isSilent = true;
    expect((await run(260)).status).toBe('delivered');
    expect((await status())[0]!.verify!.problem).toContain('in 1 seconds');
    const warnings = events.flatMap(event => (event.kind === 'warning' ? [event.text] : []));
    expect(warnings.join()).toMatch(/Feed 1 was not verified.*Feed 2 was not verified/);
    expect(warnings.join()).not.toContain(api.token);
  });

  test('Ctrl-C stops waiting for Locally at once, and nothing is sent', async () => {
    const { base, api, run } = await brand({ when: 'next_run' });
    await run(0);
    api.isSilent = true;
    const pressed = new AbortController();
    const running = run(130, pressed.signal);
    await expect.poll(() => api.requests.length).toBe(1);
    pressed.abort();
    await expect(running).rejects.toMatchObject({ exitCode: 130 });
    expect(await base.exports()).toHaveLength(1);
  });

  test('a dry run and a feed for a folder verify nothing', async () => {
    const { base, api, run, options } = await brand({ when: 'next_run' });
    await run(0);
    await base.run({ ...options(130), dryRun: true });
    await base.run({ ...options(130), out: `${base.folder}/out` });
    expect(api.requests).toEqual([]);
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
] as const)('the answer %j means %s', (answer, shown) => {
  expect(shownStock(answer, '5')).toBe(shown);
});

async function brand(over: object = {}) {
  const base = await scene();
  const api = await startLocallyApi();
  onTestFinished(() => api.close());
  const settings = { token: api.token, company_id: 77, upc_prefix: '7', base_url: api.baseUrl };
  const locally = { verify: { ...settings, sample: 10, ...over } };
  const verify = () =>
    base.within({ locally }, work => verifyFeed(work, new AbortController().signal));
  const events: WorkEvent[] = [];
  const startedAt = now().getTime();
  /** So many minutes from now; not earlier, because Postgres sets the time of a delivery. */
  const options = (minutes: number) => ({
    locally,
    now: new Date(startedAt + minutes * 60_000),
  });
  return {
    base,
    api,
    verify,
    events,
    options,
    run: (minutes: number, signal = new AbortController().signal) =>
      base.within(options(minutes), work =>
        runLocally({ ...work, report: event => events.push(event) }, {}, signal),
      ),
    status: () => base.within({}, work => locallyStatus(work.warehouse, work.configuration, now())),
  };
}
