import pg from 'pg';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { closeShops, QUICK, requested, setUp } from '../cli/set-up.ts';
import { afterFile } from '../setup/after-file.ts';
import { HAS_PGBOUNCER, startPgBouncer } from './pgbouncer.ts';
import { type Picture, smallMonth, wholePicture } from './whole-picture.ts';

afterAll(closeShops);
const withoutIt = HAS_PGBOUNCER ? '' : ' (left out: this machine has no pgbouncer)';
const direct = inject('warehouseUrl');

let accounts: ReturnType<typeof twoAccounts> | undefined;

/** Two accounts, and what each of them comes to in a warehouse with its defaults and nothing in between. */
async function twoAccounts() {
  const heartlands = [await smallMonth(1), await smallMonth(2)] as const;
  const alone: Picture[] = [];
  for (const heartland of heartlands) alone.push(await wholePicture(heartland, direct, direct));
  return { heartlands, alone };
}

/** Compares table by table and file by file, so that a difference is told where it is. */
function expectSame(found: Picture, alone: Picture): void {
  expect(Object.keys(found)).toEqual(Object.keys(alone));
  for (const [name, rows] of Object.entries(alone)) expect(found[name], name).toEqual(rows);
}

/** Settings that a database may have, each of which reads, writes or cuts something otherwise. */
const ODD = {
  datestyle: 'SQL, DMY',
  intervalstyle: 'sql_standard',
  timezone: 'Asia/Kolkata',
  bytea_output: 'escape',
  extra_float_digits: '-3',
  standard_conforming_strings: 'off',
  backslash_quote: 'off',
  array_nulls: 'off',
  transform_null_equals: 'on',
  quote_all_identifiers: 'on',
  xmloption: 'document',
  search_path: 'nowhere',
  default_transaction_isolation: 'serializable',
  default_transaction_deferrable: 'on',
  jit_above_cost: '0',
  statement_timeout: '2s',
  lock_timeout: '1ms',
  transaction_timeout: '3s',
  idle_in_transaction_session_timeout: '2s',
  idle_session_timeout: '2s',
} as const;

async function oddDatabase(): Promise<string> {
  const name = `odd_${process.pid}`;
  const administrator = new pg.Client({ connectionString: direct });
  await administrator.connect();
  await administrator.query(`create database ${name}`);
  for (const [setting, value] of Object.entries(ODD))
    await administrator.query(
      `alter database ${name} set ${setting} to ${setting === 'search_path' ? value : `'${value}'`}`,
    );
  afterFile(async () => {
    await administrator.query(`drop database ${name} with (force)`);
    await administrator.end();
  });
  const url = new URL(direct);
  url.pathname = `/${name}`;
  return url.href;
}

describe.skipIf(!HAS_PGBOUNCER)(`behind a pooler${withoutIt}`, () => {
  test('two merchants side by side come to what each comes to alone, without a pooler', async () => {
    accounts ??= twoAccounts();
    const { heartlands, alone } = await accounts;
    // Few connections for many clients, so that each of them is soon another's.
    const pooled = await startPgBouncer(direct, 'transaction', ['default_pool_size = 6']);
    const [here, there] = await Promise.all(
      heartlands.map(heartland => wholePicture(heartland, pooled, direct)),
    );
    expect(here!.items).not.toEqual(there!.items);
    expectSame(here!, alone[0]!);
    expectSame(there!, alone[1]!);
  });

  test('in session mode it works too', async () => {
    const { shop } = await setUp();
    const pooled = { DATABASE_URL: await startPgBouncer(direct, 'session') };
    expect((await shop.run(QUICK, pooled)).code).toBe(0);
    expect((await shop.run(QUICK)).code).toBe(0);
  });

  test('the command line works through it, with the same output as without it', async () => {
    const { shop, heartland } = await setUp();
    const pooled = { DATABASE_URL: await startPgBouncer(direct, 'transaction') };
    expect((await shop.run(QUICK, pooled)).code).toBe(0);
    const through = await shop.run(['status', '--json'], pooled);
    expect(through.code).toBe(0);
    expect(JSON.parse(through.stdout).streams.length).toBeGreaterThan(0);
    expect(through.stdout).toBe((await shop.run(['status', '--json'])).stdout);
    expect((await shop.run(['doctor'], pooled)).stdout).toMatch(/can be written to/);

    // Nobody is told apart by a connection: the run that holds the merchant is seen through it too.
    const holding = heartland.faults.add({ kind: 'slow', ms: 30_000, path: 'items' });
    const isAsked = requested(heartland, 'items');
    const running = shop.start(QUICK, pooled);
    await isAsked;
    expect((await shop.run(QUICK, pooled)).stderr).toMatch(
      /Another run is in progress on t_\w+ \(run \d+, sync, since /,
    );
    running.child.kill('SIGKILL');
    await running.ended;
    holding.off();
    await expect
      .poll(async () => (await shop.run(QUICK, pooled)).code, { timeout: 60_000 })
      .toBe(0);
  });

  test('one in statement mode is refused with the reason, and nothing is made', async () => {
    const { shop } = await setUp();
    const pooled = await startPgBouncer(direct, 'statement');
    const { code, stderr } = await shop.run(QUICK, { DATABASE_URL: pooled });
    expect(stderr).toMatch(
      /the pooler there is in statement mode, which does not support transactions/,
    );
    expect(stderr).toMatch(/Use the address of Postgres itself/);
    expect(code).toBe(1);
    const made = await shop.warehouse.query('select from pg_namespace where nspname = $1', [
      shop.merchant,
    ]);
    expect(made).toEqual([]);
  });
});

test('a database with odd settings comes to the same, however slow Heartland is', async () => {
  accounts ??= twoAccounts();
  const { heartlands, alone } = await accounts;
  const odd = await oddDatabase();
  const [heartland] = heartlands;
  const slow = heartland.faults.add({ kind: 'slow', ms: 3500, path: 'items', times: 1 });
  expectSame(await wholePicture(heartland, odd, odd), alone[0]!);
  slow.off();
});
