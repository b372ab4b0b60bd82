import { existsSync } from 'node:fs';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfiguration } from '../../app/configuration/read.ts';
import { daysAgo } from '../setup/clock.ts';
import { folderWith, start, tillstream } from '../setup/tillstream.ts';
import { type Heartland, startHeartland } from '../stand-ins/heartland/server.ts';

const TOKEN = 'canary-token-init';
let heartland: Heartland;
beforeAll(async () => {
  heartland = await startHeartland({ asOf: daysAgo(1), token: TOKEN });
});
afterAll(() => heartland.close());

const ENV = { HEARTLAND_TOKEN: TOKEN };
const SECRETS = { ...ENV, LOCALLY_PASSWORD: 'p', SMTP_URL: 'smtp://127.0.0.1:25' };
const address = () => heartland.baseUrl.replace(/\/api$/, '');
const fileIn = (folder: string) => join(folder, 'tillstream.yaml');

test('with options: it reads the account and writes a valid file', async () => {
  const folder = await folderWith();
  const least = ['--heartland', address(), '--merchant', 'acme', '--timezone', 'America/Chicago'];
  const ended = await tillstream(folder, ['init', ...least], ENV);
  expect(ended).toMatchObject({ code: 0 });
  expect(ended.stderr).toMatch(/1 +Downtown/);
  expect(ended.stderr).toMatch(/class_code/);
  expect(ended.stdout).toContain('HEARTLAND_TOKEN=');
  const text = await readFile(fileIn(folder), 'utf8');
  expect(text + ended.stdout + ended.stderr).not.toContain(TOKEN);
  expect(await readConfiguration(fileIn(folder), ENV)).toMatchObject({
    merchant: 'acme',
    heartland: { base_url: heartland.baseUrl, token: TOKEN },
    item_fields: { upc: 'custom@upc', class_code: 'custom@class_code' },
  });
});

test('with answers on stdin: both exports, every location, and no secret in the file', async () => {
  const folder = await folderWith();
  const answers = `
heartland: ${address()}
merchant: acme
timezone: America/Chicago
upc: item number
class_code: Class Code
locally_ids: 1=12345, 2=12346
ftp_host: ftp.locally.example
ftp_user: "acme: shop"
send_price: no
only_items: sell_on_locally
client_id: 4321
class_codes: 110, 120, UNCL
mail_from: ops@acme.example
mail_to: a@m1.example, b@m1.example
`;
  const ended = await tillstream(folder, ['init', '--json'], ENV, answers);
  expect(ended.code).toBe(0);
  expect(JSON.parse(ended.stdout)).toMatchObject({
    user: 'Api User',
    environment: ['HEARTLAND_TOKEN', 'LOCALLY_PASSWORD', 'SMTP_URL'],
  });
  const written = await readConfiguration(fileIn(folder), SECRETS);
  expect(written).toMatchObject({
    item_fields: { upc: 'public_id', class_code: 'custom@class_code' },
    locally: {
      send_price: false,
      filter: { 'custom@sell_on_locally': 'true' },
      deliver: [{ host: 'ftp.locally.example', user: 'acme: shop', password: 'p' }],
    },
    management_one: {
      client_id: '4321',
      class_codes: ['110', '120', 'UNCL'],
      email: {
        from: 'ops@acme.example',
        to: ['a@m1.example', 'b@m1.example'],
        // Default: the sender.
        errors_to: ['ops@acme.example'],
      },
    },
  });
  expect(Object.keys(written.locations)).toEqual(
    heartland.ledger.locations.map(({ publicId }) => publicId),
  );
  expect(written.locations['2']).toMatchObject({ locally_id: '12346' });
});

test('an existing file is not overwritten without --force', async () => {
  const folder = await folderWith();
  await writeFile(fileIn(folder), 'mine: true\n');
  const args = ['init', '--heartland', address(), '--merchant', 'acme', '--timezone', 'UTC'];
  const refused = await tillstream(folder, args, ENV);
  expect(refused).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('already exists and was not changed'),
  });
  expect(await readFile(fileIn(folder), 'utf8')).toBe('mine: true\n');
  expect((await tillstream(folder, [...args, '--force'], ENV)).code).toBe(0);
  expect(await readFile(fileIn(folder), 'utf8')).toContain('merchant: acme');
});

test.each([
  ['no account and no zone', [], /--heartland, --merchant, --timezone/],
  [
    'an unknown time zone',
    ['--timezone', 'Chicago'],
    /expected an IANA time zone.*did you mean America\/Chicago/,
  ],
  [
    'a field that items do not have',
    ['--upc', 'upcs'],
    /custom field that items do not have in Heartland: found "upcs", expected upc/,
  ],
  [
    'an unknown location',
    ['--locally-ids', '77=1', '--ftp-host', 'h', '--ftp-user', 'u'],
    /found "77", expected one of 1, /,
  ],
  [
    'two stores with one id',
    ['--locally-ids', '1=5,2=5', '--ftp-host', 'h', '--ftp-user', 'u'],
    /contradict each other.*a different id/,
  ],
] as [string, string[], RegExp][])(
  '%s is an error, and nothing is written',
  async (mistake, more, says) => {
    const folder = await folderWith();
    const least = ['--heartland', address(), '--merchant', 'acme', '--timezone', 'UTC'];
    const ended = await tillstream(
      folder,
      ['init', ...(mistake === 'no account and no zone' ? [] : least), ...more],
      ENV,
    );
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(says);
    expect(ended.stderr).not.toMatch(/\n\s+at /);
    await expect(readFile(fileIn(folder))).rejects.toThrow('ENOENT');
  },
);

test('without a token, or with one that is refused, nothing is written', async () => {
  const folder = await folderWith();
  const args = ['init', '--heartland', address(), '--merchant', 'acme', '--timezone', 'UTC'];
  const none = await tillstream(folder, args);
  expect(none).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('export HEARTLAND_TOKEN='),
  });
  const wrong = await tillstream(folder, args, { HEARTLAND_TOKEN: 'canary-wrong' });
  expect(wrong).toMatchObject({
    code: 3,
    stderr: expect.stringContaining('refused the token'),
  });
  expect(wrong.stderr).not.toContain('canary');
  await expect(readFile(fileIn(folder))).rejects.toThrow('ENOENT');
});

test('a token without access to custom fields works if their keys are given', async () => {
  heartland.withhold('custom_field.manage');
  const folder = await folderWith();
  const least = ['--heartland', address(), '--merchant', 'acme', '--timezone', 'UTC'];
  const ended = await tillstream(folder, ['init', ...least, '--upc', 'gtin'], ENV);
  heartland.grant('custom_field.manage');
  expect(ended).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('“Manage custom fields”'),
  });
  expect((await readConfiguration(fileIn(folder), ENV)).item_fields).toMatchObject({
    upc: 'custom@gtin',
    class_code: 'custom@class_code',
  });
});

/** util-linux's `script` opens the terminal. */
const hasScript = process.platform === 'linux' && existsSync('/usr/bin/script');

test.runIf(hasScript)('on a terminal it asks, and does not show the typed token', async () => {
  const folder = await folderWith();
  const running = start(folder, ['init'], { TERM: 'xterm' }, 'terminal');
  const answer = async (question: RegExp, typed: string) => {
    await running.wrote(question);
    running.type(`${typed}\r`);
  };
  await answer(/Your Heartland account/, address());
  await answer(/Short name of the merchant/, 'acme');
  await answer(/Time zone of the stores/, '');
  await answer(/Where should the data be stored/, '');
  await answer(/API token/, TOKEN);
  await answer(/Which field holds the UPC/, '');
  await answer(/Which field holds the class code/, '');
  await answer(/Send inventory to Locally/, 'n');
  await answer(/Send the month-end file/, 'y');
  await answer(/Client id/, '4321');
  await answer(/Class codes/, '110, 120');
  await answer(/E-mail address of the sender/, 'ops@acme.example');
  await answer(/addresses that receive the file/, 'a@m1.example');
  await answer(
    /addresses for failures and issues to fix/,
    'buyer@acme.example, owner@acme.example',
  );
  const ended = await running.ended;
  expect(ended.stdout).toContain('tillstream doctor');
  expect(ended.stdout + ended.stderr).not.toContain(TOKEN);
  // The typed token is in a file of its owner alone, with a place for the other secret.
  const env = join(folder, '.env');
  expect((await stat(env)).mode & 0o777).toBe(0o600);
  expect(parseEnv(await readFile(env, 'utf8'))).toEqual({ HEARTLAND_TOKEN: TOKEN, SMTP_URL: '' });
  const { HEARTLAND_TOKEN: _, ...others } = SECRETS;
  expect(await readConfiguration(fileIn(folder), others)).toMatchObject({
    heartland: { token: TOKEN },
    merchant: 'acme',
    item_fields: { upc: 'custom@upc', class_code: 'custom@class_code' },
    management_one: { email: { errors_to: ['buyer@acme.example', 'owner@acme.example'] } },
  });
});
