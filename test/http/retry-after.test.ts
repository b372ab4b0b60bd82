import { beforeAll, expect, test } from 'vitest';
import { type SmallAccount, smallAccount } from '../sync/small-account.ts';
import { before } from './servers.ts';

let account: SmallAccount;
beforeAll(async () => {
  account = await smallAccount();
});

test.each([
  ['seconds with a fraction', { 'retry-after': '0.75' }, 750],
  [
    'a date from a server whose clock is years off',
    { 'retry-after': 'Sun Nov  6 08:49:38 1994', date: 'Sun, 06 Nov 1994 08:49:37 GMT' },
    1000,
  ],
] as const)('the wait follows Retry-After: %s', async (_, headers, waitMs) => {
  let refusals = 1;
  const through = await before(account.heartland.baseUrl, (request, response) =>
    request.url!.startsWith('/api/items') && refusals-- > 0
      ? response.writeHead(429, headers).end()
      : false,
  );
  const { failures, events } = await account.sync(['items'], {}, through);
  expect(failures).toEqual({});
  const waits = events.filter(({ kind }) => kind === 'waiting');
  expect(waits).toMatchObject([{ waiting: { path: 'items', waitMs } }]);
});

test('a Retry-After above the limit fails with the exact seconds', async () => {
  const brief = await smallAccount({ heartlandConfiguration: { max_wait_ms: 500 } });
  const through = await before(brief.heartland.baseUrl, (request, response) =>
    request.url!.startsWith('/api/items')
      ? response.writeHead(429, { 'retry-after': '8.5' }).end()
      : false,
  );
  const { failures } = await brief.sync(['items'], {}, through);
  expect(failures.items).toContain('asked to wait 8.5 s');
});
