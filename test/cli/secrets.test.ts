import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, expect, inject, test } from 'vitest';
import { daysAgo } from '../setup/clock.ts';
import type { Ended } from '../setup/tillstream.ts';
import { CLASSES } from '../stand-ins/heartland/catalogue-facts.ts';
import { closeShops, requested, setUp } from './set-up.ts';
import type { Shop } from './shop.ts';

afterAll(closeShops);

const SECRETS = {
  /** The token of the account. */
  HEARTLAND_TOKEN: 'canary-heartland-7f3a',
  LOCALLY_PASSWORD: 'canary-ftp-9b1c',
  SMTP_PASSWORD: 'canary-smtp-4d2e',
  WAREHOUSE_PASSWORD: 'canary-warehouse-5e6f',
};
const CANARY = /canary-\w+-[0-9a-f]{4}/;

/** The warehouse address with a new role whose password is a canary. */
async function addressWithCanary(shop: Shop): Promise<string> {
  const role = `role_${shop.merchant}`;
  await shop.warehouse.query(
    `create role ${role} superuser login password ${pg.escapeLiteral(SECRETS.WAREHOUSE_PASSWORD)}`,
  );
  const url = new URL(inject('warehouseUrl'));
  url.username = role;
  url.password = SECRETS.WAREHOUSE_PASSWORD;
  return url.href;
}

/** Every row of the schema that contains a canary. */
async function canariesInTables({ warehouse }: Shop): Promise<unknown[]> {
  const tables = await warehouse.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = current_schema::regnamespace and relkind = 'r'`,
  );
  const found: unknown[] = [];
  for (const { name } of tables)
    found.push(
      ...(await warehouse.query(
        `select '${name}' as in_table, t::text from ${pg.escapeIdentifier(name)} as t where t::text ~ 'canary'`,
      )),
    );
  return found;
}

async function canariesInFiles(folder: string): Promise<string[]> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const file of files.filter(each => each.isFile())) {
    const path = join(file.parentPath, file.name);
    if (CANARY.test(await readFile(path, 'utf8'))) found.push(path);
  }
  return found;
}

test('no secret appears in any output, table or file, on success and on failure', async () => {
  const { shop, heartland } = await setUp({}, SECRETS.HEARTLAND_TOKEN);
  const env = {
    ...SECRETS,
    DATABASE_URL: await addressWithCanary(shop),
    // As verbose as possible.
    NODE_DEBUG: '',
    DEBUG: '*',
  };
  const port = { protocol: 'ftp', host: '127.0.0.1', port: 9, user: 'u' };
  const sections = {
    locations: {
      '1': { locally_id: '1', management_one: '1' },
      '2': { locally_id: '2' },
      '3': { locally_id: '3' },
    },
    locally: { deliver: { ...port, password: '${' + 'LOCALLY_PASSWORD}' } },
    management_one: {
      client_id: '4321',
      class_codes: Object.keys(CLASSES),
      problems: {
        no_class_code: 'unclassified',
        unknown_class_code: 'unclassified',
        location_not_mapped: 'leave_out',
        no_location: 'leave_out',
      },
      email: {
        smtp: 'smtp://u:${' + 'SMTP_PASSWORD}@127.0.0.1:9',
        from: 'ops@acme.example',
        to: ['affiliate@m1.example'],
      },
    },
  };
  await shop.write('tillstream.yaml', sections);
  await shop.write('wrong.yaml', { ...sections, timezone: 'Nowhere/At_All', mistake: 1 });
  const ended: Ended[] = [];
  const run = async (args: readonly string[], more: Record<string, string> = {}) => {
    ended.push(await shop.run(args, { ...env, ...more }));
    return ended.at(-1)!;
  };

  const first = await run(['sync', '--json']);
  expect(first.code, first.stderr).toBe(0);
  // A server that echoes the token.
  const echo = heartland.faults.add({
    kind: 'transform',
    path: 'items',
    body: () => ({ error: 'bad_token', message: `who is ${heartland.token}?` }),
  });
  expect((await run(['sync', '--only', 'items', '--full'])).code).toBe(3);
  expect((await run(['sync', '--only', 'items', '--full', '--json'])).code).toBe(3);
  echo.off();
  await run(['sync'], { HEARTLAND_TOKEN: 'canary-other-0a0b' });
  await run(['sync', '--json'], { DATABASE_URL: env.DATABASE_URL.replace(/:\d+\//, ':9/') });
  await run(['sync', '--config', 'wrong.yaml']);
  const locally = await run(['locally']);
  expect(locally.code, locally.stdout).toBe(5);
  const managementOne = await run([
    ...['management-one', '--from', daysAgo(3), '--to', daysAgo(2)],
  ]);
  expect(managementOne.code, managementOne.stdout).toBe(5);
  await run(['status']);
  await run(['runs', '--json']);
  const isAsked = requested(heartland, 'items');
  heartland.faults.add({ kind: 'slow', ms: 20_000, path: 'items' });
  const running = shop.start(['sync', '--only', 'items'], env);
  await isAsked;
  running.child.kill('SIGINT');
  ended.push(await running.ended);

  for (const { stdout, stderr } of ended) {
    expect(stdout).not.toMatch(CANARY);
    expect(stderr).not.toMatch(CANARY);
  }
  expect(await canariesInTables(shop)).toEqual([]);
  expect(await canariesInFiles(shop.folder)).toEqual([]);
  const [runs] = await shop.warehouse.query('select count(*)::int as rows from _runs');
  expect(runs!.rows).toBeGreaterThan(5);
}, 300_000);

test('a password of one letter does not garble messages, and doctor warns about it', async () => {
  const { shop } = await setUp({
    locations: { '1': { locally_id: '1' } },
    locally: {
      deliver: { host: '127.0.0.1', port: 9, user: 'u', password: '${' + 'FTP_PASSWORD}' },
    },
  });
  const env = { FTP_PASSWORD: 'e' };
  const { code, stderr } = await shop.run(['locally'], env);
  expect(code).toBe(5);
  expect(stderr).toMatch(/127\.0\.0\.1:9.*ECONNREFUSED/);
  expect(stderr).not.toContain('***');
  const doctor = await shop.run(['doctor', '--json'], env);
  expect(JSON.parse(doctor.stdout).checks).toContainEqual({
    check: 'locally.deliver[0].password',
    status: 'WARN',
    says: expect.stringContaining('fewer than 4 characters'),
    fix: expect.any(String),
  });
});
