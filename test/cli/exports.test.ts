import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, onTestFinished, test, vi } from 'vitest';
import { daysAgo } from '../setup/clock.ts';
import { startFtp } from '../stand-ins/ftp/server.ts';
import { closeShops, setUp } from './set-up.ts';

// Each test starts several processes.
vi.setConfig({ testTimeout: 300_000 });
afterAll(closeShops);

test('a held, a failed and a delivered feed can each be saved, byte for byte', async () => {
  const { shop, ftp, feed, saved } = await shopWithFeed();
  expect((await feed()).code).toBe(0);
  const sent = await ftp.read('12345.csv');
  ftp.faults.refuseLogin = true;
  expect((await feed()).code).toBe(5);
  ftp.faults.refuseLogin = false;
  await shop.write('tillstream.yaml', { locally: { ...SMALL, deliver: delivery(ftp) } });
  const held = await feed();
  expect(held.code).toBe(4);
  expect(held.stderr).toContain('To look at it: tillstream exports save 3 --out feeds');

  const { exports } = JSON.parse((await shop.run(['exports', '--json'])).stdout);
  expect(exports).toMatchObject([
    { export_id: '3', kind: 'locally', status: 'held', delivered_at: null, there: true },
    { export_id: '2', status: 'failed' },
    { export_id: '1', status: 'delivered', files: [{ name: '12345.csv', bytes: sent.length }] },
  ]);
  const listed = await shop.run(['exports', 'list', '--last', '2']);
  expect(listed.stdout).toMatch(/3 +locally +\d{4}-\d\d-\d\d +held .*12345\.csv/);
  expect(listed.stdout).not.toContain('delivered');

  const first = await shop.run(['exports', 'save', '1', '--out', 'look']);
  expect([first.code, first.stderr]).toEqual([0, '']);
  expect(first.stdout).toContain('Export 1: locally');
  expect((await saved('look')).equals(sent)).toBe(true);
  const third = await shop.run(['exports', 'save', '3', '--out', 'look', '--json']);
  const { files, ...named } = JSON.parse(third.stdout);
  expect(named).toMatchObject({ export_id: '3', kind: 'locally', status: 'held' });
  const [file] = files;
  expect(file).toMatchObject({ name: '12345.csv', path: join(shop.folder, 'look', '12345.csv') });
  const small = await saved('look');
  expect(createHash('sha256').update(small).digest('hex')).toBe(file.sha256);
  expect(small.length).toBeLessThan(sent.length);
  expect(await readdir(join(shop.folder, 'look'))).toEqual(['12345.csv']);
  expect(await readdir(join(shop.folder, '.tillstream', 'spool'))).toEqual([]);
});

test('an export that cannot be saved is an error with the next step, and nothing is written', async () => {
  const { shop, feed } = await shopWithFeed();
  const save = (...words: string[]) => shop.run(['exports', 'save', ...words]);
  expect((await shop.run(['exports'])).stdout).toBe('Nothing was exported yet.\n');
  await feed();
  await feed();

  const unknown = await save('77', '--out', 'look');
  expect([unknown.code, unknown.stdout]).toEqual([2, '']);
  expect(unknown.stderr).toBe(
    'There is no export with that number: found "77", expected a number such as 2, 1. List them with: tillstream exports\n',
  );
  expect(JSON.parse((await save('77', '--out', 'look', '--json')).stdout)).toMatchObject({
    exit_code: 2,
    error: 'NO_SUCH_EXPORT',
  });
  expect(await save('1')).toMatchObject({ code: 2, stderr: expect.stringContaining('a folder') });
  expect(await save('1; drop', '--out', 'look')).toMatchObject({ code: 2 });
  await shop.warehouse.query('delete from _export_chunks where export_id = 1');
  expect(await save('1', '--out', 'look')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('The files of export 1 were deleted'),
  });
  expect((await shop.run(['exports'])).stdout).toMatch(/\(deleted\)/);
  await shop.warehouse.query(
    "update _export_chunks set content = content || '\\x00' where export_id = 2",
  );
  expect(await save('2', '--out', 'look')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('was changed in the warehouse'),
  });
  await expect(readdir(join(shop.folder, 'look'))).rejects.toThrow('ENOENT');

  await writeFile(join(shop.folder, 'blocked'), 'a file, not a folder');
  await feed();
  expect(await save('3', '--out', 'blocked')).toMatchObject({ code: 5 });
  await mkdir(join(shop.folder, 'many'));
  await shop.write('many/one.yaml');
  await shop.write('many/two.yaml', { merchant: `${shop.merchant}_two` });
  expect(await save('1', '--out', 'look', '--config', 'many')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Name the configuration file of one merchant with --config'),
  });
});

test('a month-end file can be saved too, also one that was never delivered', async () => {
  const { heartland, shop } = await setUp({
    locations: { '1': {}, '2': {} },
    management_one: {
      client_id: '4321',
      class_codes: ['110', 'UNCL'],
      email: { smtp: 'smtp://127.0.0.1:1', from: 'ops@acme.example', to: ['m1@m1.example'] },
    },
  });
  expect(heartland.ledger.locations.length).toBeGreaterThan(1);
  const held = await shop.run(['management-one', '--from', daysAgo(3), '--to', daysAgo(2)]);
  expect(held.code).toBe(4);
  expect(held.stdout).toContain('To look at the file: tillstream exports save 1 --out check');

  const done = await shop.run(['exports', 'save', '1', '--out', 'check', '--json']);

  const { kind, status, files } = JSON.parse(done.stdout);
  expect([kind, status]).toEqual(['management_one', 'held']);
  const text = String(await readFile(files[0].path));
  expect(text).toMatch(/^ClientID\|/);
});

test('the help lists the options of each action', async () => {
  const { shop } = await setUp();
  const { stdout: exports } = await shop.run(['exports', 'save', '--help']);
  expect(exports).toMatch(/Options of save:\n +--out.*\n\nOptions of list:\n +--last/);
  const { stdout: feed } = await shop.run(['locally', 'diff', '--help']);
  expect(feed).toMatch(/Options of the feed, without an action:\n +--dry-run/);
});

const SMALL = { filter: { public_id: { $lt: 'A' } } };

function delivery({ host, port, user, password }: Awaited<ReturnType<typeof startFtp>>) {
  return { host, port, user, password, attempts: 1 };
}

/** A shop with one store on Locally. */
async function shopWithFeed() {
  const ftp = await startFtp();
  onTestFinished(() => ftp.close());
  const { shop } = await setUp({
    locations: { '1': { locally_id: '12345' } },
    locally: { filter: {}, deliver: delivery(ftp) },
  });
  return {
    shop,
    ftp,
    feed: () => shop.run(['locally']),
    saved: (folder: string) => readFile(join(shop.folder, folder, '12345.csv')),
  };
}
