import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import type { Json } from '../stand-ins/heartland/decimal.ts';
import { closeShops, QUICK, setUp } from './set-up.ts';

// Each test starts several processes, concurrently.
vi.setConfig({ testTimeout: 300_000 });
afterAll(closeShops);

/** Every line of a log, as the object it is. */
function logLines(stderr: string): Record<string, unknown>[] {
  return stderr
    .trim()
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line));
}

describe.concurrent('output', () => {
  test('the result goes to stdout, with --verbose JSON log lines to stderr', async () => {
    const { shop } = await setUp();
    const { code, stdout, stderr } = await shop.run([...QUICK, '--verbose']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/items +48 +48 +0 +0 +0/);
    for (const line of logLines(stderr)) expect(line).toMatchObject({ merchant: shop.merchant });
    expect(logLines(stderr).map(({ event }) => event)).toContain('stream done');
  });

  test('nothing is logged on success, and nothing at all is printed with --quiet', async () => {
    const { shop, heartland } = await setUp();
    const plain = await shop.run(QUICK);
    expect([plain.code, plain.stderr]).toEqual([0, '']);
    expect(plain.stdout).toMatch(/items +48/);
    const quiet = await shop.run([...QUICK, '--quiet']);
    expect(quiet).toMatchObject({ code: 0, stdout: '', stderr: '' });
    // A retry that succeeded is in the log, but needs no attention.
    heartland.faults.add({ kind: 'badGateway', path: 'items', times: 1 });
    const retried = await shop.run(QUICK);
    expect(logLines(retried.stderr).map(({ event }) => event)).toEqual(['waiting']);
    heartland.faults.add({ kind: 'badGateway', path: 'items', times: 1 });
    expect(await shop.run([...QUICK, '--quiet'])).toMatchObject({
      code: 0,
      stdout: '',
      stderr: '',
    });
  });

  test('--quiet prints what needs attention', async () => {
    const { shop, heartland } = await setUp();
    const broken = heartland.faults.add({
      kind: 'transform',
      path: 'items',
      body: body => {
        const { results, ...page } = body as { readonly results: readonly Record<string, Json>[] };
        return { ...page, results: results.map(row => ({ ...row, created_at: 'never' })) };
      },
    });
    const bad = await shop.run([...QUICK, '--quiet']);
    expect([bad.code, bad.stderr]).toEqual([0, '']);
    expect(bad.stdout).toMatch(
      /^\d+ rows could not be read\. .*List them with: tillstream quarantine list$/m,
    );
    broken.off();
    heartland.faults.add({ kind: 'lyingTotal', by: 1, path: 'items' });
    const incomplete = await shop.run([...QUICK, '--quiet', '--full']);
    expect(incomplete.code).toBe(3);
    // The reason is in the status overview, too.
    const { stdout: overview } = await shop.run(['status']);
    expect(overview).toMatch(/^items +items is incomplete/m);
    expect(incomplete.stdout).toContain('items is not up to date');
    expect((await shop.run(['runs', '--quiet'])).stdout).toContain('incomplete');
  });

  test('--json prints one object on stdout, on success and on failure', async () => {
    const { shop, heartland } = await setUp();
    const well = await shop.run([...QUICK, '--json']);
    expect(JSON.parse(well.stdout)).toMatchObject({
      merchant: shop.merchant,
      exit_code: 0,
      streams: [{ stream: 'locations' }, { stream: 'items', seen: 48 }],
    });
    heartland.faults.add({ kind: 'lyingTotal', by: 1, path: 'items' });
    const incomplete = await shop.run(['--json', ...QUICK, '--full']);
    expect(incomplete.code).toBe(3);
    expect(JSON.parse(incomplete.stdout)).toMatchObject({
      exit_code: 3,
      streams: [{ stream: 'locations' }, { stream: 'items', error: 'INCOMPLETE' }],
    });
    expect(incomplete.stderr).toContain('items is not up to date');
    const refused = await shop.run(['sync', '--json'], { HEARTLAND_TOKEN: 'another-token' });
    expect(JSON.parse(refused.stdout)).toMatchObject({
      exit_code: 3,
      error: 'HEARTLAND_TOKEN_REFUSED',
    });
    const typo = await shop.run(['sync', '--json', '--config', 'nowhere.yaml']);
    expect(JSON.parse(typo.stdout)).toMatchObject({ exit_code: 2, error: 'CONFIGURATION_MISSING' });
    const misspelt = await shop.run(['synk', '--json']);
    expect(JSON.parse(misspelt.stdout)).toMatchObject({ exit_code: 2, error: 'USAGE' });
    const { code, stdout, stderr } = await shop.run(['runs', '--json']);
    expect([code, stderr, JSON.parse(stdout).runs.length]).toEqual([0, '', 3]);
  });

  test('text has local times with their zone; JSON has UTC', async () => {
    const { shop } = await setUp();
    expect((await shop.run(QUICK)).code).toBe(0);
    const [run] = await shop.warehouse.query<{ at: string }>(
      `select to_char(started_at at time zone 'America/Chicago', 'YYYY-MM-DD HH24:MI') as at from _runs`,
    );
    expect((await shop.run(['runs'])).stdout).toMatch(new RegExp(`${run!.at} C[SD]T`));
    expect((await shop.run(['status'])).stdout).toMatch(/items +\d{4}-\d\d-\d\d \d\d:\d\d C[SD]T/);
    const { runs } = JSON.parse((await shop.run(['runs', '--json'])).stdout);
    expect(runs[0].started_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    await shop.write('berlin.yaml', { timezone: 'Europe/Berlin' });
    expect((await shop.run(['status', '-c', 'berlin.yaml'])).stdout).toMatch(/\d\d:\d\d GMT\+[12]/);
  });

  test('--dry-run shows what would be pulled and changes nothing', async () => {
    const { shop } = await setUp();
    const { code, stdout } = await shop.run([...QUICK, '--dry-run']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/items +1 +48 +everything/);
    expect(stdout).toContain('Nothing was pulled');
    const [left] = await shop.warehouse.query(
      `select (select count(*)::int from items) as items, (select count(*)::int from locations) as locations,
              (select count(*)::int from _cursors) as cursors, (select count(*)::int from _run_streams) as slices`,
    );
    expect(left).toEqual({ items: 0, locations: 0, cursors: 0, slices: 0 });
  });

  test('a sync of stock alone also pulls the locations it is read by', async () => {
    const { shop } = await setUp();
    const { code } = await shop.run(['sync', '--only', 'inventory_values']);
    expect(code).toBe(0);
    const [row] = await shop.warehouse.query('select count(*)::int as rows from inventory_values');
    expect(row!.rows).toBeGreaterThan(50);
  });

  test('--config works before and after the command, and with a folder of configurations', async () => {
    const { shop } = await setUp();
    await shop.write('other.yaml');
    expect((await shop.run(['--config', 'other.yaml', 'runs'])).code).toBe(0);
    expect((await shop.run(['runs', '-c', 'other.yaml'])).code).toBe(0);
    const folder = join(shop.folder, 'shops');
    await mkdir(folder);
    await rename(join(shop.folder, 'other.yaml'), join(folder, 'one.yaml'));
    await shop.write('shops/two.yaml', { merchant: `${shop.merchant}_b` });
    const { code, stdout } = await shop.run([...QUICK, '-c', 'shops', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      merchants: [
        { merchant: shop.merchant, exit_code: 0 },
        { merchant: `${shop.merchant}_b`, exit_code: 0 },
      ],
    });
  });

  test('when one merchant of a folder fails, the others still run', async () => {
    const { shop, heartland } = await setUp();
    await mkdir(join(shop.folder, 'shops'));
    await shop.write('shops/a.yaml', {
      heartland: { base_url: `${heartland.baseUrl}/elsewhere`, token: 'another-token' },
    });
    await shop.write('shops/b.yaml', { merchant: `${shop.merchant}_b` });
    await shop.write('shops/c.yaml', { merchant: `${shop.merchant}_c`, timezone: 'Chicago' });
    const { code, stdout, stderr } = await shop.run([...QUICK, '-c', 'shops']);
    expect(code).toBe(3);
    expect(stderr).toContain(shop.merchant);
    // A mistake in one file is that merchant's alone.
    expect(stderr).toMatch(/^c\.yaml\n.*c\.yaml:\d+ timezone .*Chicago/m);
    expect(stdout).toMatch(/items +48/);
  });
});

test('a retry-after of zero still waits a moment before the retry', async () => {
  const { shop, heartland } = await setUp();
  heartland.faults.add({ kind: 'rateLimited', retryAfter: '0', path: 'system/whoami', times: 1 });
  const { code } = await shop.run(QUICK);
  expect(code).toBe(0);
  const [refused, again] = heartland.requests.filter(({ path }) => path === 'system/whoami');
  expect(again!.at - refused!.at).toBeGreaterThanOrEqual(240);
});

test('a sync that failed before its first pull is in runs, in status and in the checks of the feed', async () => {
  const { shop } = await setUp({
    locations: { '1': { locally_id: '1' } },
    locally: { deliver: { host: '127.0.0.1', port: 9, user: 'u', password: 'long-enough' } },
  });
  const feed = async () => (await shop.run(['locally', '--dry-run', '--json'])).stdout;
  const stock = ['sync', '--only', 'locations,items,inventory_values'];
  expect((await shop.run(stock)).code).toBe(0);
  expect(await feed()).not.toContain('the last sync');

  expect((await shop.run(['sync'], { HEARTLAND_TOKEN: 'another-token' })).code).toBe(3);
  const runs = await shop.run(['runs', '--last', '1']);
  expect(runs.stdout).toMatch(/^ *3 +sync +incomplete .*^ *3 +Heartland at .* refused the token/ms);
  // No stream was pulled, so no stream has a record of it.
  expect((await shop.run(['status'])).stdout).toMatch(
    /^The last sync failed before its first pull: run 3, started \d{4}-.* C[SD]T, incomplete\. Heartland at .* refused the token/m,
  );
  const { last_failed_sync: sync } = JSON.parse((await shop.run(['status', '--json'])).stdout);
  expect(sync).toMatchObject({ run_id: '3', status: 'incomplete' });
  expect(sync.because).toMatch(/^Heartland at .* refused the token/);
  expect(JSON.parse(await feed()).checks).toContainEqual({
    name: 'the last sync',
    result: 'note',
    figure: expect.stringMatching(/^run 3 could pull nothing, at \d{4}-.* C[SD]T$/),
    detail: expect.stringMatching(/^Heartland at .* refused the token/),
  });
  expect((await shop.run(['locally', '--dry-run'])).stdout).toMatch(/note: the last sync: run 3/);

  expect((await shop.run(stock)).code).toBe(0);
  expect(await feed()).not.toContain('the last sync');
  expect((await shop.run(['status'])).stdout).not.toContain('The last sync');
});

test('a folder for --out that cannot be written is a failed delivery: exit 5, and the feed is recorded as failed', async () => {
  const { shop } = await setUp({
    locations: { '1': { locally_id: '1' } },
    locally: { deliver: { host: '127.0.0.1', port: 9, user: 'u', password: 'long-enough' } },
  });
  await writeFile(join(shop.folder, 'a-file'), '');
  const { code, stderr } = await shop.run(['locally', '--out', 'a-file/feed']);
  expect(code).toBe(5);
  expect(stderr).toMatch(
    /^"1\.csv" could not be written in the folder a-file\/feed: .*choose a folder\.\n$/,
  );
  const recorded = await shop.warehouse.query(
    'select e.status, r.status as run from _exports as e join _runs as r using (run_id)',
  );
  expect(recorded).toEqual([{ status: 'failed', run: 'undelivered' }]);
});

test('a report that could not be mailed is a warning with --quiet, too', async () => {
  const email = { smtp: 'smtp://127.0.0.1:9', from: 'a@acme.example', to: ['b@acme.example'] };
  const { shop } = await setUp({
    locations: { '1': { locally_id: '1' } },
    locally: {
      deliver: { host: '127.0.0.1', port: 9, user: 'u', password: 'long-enough', attempts: 1 },
      report: { email },
    },
  });
  const { code, stderr } = await shop.run(['locally', '--quiet']);
  expect(code).toBe(5);
  const [warning, message] = stderr.trim().split('\n');
  expect(warning).toMatch(/^Warning for t_\w+: The report was not mailed\. .*127\.0\.0\.1:9/);
  expect(message).toContain('127.0.0.1:9');
});
