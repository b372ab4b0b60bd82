import { expect, onTestFinished, test } from 'vitest';
import { readBack } from '../../pipelines/locally/read-back.ts';
import { shownStock } from '../../transforms/locally/store-data.ts';
import { linesOf, scene } from './scene.ts';
import { startLocallyApi } from './stand-in/locally-api.ts';

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
  expect(here.filter(each => each.verdict === 'differs')).toMatchObject([
    { upc: wrong, shown: 'not_in_stock' },
  ]);
  expect(here.filter(each => each.verdict === 'agrees').length).toBeGreaterThan(3);
  expect(here.some(each => each.sent === '0')).toBe(true);
  expect(here.length).toBeLessThanOrEqual(10);
  const elsewhere = products.filter(each => each.locallyId === '12346');
  expect(new Set(elsewhere.map(each => each.verdict))).toEqual(new Set(['unknown']));
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

test.each([
  [{ markers: [{ id: 5, in_stock: 1 }] }, 'in_stock'],
  [{ data: { stores: [{ store_id: '5', qty: 0 }] } }, 'not_in_stock'],
  [{ results: [{ store_id: 5, status: ['IN_STOCK', 'PTP_BOPIS'] }] }, 'in_stock'],
  [[{ id: 6, in_stock: true }], 'unknown'],
  [{ markers: [{ id: 5 }] }, 'unknown'],
  ['<html>', 'unknown'],
] as const)('the answer %j says %s', (answer, shown) => {
  expect(shownStock(answer, '5')).toBe(shown);
});

async function brand() {
  const base = await scene();
  const api = await startLocallyApi();
  onTestFinished(() => api.close());
  const settings = { token: api.token, company_id: 77, upc_prefix: '7', base_url: api.baseUrl };
  const ask = () =>
    base.within({ locally: { read_back: { ...settings, sample: 10 } } }, work =>
      readBack(work, new AbortController().signal),
    );
  return { base, api, ask };
}
