import { afterAll, expect, onTestFinished, test, vi } from 'vitest';
import { startFtp } from '../stand-ins/ftp/server.ts';
import { startLocallyApi } from '../stand-ins/locally/locally-api.ts';
import { closeShops, setUp } from './set-up.ts';

vi.setConfig({ testTimeout: 300_000 });
afterAll(closeShops);

test('status shows how Locally shows the last feed, or why that is unknown', async () => {
  const [ftp, api] = await Promise.all([startFtp(), startLocallyApi()]);
  onTestFinished(async () => {
    await Promise.all([ftp.close(), api.close()]);
  });
  const { host, port, user, password } = ftp;
  const { baseUrl: base_url, token } = api;
  const { shop } = await setUp({
    locations: { '1': { locally_id: '12345' } },
    locally: {
      deliver: { host, port, user, password, attempts: 1 },
      verify: { token, base_url, company_id: '77', upc_prefix: '7', sample: 4 },
    },
  });
  expect((await shop.run(['locally'])).code).toBe(0);
  expect((await shop.run(['status'])).stdout).not.toContain('Verified');

  api.shown = () => true;
  expect((await shop.run(['locally', 'verify'])).code).toBe(0);
  const { stdout } = await shop.run(['status']);
  expect(stdout).toMatch(/Verified at \d{4}-.*, Downtown, feed 1: \d match, \d differ, 0 unknown/);

  api.status = 401;
  expect((await shop.run(['locally', 'verify'])).code).toBe(3);
  const refused = JSON.parse((await shop.run(['status', '--json'])).stdout);
  expect(refused.stores[0].verify).toMatchObject({
    export_id: '1',
    problem: expect.stringContaining('the brand must have approved the token'),
  });
  expect(JSON.stringify(refused)).not.toContain(token);
});
