import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Heartland, startHeartland } from '../stand-ins/heartland/server.ts';
import { ask, askAll } from './ask.ts';

let heartland: Heartland;
beforeEach(async () => {
  heartland = await startHeartland({ asOf: '2026-10-05', months: 0, perPageCap: 10 });
});
afterEach(() => heartland.close());

const raw = (path: string, init: RequestInit = {}) =>
  fetch(`${heartland.baseUrl}/${path}`, {
    headers: { authorization: `Bearer ${heartland.token}` },
    ...init,
  });

describe('access', () => {
  test('a request without the token is refused', async () => {
    const response = await raw('items', { headers: { authorization: 'Bearer wrong' } });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: 'unauthorized', details: {} });
  });

  test('a permission that is withheld is named; costs fail instead', async () => {
    heartland.withhold('location.read');
    const refused = await ask(heartland, 'locations');
    expect([refused.status, String(refused.body.message)]).toEqual([
      401,
      expect.stringContaining('location.read'),
    ]);
    heartland.withhold('item.view_cost');
    const margin = [['metrics[]', 'source_sales.net_margin']] as const;
    expect((await ask(heartland, 'reporting/analyzer', margin)).status).toBe(500);
    const { body } = await ask(heartland, 'users/100001/permissions');
    expect(body.results.map(({ name }) => name)).not.toContain('item.view_cost');
    heartland.grant('item.view_cost');
    expect((await ask(heartland, 'reporting/analyzer', margin)).status).toBe(200);
  });

  test('a code is exchanged for the token', async () => {
    const exchange = (code: string) =>
      ask(heartland, 'oauth/token', [
        ['client_id', 'app'],
        ['client_secret', 'secret'],
        ['redirect_uri', 'https://example.com/'],
        ['grant_type', 'authorization_code'],
        ['code', code],
      ]);
    expect((await exchange('granted')).body).toEqual({
      access_token: heartland.token,
      token_type: 'bearer',
    });
    expect((await exchange('forged')).status).toBe(401);
  });

  test('who and where: whoami, host, HEAD', async () => {
    expect((await ask(heartland, 'system/whoami')).body).toMatchObject({ id: 100_001 });
    const { body } = await ask(heartland, 'system/host');
    expect(heartland.baseUrl).toBe(`http://${body.host}/api`);
    const head = await raw('items', { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect(head.headers.get('date')).not.toBeNull();
  });
});

describe('faults', () => {
  test.each([
    [{ kind: 'rateLimited', retryAfter: '7' }, 429],
    [{ kind: 'rateLimited' }, 429],
    [{ kind: 'unauthorized' }, 401],
    [{ kind: 'internalError' }, 500],
    [{ kind: 'badGateway' }, 502],
    [{ kind: 'htmlPage' }, 200],
    [{ kind: 'emptyBody' }, 200],
    [{ kind: 'truncated' }, 200],
  ] as const)('%j, once', async (failure, status) => {
    const fault = heartland.faults.add({ ...failure, path: 'items', times: 1 });
    expect((await ask(heartland, 'locations')).status).toBe(200);
    const response = await raw('items');
    expect(response.status).toBe(status);
    expect(response.headers.get('retry-after')).toBe(
      'retryAfter' in failure ? failure.retryAfter : null,
    );
    const body = await response.text();
    if (status === 200) expect(() => JSON.parse(body)).toThrow();
    expect((await ask(heartland, 'items')).status).toBe(200);
    expect(fault.fired).toBe(1);
  });

  test.each(['before', 'midway'] as const)('a connection that is cut %s an answer', async when => {
    const fault = heartland.faults.add({ kind: 'cut', when });
    await expect(raw('items').then(response => response.text())).rejects.toThrow();
    fault.off();
    expect((await raw('items')).status).toBe(200);
    expect(fault.fired).toBeGreaterThanOrEqual(1);
  });

  test('a slow answer is given up when the client hangs up', async () => {
    heartland.faults.add({ kind: 'slow', ms: 3_600_000, path: 'items' });
    const gone = new AbortController();
    const waiting = raw('items', { signal: gone.signal });
    while (heartland.requests.length === 0) await new Promise(setImmediate);
    gone.abort();
    await expect(waiting).rejects.toThrow();
    while (!heartland.requests[0]!.aborted) await new Promise(setImmediate);
    expect(heartland.requests[0]!.status).toBeUndefined();
  });

  test('a slow answer comes at once when the fault is switched off', async () => {
    const fault = heartland.faults.add({ kind: 'slow', ms: 3_600_000, path: 'items' });
    const waiting = raw('items');
    while (heartland.requests.length === 0) await new Promise(setImmediate);
    expect(heartland.requests[0]!.status).toBeUndefined();
    fault.off();
    expect((await waiting).status).toBe(200);
  });

  test('more requests at once than there may be are turned away', async () => {
    heartland.faults.add({ kind: 'slow', ms: 3_600_000, times: 1 });
    const limit = heartland.faults.add({ kind: 'rateLimited', whenInside: 1 });
    const gone = new AbortController();
    const waiting = raw('items', { signal: gone.signal });
    while (heartland.requests.length === 0) await new Promise(setImmediate);
    expect((await ask(heartland, 'items')).status).toBe(429);
    gone.abort();
    await expect(waiting).rejects.toThrow();
    while (!heartland.requests[0]!.aborted) await new Promise(setImmediate);
    expect((await ask(heartland, 'items')).status).toBe(200);
    expect([limit.fired, heartland.maxConcurrent]).toEqual([1, 2]);
  });

  test('a short page and a lying total leave the rest as it is', async () => {
    const { body: honest } = await ask(heartland, 'items');
    const short = heartland.faults.add({ kind: 'shortPage', rows: 3, after: 1, times: 1 });
    await ask(heartland, 'items');
    const { body } = await ask(heartland, 'items');
    expect([body.total, body.pages, body.results.length]).toEqual([48, 5, 7]);
    expect(short.fired).toBe(1);
    heartland.faults.add({ kind: 'lyingTotal', by: [2, -1] });
    expect((await ask(heartland, 'items')).body.total).toBe(50);
    const again = await ask(heartland, 'items');
    expect(again.body).toEqual({ ...honest, total: 47 });
  });

  test('rows that vanish from the front make paging miss some', async () => {
    heartland.faults.add({ kind: 'movingRows', rows: 1, keepsTotal: true, path: 'items' });
    const rows = await askAll(heartland, 'items', [['sort[]', 'id']]);
    expect(rows).toHaveLength(48);
    expect(new Set(rows.map(({ id }) => id)).size).toBeLessThan(48);
    expect(rows.map(({ id }) => id)).not.toContain(100_011);
  });

  test('rows put in at the front make some come twice, and the total grows', async () => {
    heartland.faults.add({ kind: 'movingRows', rows: -1, keepsTotal: false, path: 'items' });
    const first = await ask(heartland, 'items', [['per_page', 10]]);
    const second = await ask(heartland, 'items', [
      ['per_page', 10],
      ['page', 2],
    ]);
    expect([first.body.total, second.body.total]).toEqual([48, 49]);
    expect(second.body.results[0]).toEqual(first.body.results[9]);
  });

  test('a body can be made to say anything', async () => {
    heartland.faults.add({
      kind: 'transform',
      path: 'items',
      body: body => ({ ...(body as object), results: [{ id: 'not a number' }] }),
    });
    expect((await ask(heartland, 'items')).body.results).toEqual([{ id: 'not a number' }]);
  });

  test('requests are on record, with how many there were at once', async () => {
    await Promise.all([ask(heartland, 'items', [['page', 2]]), ask(heartland, 'locations')]);
    expect(heartland.requests.map(({ path, status }) => [path, status]).sort()).toEqual([
      ['items', 200],
      ['locations', 200],
    ]);
    expect(heartland.maxConcurrent).toBeGreaterThanOrEqual(1);
  });
});
