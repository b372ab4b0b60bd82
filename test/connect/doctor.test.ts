import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readerRole } from '../../sinks/postgres/reader.ts';
import { freshWork } from '../postgres/fresh-work.ts';
import { folderWith, tillstream } from '../setup/tillstream.ts';
import { practice } from './practice.ts';

const { heartland, ftp, smtp, healthy, environment, doctor } = await practice();

test('a healthy configuration is all OK, and nothing is moved or made', async () => {
  const before = heartland.requests.length;
  const configuration = healthy();
  const { exitCode, checks } = await doctor(configuration);
  expect(checks.filter(({ status }) => status !== 'OK')).toEqual([]);
  expect(exitCode).toBe(0);
  expect(checks.map(({ check }) => check)).toEqual([
    ...['token', 'clock', 'permissions', 'item_fields.upc', 'item_fields.class_code'],
    ...['locally.filter', 'locations', 'timezone', 'warehouse', 'Locally by ftp'],
    'Management One by e-mail',
  ]);
  expect(heartland.requests.length - before).toBeLessThan(12);
  expect(smtp.messages).toEqual([]);
  expect(await ftp.list()).toEqual([]);
});

test('a secret that is written in the file is named, with its line, and is not shown', async () => {
  const base = healthy();
  const { exitCode, checks, of } = await doctor({
    ...base,
    heartland: { ...base.heartland, token: heartland.token },
    locally: { deliver: { ...base.locally.deliver, password: 'canary-ftp' } },
    management_one: {
      ...base.management_one,
      email: { ...base.management_one.email, smtp: smtp.url },
    },
  });
  expect(exitCode).toBe(0);
  expect(checks.filter(({ status }) => status === 'WARN').map(({ check }) => check)).toEqual([
    ...['heartland.token', 'locally.deliver.password', 'management_one.email.smtp'],
  ]);
  expect(of('heartland.token')).toMatchObject({
    says: expect.stringMatching(
      /written in the configuration file itself \(tillstream\.yaml:\d+\)/,
    ),
    fix: expect.stringMatching(/^Write \$\{HEARTLAND_TOKEN\} in its place/),
  });
});

test('a file with a secret that everybody may read is named, until it is closed', async () => {
  const configuration = healthy();
  const folder = await folderWith(configuration);
  const file = join(folder, 'token');
  await writeFile(file, heartland.token, { mode: 0o644 });
  const { HEARTLAND_TOKEN: _, ...others } = environment();
  const look = async () => {
    const env = { ...others, HEARTLAND_TOKEN_FILE: file };
    const { stdout } = await tillstream(folder, ['doctor', '--json'], env);
    const { checks } = JSON.parse(stdout) as { checks: readonly { status: string }[] };
    return checks.filter(({ status }) => status !== 'OK');
  };
  expect(await look()).toEqual([
    {
      check: 'heartland.token',
      status: 'WARN',
      says: `Every user of this machine may read the file that HEARTLAND_TOKEN_FILE names (${file})`,
      fix: expect.stringContaining(`chmod 600 '${file}'`),
    },
  ]);
  await chmod(file, 0o600);
  expect(await look()).toEqual([]);
}, 120_000);

test('what is wrong in the configuration is named, with the closest that would be right', async () => {
  const base = healthy();
  const { '1': first, ...others } = base.locations;
  const { exitCode, of } = await doctor({
    ...base,
    timezone: 'America/New_York',
    item_fields: { upc: 'custom@upcs', class_code: 'custom@Class Code'.replace(' ', '_') },
    locations: { ...others, '11': first },
  });
  expect(exitCode).toBe(2);
  expect(of('item_fields.upc')).toMatchObject({
    status: 'FAIL',
    says: expect.stringMatching(/no custom field with the key “upcs” \(tillstream\.yaml:\d+\)$/),
    fix: expect.stringContaining('Write custom@upc.'),
  });
  expect(of('item_fields.class_code')?.fix).toContain('Write custom@class_code.');
  expect(of('location 11')).toMatchObject({
    status: 'FAIL',
    says: expect.stringMatching(/^The configuration names it \(tillstream\.yaml:\d+\), and/),
  });
  expect(of('location 1')).toMatchObject({
    status: 'WARN',
    fix: expect.stringContaining('Put "1" under locations'),
  });
  expect(of('timezone')).toMatchObject({
    status: 'WARN',
    says: expect.stringMatching(
      /it was \d\d:\d\d in location \S+ when it was \d\d:\d\d in America\/New_York/,
    ),
  });
});

test('views that could not be brought up to date and a role that is missing are told', async () => {
  const configuration = healthy();
  const fresh = await freshWork({ heartland, merchant: configuration.merchant });
  const { warehouse } = fresh.work;
  await warehouse.query(`update _views set kept_because = 'my_report depends on it'`);
  await warehouse.query(`revoke select on items from "${readerRole(configuration.merchant)}"`);
  await fresh.close();
  const { exitCode, of } = await doctor(configuration);
  expect(exitCode).toBe(0);
  expect(of('views')).toMatchObject({
    status: 'WARN',
    says: expect.stringContaining('my_report depends on it'),
  });
  expect(of('reader')).toMatchObject({
    status: 'WARN',
    fix: expect.stringContaining('create role'),
  });
});

test('each server that cannot be used is told by itself, and the worst exit code counts', async () => {
  const base = healthy();
  const { exitCode, of } = await doctor({
    ...base,
    locally: {
      ...base.locally,
      deliver: { ...base.locally.deliver, directory: '/not/there' },
    },
    management_one: {
      ...base.management_one,
      email: {
        ...base.management_one.email,
        smtp: smtp.url.replace('canary-smtp', 'canary-wrong'),
      },
    },
  });
  expect(exitCode).toBe(5);
  expect(of('Locally by ftp')).toMatchObject({
    status: 'FAIL',
    says: expect.stringContaining('the folder cannot be entered'),
  });
  expect(of('Management One by e-mail')).toMatchObject({
    status: 'FAIL',
    says: expect.stringContaining('refused the log-in'),
  });
});

test('a token that is refused and a warehouse that is not there are both told', async () => {
  const base = healthy();
  const { exitCode, of } = await doctor({
    ...base,
    heartland: { ...base.heartland, token: 'canary-expired' },
    warehouse: { url: 'postgres://u:canary-pg@127.0.0.1:1/db' },
  });
  expect(exitCode).toBe(3);
  expect(of('token')).toMatchObject({
    status: 'FAIL',
    says: expect.stringContaining('refused the token'),
  });
  expect(of('warehouse')).toMatchObject({
    status: 'FAIL',
    says: expect.stringContaining('nothing answers there'),
  });
});

test('for people: a line a check, and the fix under it', async () => {
  const base = healthy();
  const folder = await folderWith({ ...base, item_fields: { upc: 'custom@gtin' } });
  const { exitCode, stdout } = await tillstream(folder, ['doctor'], environment());
  expect(exitCode).toBe(2);
  expect(stdout).toMatch(/^OK {4}token +It is a token of Api User$/m);
  expect(stdout).toMatch(
    /^FAIL {2}item_fields\.upc +Items have no custom field with the key “gtin”\n +\(tillstream\.yaml:\d+\)\n +→ /m,
  );
  expect(stdout).toContain('1 thing must be mended');
});
