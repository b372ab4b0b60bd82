import type { RequestListener } from 'node:http';
import { beforeAll, expect, test } from 'vitest';
import { type SmallAccount, smallAccount } from '../sync/small-account.ts';
import { before } from './servers.ts';

let account: SmallAccount;
beforeAll(async () => {
  account = await smallAccount({ heartlandConfiguration: { max_retries: 1 } });
  // Syncs once, so that each test below requests only items.
  await account.sync(['locations']);
});

/** The failure of a sync of items when another server answers instead, and the number of waits. */
async function failure(answer: RequestListener): Promise<{ message: string; waits: number }> {
  const through = await before(account.heartland.baseUrl, (request, response) => {
    if (!request.url!.startsWith('/api/items')) return false;
    return answer(request, response);
  });
  const { failures, events } = await account.sync(['items'], {}, through);
  const waits = events.filter(({ kind }) => kind === 'waiting').length;
  return { message: failures.items!, waits };
}

const redirect =
  (location: string, status = 301): RequestListener =>
  (request, response) =>
    response.writeHead(status, { location: location.replace('{url}', request.url!) }).end();

test.each([301, 302, 307, 308])(
  'a redirect of a renamed account (%i) fails with the new address',
  async status => {
    const answer = redirect('https://globex.retail.heartland.us{url}&token=canary', status);
    const { message, waits } = await failure(answer);
    expect(message).toMatch(
      /^HEARTLAND_REFUSED: 127\.0\.0\.1:\d+ answers that the account has another address now/,
    );
    expect(message).toContain(
      `(${status}, for items): found "https://globex.retail.heartland.us/api/items".`,
    );
    expect(message).toContain('write https://globex.retail.heartland.us/api in heartland.base_url');
    expect(message).not.toContain('canary');
    expect(waits).toBe(0);
  },
);

test('a redirect to a log-in page is reported as such, and is not followed', async () => {
  const { message } = await failure(redirect('/login?return_to=%2Fapi%2Fitems', 302));
  expect(message).toMatch(
    /redirects requests for items to another page \(302\): found "http:\/\/127\.0\.0\.1:\d+\/login"/,
  );
});

test('a redirect with an invalid address is reported with that address', async () => {
  expect((await failure(redirect('http://[', 302))).message).toContain(
    'to an invalid address: found "http://["',
  );
});

test('a block page of a firewall is reported as such, not as a missing permission', async () => {
  const { message, waits } = await failure((_, response) =>
    response
      .writeHead(403, { 'content-type': 'text/html', server: 'cloudflare' })
      .end('<!DOCTYPE html>\n<html><head><title>Attention Required! | Cloudflare</title>'),
  );
  expect(message).toMatch(
    /^HEARTLAND_BLOCKED: A firewall or proxy in front of Heartland at 127\.0\.0\.1:\d+ refused/,
  );
  expect(message).toContain(
    'it answered 403 with a web page titled "Attention Required! | Cloudflare" from the server "cloudflare"',
  );
  expect(message).toContain('The token is not the cause.');
  expect(waits).toBe(0);
});

test('a 403 of the account itself is still a missing permission', async () => {
  const { message } = await failure((_, response) =>
    response.writeHead(403).end(JSON.stringify({ error: 'forbidden', message: 'No item.read' })),
  );
  expect(message).toMatch(
    /^HEARTLAND_FORBIDDEN: .*does not let this token read items \(403 forbidden: No item\.read\)/,
  );
});

test('a log-in page with status 200 is reported as a web page, after a retry', async () => {
  const { message, waits } = await failure((_, response) =>
    response.end('<html><title>Welcome to Guest WiFi</title><input type="password">'),
  );
  expect(message).toMatch(
    /^HEARTLAND_FAILED: The server at 127\.0\.0\.1:\d+ answered the request for items/,
  );
  expect(message).toContain('with a web page titled "Welcome to Guest WiFi" instead of data (200)');
  expect(message).toMatch(/Open http:\/\/127\.0\.0\.1:\d+ in a browser on this machine/);
  expect(waits).toBeGreaterThan(0);
});

test.each([204, 202, 206])(
  'a response without content (%i) is requested again, and reported as such',
  async status => {
    const { message, waits } = await failure((_, response) => response.writeHead(status).end());
    expect(message).toContain(
      `could not answer the request for items, despite retries (${status}: an answer without content)`,
    );
    expect(waits).toBeGreaterThan(0);
  },
);
