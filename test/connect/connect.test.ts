import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer, type ServerResponse } from 'node:http';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from 'vitest';
import { readConfiguration } from '../../app/configuration/read.ts';
import { freshMerchant } from '../postgres/fresh-work.ts';
import { daysAgo } from '../setup/clock.ts';
import { folderWith, start, tillstream } from '../setup/tillstream.ts';
import { type Heartland, startHeartland } from '../stand-ins/heartland/server.ts';

const SECRET = 'canary-secret-5e1d';
let heartland: Heartland;
beforeAll(async () => {
  heartland = await startHeartland({ asOf: daysAgo(1), token: 'canary-token-77aa' });
});
afterAll(() => heartland.close());

const merchant = freshMerchant();

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  await new Promise(done => server.close(done));
  return port;
}

async function appFolder(oauth: object = {}, more: object = {}): Promise<string> {
  return folderWith({
    merchant,
    timezone: 'America/Chicago',
    warehouse: { url: inject('warehouseUrl') },
    heartland: {
      oauth: {
        client_id: 'app-1',
        client_secret: SECRET,
        server: heartland.baseUrl.replace(/\/api$/, ''),
        redirect_uri: `http://127.0.0.1:${await freePort()}/callback`,
        ...oauth,
      },
      ...more,
    },
  });
}

/** The answer to a raw HTTP request. */
async function sent({ hostname, port }: URL, request: string): Promise<string> {
  const socket = connect(Number(port), hostname);
  socket.write(request);
  return text(socket);
}

const ADDRESS = /(http\S+\/oauth\/authorize\?\S+)/;

/** The address that a browser is redirected to with an answer. */
function redirectOf(consent: string, answer: Readonly<Record<string, string>>): URL {
  const query = new URL(consent).searchParams;
  const url = new URL(query.get('redirect_uri')!);
  for (const [key, value] of Object.entries({ state: query.get('state')!, ...answer }))
    url.searchParams.set(key, value);
  return url;
}

test('consent in the browser saves a token that only its owner can read, and a sync uses it', async () => {
  const folder = await appFolder();
  const before = await tillstream(folder, ['sync']);
  expect(before.code).toBe(2);
  expect(before.stderr).toContain('Connect it with: tillstream connect');

  const running = start(folder, ['connect']);
  const [, consent] = await running.wrote(ADDRESS);
  const query = new URL(consent!).searchParams;
  expect(query.get('client_id')).toBe('app-1');
  expect(query.get('scope')!.split(' ')).toContain('inventory.values.read');
  expect(query.get('state')!.length).toBeGreaterThan(20);
  expect(consent).not.toContain(SECRET);
  const page = await fetch(redirectOf(consent!, { code: 'granted' }));
  expect(await page.text()).toContain('Back to the terminal');
  const ended = await running.ended;
  expect(ended).toMatchObject({ code: 0, stdout: expect.stringContaining('as Api User') });
  expect(ended.stdout + ended.stderr).not.toMatch(/canary/);

  const file = join(folder, '.tillstream', `${merchant}.token.json`);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
    base_url: heartland.baseUrl,
    token: heartland.token,
  });

  const synced = await tillstream(folder, ['sync', '--only', 'locations', '--json']);
  expect(synced).toMatchObject({ code: 0 });
  expect(synced.stdout + synced.stderr).not.toMatch(/canary/);

  heartland.faults.add({ kind: 'unauthorized' });
  const revoked = await tillstream(folder, ['sync', '--only', 'locations']);
  heartland.faults.clear();
  expect(revoked.code).toBe(3);
  expect(revoked.stderr).toContain('Connect again with: tillstream connect');

  await chmod(file, 0o644);
  const open = await tillstream(folder, ['sync']);
  expect(open.code).toBe(2);
  expect(open.stderr).toContain('Other users can read the token file');
  expect(open.stderr).not.toMatch(/canary/);
});

test('without a redirect to this machine, the address or the code is pasted', async () => {
  const folder = await appFolder({ redirect_uri: 'https://app.acme.example/back' });
  const running = start(folder, ['connect', '--json']);
  const [, consent] = await running.wrote(ADDRESS);
  running.type(`${redirectOf(consent!, { code: 'granted' })}\n`);
  const ended = await running.ended;
  expect(ended.code).toBe(0);
  expect(JSON.parse(ended.stdout)).toMatchObject({ user: 'Api User', missing_permissions: [] });

  const withCode = await tillstream(folder, ['connect'], {}, 'granted\n');
  expect(withCode.code).toBe(0);
});

test('forged redirects get 400 and are ignored; the true one is used', async () => {
  const folder = await appFolder();
  const running = start(folder, ['connect', '--json']);
  const [, consent] = await running.wrote(ADDRESS);
  const ours = redirectOf(consent!, { code: 'granted' });
  const raw = (request: string) =>
    sent(ours, `${request}\r\nhost: here\r\nconnection: close\r\n\r\n`);

  expect(await raw('GET // HTTP/1.1')).toMatch(/^HTTP\/1.1 400/);
  expect(await raw('GET http:// HTTP/1.1')).toMatch(/^HTTP\/1.1 400/);
  expect(await raw(`POST ${ours.pathname}${ours.search} HTTP/1.1`)).toMatch(/^HTTP\/1.1 400/);
  expect((await fetch(new URL('/favicon.ico', ours))).status).toBe(404);
  const answers: readonly Record<string, string>[] = [
    { code: 'granted', state: 'wrong' },
    { code: 'granted', state: '' },
    { error: 'access_denied', state: 'wrong' },
    { code: '' },
  ];
  for (const foreign of answers)
    expect((await fetch(redirectOf(consent!, foreign))).status, JSON.stringify(foreign)).toBe(400);
  expect((await fetch(new URL(`${ours.pathname}?state=wrong`, ours))).status).toBe(400);

  expect((await fetch(ours)).status).toBe(200);
  expect(await running.ended).toMatchObject({ code: 0 });
});

test('a pasted address with a different state and a refused consent are errors, and save no token', async () => {
  const folder = await appFolder();
  const foreign = start(folder, ['connect']);
  const [, consent] = await foreign.wrote(ADDRESS);
  foreign.type(`${redirectOf(consent!, { code: 'granted', state: 'of-somebody-else' })}\n`);
  expect(await foreign.ended).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('its state differs'),
  });

  const refused = start(folder, ['connect']);
  const [, again] = await refused.wrote(ADDRESS);
  await fetch(redirectOf(again!, { error: 'access_denied' }));
  expect(await refused.ended).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('Consent was refused (access_denied)'),
  });
  await expect(stat(join(folder, '.tillstream'))).rejects.toThrow('ENOENT');
});

test.each([
  [
    'an answer without end',
    (response: ServerResponse) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const chunk = Buffer.alloc(1 << 16, ' ');
      // Its own turn each time: a write to a closed connection calls back before anything else runs.
      const more = (error?: Error | null) => {
        if (error || response.destroyed) return;
        response.write(chunk, failed => void setImmediate(more, failed));
      };
      more();
    },
    /sent an invalid answer \(the response has more than 1 MB\)/,
  ],
  [
    'a page to log in',
    (response: ServerResponse) =>
      response.end('<!doctype html><title>Guest network</title><input type=password>'),
    /did not exchange the code for a token \(200, with a web page titled "Guest network"\)/,
  ],
  [
    'an unknown encoding',
    (response: ServerResponse) => {
      response.setHeader('content-encoding', 'compress');
      response.end(Buffer.from([0x1f, 0x9d, 0x90, 0x00]));
    },
    /encoded as "compress"; supported are gzip, br, deflate and zstd/,
  ],
] as const)('%s in place of a token is an error', async (_, answer, says) => {
  const server = createHttpServer((_request, response) => answer(response));
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as { port: number };
  const folder = await appFolder({ server: `http://127.0.0.1:${port}` });
  const ended = await tillstream(folder, ['connect'], {}, 'granted\n');
  expect(ended).toMatchObject({ code: 3, stderr: expect.stringMatching(says) });
  expect(ended.stderr).not.toMatch(/canary|\n\s+at /);
});

test('errors about the code or the server do not contain the secret', async () => {
  const folder = await appFolder();
  const wrong = await tillstream(folder, ['connect'], {}, 'stale-code\n');
  expect(wrong.code).toBe(3);
  expect(wrong.stderr).toContain('did not exchange the code for a token (401)');
  expect(wrong.stderr).not.toMatch(/canary|Traceback|\n\s+at /);

  const away = await appFolder({ server: 'http://127.0.0.1:1' });
  const unreachable = await tillstream(away, ['connect'], {}, 'granted\n');
  expect(unreachable.code).toBe(3);
  expect(unreachable.stderr).toContain('cannot be reached (ECONNREFUSED)');
  expect(unreachable.stderr).not.toMatch(/canary|\n\s+at /);
});

test('consent for a different account than the configured one is not saved', async () => {
  const folder = await appFolder({}, { base_url: 'https://other.retail.heartland.us/api' });
  const ended = await tillstream(folder, ['connect'], {}, 'granted\n');
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain('Consent was given for a different account');
  await expect(stat(join(folder, '.tillstream'))).rejects.toThrow('ENOENT');
});

test('connect needs an app in the configuration, and refuses a token besides', async () => {
  const plain = await folderWith({
    merchant,
    timezone: 'UTC',
    heartland: { base_url: heartland.baseUrl, token: 'x' },
  });
  const none = await tillstream(plain, ['connect']);
  expect(none).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('no section heartland.oauth'),
  });
  const both = await appFolder({}, { token: 'canary-too' });
  const refused = await tillstream(both, ['status']);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('either token or oauth, not both');
  expect(refused.stderr).not.toMatch(/canary/);
});

test('a broken token file is an error, and connecting again fixes it', async () => {
  const folder = await appFolder({ token_file: 'token.json' });
  await writeFile(join(folder, 'token.json'), '{"half', { mode: 0o600 });
  const broken = await tillstream(folder, ['sync']);
  expect(broken).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('token.json does not hold'),
  });
  expect((await tillstream(folder, ['connect'], {}, 'granted\n')).code).toBe(0);
  expect((await tillstream(folder, ['status'])).code).toBe(0);
});

test('the example on the page about connecting is a configuration', async () => {
  const page = await readFile(new URL('../../docs/connecting.md', import.meta.url), 'utf8');
  const folder = await folderWith();
  await writeFile(join(folder, 'acme.yaml'), /```yaml\n([\s\S]*?)```/.exec(page)![1]!);
  const env = { HEARTLAND_CLIENT_SECRET: 'canary' };
  expect(await readConfiguration(join(folder, 'acme.yaml'), env)).toMatchObject({
    heartland: { oauth: { token_file: join(folder, '.tillstream', 'acme.token.json') } },
  });
});
