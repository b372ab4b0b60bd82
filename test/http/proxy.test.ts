import { beforeAll, describe, expect, test, vi } from 'vitest';
import { deliverByUpload } from '../../sinks/http/upload.ts';
import { fetchShownStock } from '../../sources/locally/store-data.ts';
import { freshMerchant } from '../postgres/fresh-work.ts';
import { folderWith, tillstream } from '../setup/tillstream.ts';
import { outgoing } from '../sinks/outgoing.ts';
import { makeCertificate, type TestCertificate } from '../stand-ins/tls/certificate.ts';
import { type SmallAccount, smallAccount } from '../sync/small-account.ts';
import { answering, byHttps, forwardProxy } from './servers.ts';

/** A host name that only the proxy resolves. */
const AWAY = 'https://acme.retail.heartland.example/api';
const PASSWORD = 'proxy-canary/&';
const WRITTEN = encodeURIComponent(PASSWORD);

let tls: TestCertificate;
let account: SmallAccount;
beforeAll(async () => {
  tls = await makeCertificate();
  account = await smallAccount({
    heartlandConfiguration: { ca: tls.cert, server_name: 'localhost', max_retries: 1 },
  });
});

/** Sets these proxy variables; all others are unset. */
function environment(variables: Readonly<Record<string, string>>): void {
  for (const name of ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy'])
    for (const each of [name, name.toUpperCase()]) vi.stubEnv(each, variables[each]);
}

/** Why a sync through the proxy failed. */
async function failure(): Promise<string> {
  const error = await account.sync(['locations'], {}, AWAY).then(
    () => expect.unreachable('the sync should have failed'),
    (reason: Error & { code?: string }) => reason,
  );
  return `${error.code}: ${error.message}`;
}

const within =
  (variables: Readonly<Record<string, string>>, work: () => Promise<void>) => async () => {
    environment(variables);
    await work().finally(() => vi.unstubAllEnvs());
  };

describe('an account that can only be reached through a proxy', () => {
  test.each([
    ['HTTPS_PROXY', (port: number) => `http://127.0.0.1:${port}`],
    ['https_proxy', (port: number) => `http://127.0.0.1:${port}/`],
    ['HTTP_PROXY', (port: number) => `127.0.0.1:${port}`],
    ['ALL_PROXY', (port: number) => `http://127.0.0.1:${port}`],
  ])('is read through the proxy in %s', async (variable, written) => {
    const proxy = await forwardProxy(await byHttps(account.heartland.baseUrl, tls));
    await within({ [variable]: written(proxy.port) }, async () => {
      expect((await account.sync(['locations'], {}, AWAY)).failures).toEqual({});
    })();
    expect(proxy.asked[0]?.line).toBe('CONNECT acme.retail.heartland.example:443');
  });

  test('with user and password, which appear in no message', async () => {
    const to = await byHttps(account.heartland.baseUrl, tls);
    const proxy = await forwardProxy(to, { logIn: `shop:${PASSWORD}` });
    await within({ HTTPS_PROXY: `http://shop:${WRITTEN}@127.0.0.1:${proxy.port}` }, async () => {
      expect((await account.sync(['locations'], {}, AWAY)).failures).toEqual({});
    })();
    expect(proxy.asked[0]).toMatchObject({ logIn: `shop:${PASSWORD}` });

    const wrong = await forwardProxy(to, { logIn: 'shop:another' });
    await within({ HTTPS_PROXY: `http://shop:${WRITTEN}@127.0.0.1:${wrong.port}` }, async () => {
      const message = await failure();
      expect(message).toContain('refused the user and password (407)');
      expect(message).not.toMatch(/canary|shop:/);
    })();
    expect(wrong.asked).toHaveLength(1);
  });

  test.each([
    [
      407,
      'requires a user and a password (407). Write them in HTTPS_PROXY, as http://user:password@',
    ],
    [403, 'refused to connect (403). Ask the administrator of the proxy to allow it.'],
    [
      502,
      'could not connect (502). Ask the administrator of the proxy, or run the command again later.',
    ],
  ])('and a proxy that answers %i is reported as such', async (refusal, told) => {
    const proxy = await forwardProxy(1, { refusal });
    await within({ HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` }, async () => {
      const message = await failure();
      expect(message).toMatch(/^HEARTLAND_PROXY: /);
      expect(message).toContain(`the proxy 127.0.0.1:${proxy.port} ${told}`);
    })();
  });

  test.each([
    ['does not listen', 'http://127.0.0.1:1', '127.0.0.1:1 cannot be reached (ECONNREFUSED)'],
    ['has an unknown name', 'http://proxy.invalid:80', 'proxy.invalid:80 cannot be reached ('],
  ])('and a proxy that %s is reported as such', async (_, written, told) => {
    await within({ HTTPS_PROXY: written }, async () => {
      const message = await failure();
      expect(message).toContain(`the proxy ${told}`);
      expect(message).toContain('The environment variable HTTPS_PROXY names it.');
    })();
  });
});

test('hosts in NO_PROXY are requested directly, and an empty lower-case variable means no proxy', async () => {
  const proxy = await forwardProxy(Number(new URL(account.heartland.baseUrl).port));
  const address = `http://127.0.0.1:${proxy.port}`;
  const synced = async () => expect((await account.sync(['locations'])).failures).toEqual({});
  await within({ HTTP_PROXY: address, NO_PROXY: 'localhost,127.0.0.1' }, synced)();
  await within({ HTTP_PROXY: address, http_proxy: '' }, synced)();
  expect(proxy.asked).toEqual([]);
  await within({ HTTP_PROXY: address, no_proxy: '', NO_PROXY: '*' }, synced)();
  expect(proxy.asked[0]?.line).toMatch(/^GET http:\/\/127\.0\.0\.1:\d+\/api\/system\/whoami$/);
});

test('uploads and requests to Locally also use the proxy', async () => {
  const server = await answering((request, response) => {
    request.resume().on('end', () => response.end(request.method === 'POST' ? 'Taken' : '[]'));
  });
  const proxy = await forwardProxy(Number(new URL(server).port));
  const { signal } = new AbortController();
  await within({ http_proxy: `http://127.0.0.1:${proxy.port}` }, async () => {
    const form = { fileField: 'f', fields: {}, secrets: [], timeoutMs: 2000 };
    const upload = deliverByUpload({ ...form, url: 'http://m1.example/upload' });
    const [receipt] = await upload([await outgoing('1.txt', 'one')], signal);
    expect(receipt).toMatchObject({ detail: 'Taken' });
    const api = { baseUrl: 'http://locally.example', token: 'x', companyId: '1', section: 's' };
    expect(await fetchShownStock(api, '9', '601842495575', signal)).toBe('unknown');
  })();
  expect(proxy.asked.map(({ line }) => line.replace(/\?.*/, ''))).toEqual([
    'POST http://m1.example/upload',
    'GET http://locally.example/headless/api/1.0/conversion/store_data',
  ]);
});

test('an upload that the proxy refused is reported as not accepted', async () => {
  const proxy = await forwardProxy(1, { refusal: 403 });
  await within({ https_proxy: `http://127.0.0.1:${proxy.port}` }, async () => {
    const form = { fileField: 'f', fields: {}, secrets: [], timeoutMs: 2000 };
    const upload = deliverByUpload({ ...form, url: 'https://m1.example/upload' });
    await expect(
      upload([await outgoing('1.txt', 'one')], new AbortController().signal),
    ).rejects.toMatchObject({
      code: 'UPLOAD_REFUSED',
      message: expect.stringContaining(
        'refused to connect (403). Ask the administrator of the proxy',
      ),
    });
  })();
});

test('on the command line an invalid proxy address is one message, and its password is never shown', async () => {
  const folder = await folderWith({
    merchant: freshMerchant(),
    timezone: 'America/Chicago',
    heartland: { base_url: AWAY, token: 'x'.repeat(20), max_retries: 0 },
    warehouse: { url: 'postgres://127.0.0.1:1/none' },
  });
  const wrong = await tillstream(folder, ['doctor', '--json'], {
    HTTPS_PROXY: `ftp://u:${WRITTEN}@p:1`,
  });
  expect(wrong.stdout + wrong.stderr).toContain(
    'The environment variable HTTPS_PROXY does not hold the address of a proxy',
  );
  const away = await tillstream(folder, ['doctor', '--json'], {
    HTTPS_PROXY: `http://u:${WRITTEN}@127.0.0.1:1`,
  });
  expect(away.stdout + away.stderr).toContain('the proxy 127.0.0.1:1 cannot be reached');
  expect([wrong, away].map(({ stdout, stderr }) => stdout + stderr).join()).not.toMatch(
    /canary|\n\s+at /,
  );
});
