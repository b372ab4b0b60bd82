import { describe, expect, test } from 'vitest';
import type { Failure } from '../stand-ins/heartland/faults.ts';
import { proxyTo } from './proxy.ts';
import { smallAccount } from './small-account.ts';
import { differences, readAll, readTable } from './truth.ts';

const FAILURES: readonly [string, Failure][] = [
  ['429 with Retry-After', { kind: 'rateLimited', retryAfter: '1' }],
  ['429 without', { kind: 'rateLimited' }],
  ['500', { kind: 'internalError' }],
  ['502 with a page of HTML', { kind: 'badGateway' }],
  ['a connection that is cut', { kind: 'cut', when: 'before' }],
  ['a connection that is cut within the answer', { kind: 'cut', when: 'midway' }],
  ['an answer that takes too long', { kind: 'slow', ms: 60_000 }],
  ['an empty body', { kind: 'emptyBody' }],
  ['200 with a page of HTML', { kind: 'htmlPage' }],
  ['truncated JSON', { kind: 'truncated' }],
];

describe.concurrent('a request that fails is made again', () => {
  test.each(FAILURES)('%s', async (_, failure) => {
    const account = await smallAccount({ heartlandConfiguration: { timeout_ms: 1000 } });
    const fault = account.heartland.faults.add({ ...failure, path: 'items', after: 1, times: 2 });
    const { failures, events } = await account.sync(['items']);
    expect(failures).toEqual({});
    expect(fault.fired).toBe(2);
    const waits = events.filter(({ kind }) => kind === 'waiting');
    expect(waits.length).toBeGreaterThanOrEqual(1);
    const documents = await readAll(account.heartland, 'items');
    expect(differences('items', documents, await readTable(account, 'items'), ['id'])).toEqual([]);
  });
});

describe.concurrent('a request that fails every time ends its stream within the budget, and no other', () => {
  test.each([
    ...FAILURES,
    ['429 that asks for an hour', { kind: 'rateLimited', retryAfter: '3600' }] as const,
  ])('%s', async (_, failure) => {
    const budgetMs = 1500;
    const account = await smallAccount({
      heartlandConfiguration: { timeout_ms: 1000, max_wait_ms: budgetMs, max_retries: 20 },
    });
    // Made ready before the clock starts.
    await account.sync(['locations']);
    account.heartland.faults.add({ ...failure, path: 'items' });
    const startedAt = performance.now();
    const { failures, runId } = await account.sync(['items', 'vendors']);
    const tookMs = performance.now() - startedAt;
    expect(Object.keys(failures)).toEqual(['items']);
    expect(failures.items).toMatch(
      /^HEARTLAND_FAILED: .* (?:answer|could not answer|did not answer|answered) the request for items/,
    );
    // The budget, the attempt that it did not cover any more, and what a busy machine needs besides.
    expect(tookMs).toBeLessThan(budgetMs + 1000 + 15_000);
    const records = await account.warehouse.query(
      'select stream, status, seen::int from _run_streams where run_id = $1 order by stream',
      [runId],
    );
    expect(records).toEqual([
      { stream: 'items', status: 'failed', seen: 0 },
      { stream: 'vendors', status: 'complete', seen: expect.any(Number) },
    ]);
    expect(await readTable(account, 'items')).toEqual([]);
  });
});

test('what the server says of an error is one short line, whatever it sends', async () => {
  const account = await smallAccount({ heartlandConfiguration: { max_retries: 0 } });
  const through = await proxyTo(account.heartland.baseUrl, (path, body) =>
    path.endsWith('/items')
      ? {
          status: 400,
          body: { error: 'bad', message: `first\n\u001b[2Jsecond ${'x'.repeat(1e5)}` },
        }
      : body,
  );
  const { failures } = await account.sync(['items'], {}, through);
  expect(failures.items).toMatch(/\(400 bad: first \[2Jsecond x+\)/);
  expect(failures.items!.length).toBeLessThan(600);
});

test('an account that asks for a longer wait than allowed ends its stream, with the wait in the message', async () => {
  const account = await smallAccount({ heartlandConfiguration: { max_wait_ms: 1000 } });
  account.heartland.faults.add({ kind: 'rateLimited', retryAfter: '3600', path: 'items' });
  const { failures } = await account.sync(['items']);
  expect(failures.items).toMatch(
    /within heartland\.max_wait_ms \(429 .*asked to wait 3,600 s\. .*Run the command again later/,
  );
});

describe.concurrent('a permission that is missing', () => {
  test('is reported for its stream, and the others are pulled', async () => {
    // Without costs Heartland answers 500, which might pass: it is asked again within the budget.
    const account = await smallAccount({ heartlandConfiguration: { max_wait_ms: 1500 } });
    account.heartland.withhold('purchasing.vendor.read');
    account.heartland.withhold('item.view_cost');
    const { failures } = await account.sync([
      'vendors',
      'items',
      'sales_daily',
      'sales_margin_daily',
    ]);
    expect(Object.keys(failures)).toEqual(['vendors', 'sales_margin_daily']);
    expect(failures.vendors).toMatch(/^HEARTLAND_TOKEN_REFUSED: /);
    const [row] = await account.warehouse.query(
      'select (select count(*)::int from items) as items, (select count(*)::int from sales_daily) as sales',
    );
    expect(row).toEqual({ items: 48, sales: expect.any(Number) });
    expect(row!.sales).toBeGreaterThan(20);
  });
});
