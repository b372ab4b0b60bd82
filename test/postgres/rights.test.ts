import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, expect, inject, onTestFinished, test } from 'vitest';
import { closeShops, QUICK, setUp } from '../cli/set-up.ts';

afterAll(closeShops);

interface Check {
  readonly check: string;
  readonly status: string;
  readonly says: string;
  readonly fix?: string;
}

/** A database that an administrator runs, and a user who may log in to it and no more. */
async function managedDatabase() {
  const mark = randomBytes(6).toString('hex');
  const [database, role] = [`d_${mark}`, `u_${mark}`];
  const url = new URL(inject('warehouseUrl'));
  const server = new pg.Client({ connectionString: url.href });
  await server.connect();
  await server.query(`create role ${role} login password 'p-${mark}'`);
  await server.query(`create database ${database}`);
  await server.query(`revoke all on database ${database} from public`);
  await server.query(`grant connect on database ${database} to ${role}`);
  url.pathname = `/${database}`;
  const admin = new pg.Client({ connectionString: url.href });
  await admin.connect();
  onTestFinished(async () => {
    await admin.end();
    await server.query(`drop database ${database} with (force)`);
    await server.query(`drop role ${role}`);
    await server.end();
  });
  url.username = role;
  url.password = `p-${mark}`;
  return { admin, role, database, url: url.href };
}

test('doctor tries each right that a sync needs, and its statements are all it takes', async () => {
  const { shop } = await setUp();
  const { admin, role, database, url } = await managedDatabase();
  const env = { DATABASE_URL: url };
  const doctor = async () => {
    const { stdout } = await shop.run(['doctor', '--json'], env);
    const { checks } = JSON.parse(stdout) as { checks: readonly Check[] };
    return checks.filter(({ check }) => check.startsWith('warehouse'));
  };
  const refused = await shop.run(QUICK, env);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(
    /its user lacks a right \(permission denied .*\)\. tillstream doctor tries each right/,
  );
  expect(refused.stderr).not.toContain('Please report');

  const lacking = await doctor();
  const statements = lacking.map(({ fix }) => fix!.replace('Let an administrator run: ', ''));
  expect(statements).toEqual([
    `grant temporary on database ${database} to ${role};`,
    `create schema ${shop.merchant} authorization ${role};`,
  ]);
  expect(lacking.every(({ status }) => status === 'FAIL')).toBe(true);
  for (const statement of statements) await admin.query(statement);
  expect(await doctor()).toMatchObject([{ check: 'warehouse', status: 'OK' }]);
  for (const _ of ['the first', 'the second']) {
    const { code, stderr } = await shop.run(QUICK, env);
    expect(stderr).toBe('');
    expect(code).toBe(0);
  }

  // A restore as somebody else, who then makes the tables theirs.
  const other = `${role}_other`;
  await admin.query(`create role ${other}; alter table ${shop.merchant}.items owner to ${other}`);
  expect((await doctor())[0]).toMatchObject({
    says: expect.stringContaining(`belong to ${other}`),
    fix: `Let an administrator run: grant ${other} to ${role};`,
  });
  await admin.query(`grant ${other} to ${role}`);
  expect((await doctor())[0]).toMatchObject({ check: 'warehouse', status: 'OK' });
  await admin.query(`drop owned by ${other} cascade; drop role ${other}`);
}, 180_000);

test('a read-only database is reported', async () => {
  const { shop } = await setUp();
  const { admin, role, database, url } = await managedDatabase();
  await admin.query(`alter role ${role} set default_transaction_read_only to on`);
  await admin.query(`grant create, temporary on database ${database} to ${role}`);
  const { code, stderr } = await shop.run(['status'], { DATABASE_URL: url });
  expect(stderr).toMatch(
    /cannot be used: it is read-only\. Use the primary server in warehouse\.url/,
  );
  expect(code).toBe(1);
});
