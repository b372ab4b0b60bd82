import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type Heartland, startHeartland } from '../heartland/server.ts';
import { openShop, type Shop } from './tillstream.ts';

const QUICK = ['sync', '--only', 'locations,items'];

const openThings: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of openThings.splice(0)) await close();
});

async function setUp(
  sections?: Record<string, unknown>,
): Promise<{ heartland: Heartland; shop: Shop }> {
  const heartland = await startHeartland({ months: 0, asOf: '2026-11-03' });
  const shop = await openShop(heartland, sections);
  openThings.push(
    () => heartland.close(),
    () => shop.close(),
  );
  return { heartland, shop };
}

/** Resolves when the stand-in has got a request for a path. */
function asked(heartland: Heartland, path: string): Promise<void> {
  return new Promise(resolve => {
    const watching = heartland.faults.add({
      kind: 'slow',
      ms: 0,
      path,
      query: () => {
        watching.off();
        resolve();
        return false;
      },
    });
  });
}

/** Every line of a log, as the object it is. */
function logLines(stderr: string): Record<string, unknown>[] {
  return stderr
    .trim()
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line));
}

describe.concurrent('what goes where', () => {
  test('the result goes to stdout, JSON log lines to stderr', async () => {
    const { shop } = await setUp();
    const { code, stdout, stderr } = await shop.run(QUICK);
    expect(code).toBe(0);
    expect(stdout).toMatch(/items +48 +48 +0 +0 +0/);
    for (const line of logLines(stderr)) expect(line).toMatchObject({ merchant: shop.merchant });
    expect(logLines(stderr).map(({ event }) => event)).toContain('stream done');
  });

  test('--json is one object on stdout, whether it went well or not', async () => {
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
    for (const command of ['status', 'runs', 'streams']) {
      const { code, stdout, stderr } = await shop.run([command, '--json']);
      expect([code, stderr]).toEqual([0, '']);
      expect(typeof JSON.parse(stdout)).toBe('object');
    }
  });

  test('--dry-run says what would be pulled and changes nothing', async () => {
    const { shop } = await setUp();
    const { code, stdout } = await shop.run([...QUICK, '--dry-run']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/items +1 +48 +all of it/);
    expect(stdout).toContain('Nothing was pulled');
    const [left] = await shop.warehouse.query(
      `select (select count(*)::int from items) as items, (select count(*)::int from locations) as locations,
              (select count(*)::int from _cursors) as cursors, (select count(*)::int from _run_streams) as slices`,
    );
    expect(left).toEqual({ items: 0, locations: 0, cursors: 0, slices: 0 });
  });

  test('stock alone brings the locations it is read by', async () => {
    const { shop } = await setUp();
    const { code } = await shop.run(['sync', '--only', 'inventory_values']);
    expect(code).toBe(0);
    const [row] = await shop.warehouse.query('select count(*)::int as rows from inventory_values');
    expect(row!.rows).toBeGreaterThan(50);
  });

  test('--config before and after the command, and a folder of configurations', async () => {
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

  test('one merchant of a folder that fails does not keep the others from their turn', async () => {
    const { shop, heartland } = await setUp();
    await mkdir(join(shop.folder, 'shops'));
    await shop.write('shops/a.yaml', {
      heartland: { base_url: `${heartland.baseUrl}/elsewhere`, token: 'another-token' },
    });
    await shop.write('shops/b.yaml', { merchant: `${shop.merchant}_b` });
    const { code, stdout, stderr } = await shop.run([...QUICK, '-c', 'shops']);
    expect(code).toBe(3);
    expect(stderr).toContain(shop.merchant);
    expect(stdout).toMatch(/items +48/);
  });
});

describe.concurrent('at the same time', () => {
  test('a second sync on the merchant says that one is at work, and leaves it alone', async () => {
    const { shop, heartland } = await setUp();
    const isAsked = asked(heartland, 'items');
    const holding = heartland.faults.add({ kind: 'slow', ms: 10_000, path: 'items' });
    const first = shop.start(QUICK);
    await isAsked;
    const second = await shop.run(QUICK);
    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(
      /Another tillstream is at work on t_\w+ \(run 1, sync, since .*Z\)\. Wait until it has ended/,
    );
    expect((await shop.run(['status'])).code).toBe(0);
    holding.off();
    first.child.kill('SIGINT');
    expect((await first.ended).code).toBe(130);
    const runs = await shop.warehouse.query('select status from _runs');
    expect(runs).toEqual([{ status: 'interrupted' }]);
  });

  test('Ctrl-C in the middle: one message, exit 130, nothing half done, and the next run goes on', async () => {
    const { shop, heartland } = await setUp();
    const isAsked = asked(heartland, 'items');
    const holding = heartland.faults.add({ kind: 'slow', ms: 15_000, path: 'items' });
    const running = shop.start(['sync', '--only', 'locations,items,purchase_orders']);
    await isAsked;
    running.child.kill('SIGINT');
    const { code, stdout, stderr } = await running.ended;
    expect(code).toBe(130);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/Press Ctrl-C again to leave at once/);
    expect(stderr.match(/was stopped on request/g)).toHaveLength(1);
    expect(stderr).not.toMatch(/\n\s+at /);
    const [row] = await shop.warehouse.query(
      `select (select count(*)::int from items) as items, (select count(*)::int from locations) as locations,
              (select status from _runs) as status, (select exit_code from _runs) as exit_code`,
    );
    expect(row).toEqual({ items: 0, locations: 4, status: 'interrupted', exit_code: 130 });
    expect(heartland.requests.filter(({ aborted }) => aborted).length).toBeGreaterThan(0);
    holding.off();
    expect((await shop.run(QUICK)).code).toBe(0);
  });

  test('a service manager’s SIGTERM does the same', async () => {
    const { shop, heartland } = await setUp();
    const isAsked = asked(heartland, 'items');
    heartland.faults.add({ kind: 'slow', ms: 15_000, path: 'items' });
    const running = shop.start(QUICK);
    await isAsked;
    running.child.kill('SIGTERM');
    expect((await running.ended).code).toBe(130);
  });

  test('a second Ctrl-C does not wait, and the next run finds what is left', async () => {
    const { shop, heartland } = await setUp();
    // A lock in the warehouse keeps the end of the run waiting.
    await shop.run(QUICK);
    const blocker = await shop.warehouse.pool.connect();
    await blocker.query('begin; lock table _runs in share mode');
    const holding = heartland.faults.add({ kind: 'slow', ms: 15_000, path: 'system/whoami' });
    await blocker.query('rollback; begin');
    const isAsked = asked(heartland, 'system/whoami');
    const running = shop.start(QUICK);
    await isAsked;
    await blocker.query('lock table _runs in share mode');
    const said = new Promise<void>(resolve => {
      running.child.stderr!.on('data', text => String(text).includes('Ctrl-C') && resolve());
    });
    running.child.kill('SIGINT');
    await said;
    running.child.kill('SIGINT');
    expect((await running.ended).code).toBe(130);
    await blocker.query('rollback');
    blocker.release();
    holding.off();
    expect((await shop.run(QUICK)).code).toBe(0);
    const runs = await shop.warehouse.query('select status from _runs order by run_id');
    expect(runs.map(({ status }) => status)).toEqual(['done', 'crashed', 'done']);
  });
});

describe.concurrent('the warehouse fails meanwhile', () => {
  test('its disk is full: one message, nothing half done', async () => {
    const { shop } = await setUp();
    await shop.run(QUICK);
    await shop.warehouse.query('delete from items');
    await shop.warehouse.query('delete from _cursors');
    await shop.warehouse.query(
      `create function no_space() returns trigger language plpgsql as
         $$ begin raise exception 'could not extend file: No space left on device' using errcode = '53100'; end $$;
       create trigger no_space before insert on items execute function no_space()`,
    );
    const { code, stdout, stderr } = await shop.run(['sync', '--only', 'locations,items,vendors']);
    const message = stderr.trim().split('\n').at(-1);
    expect(message).toMatch(
      /^The warehouse at .* cannot be used: its disk is full\. Free space on/,
    );
    expect(stderr).not.toMatch(/\n\s+at /);
    expect([code, stdout]).toEqual([1, '']);
    const [left] = await shop.warehouse.query(
      `select (select count(*)::int from items) as items, (select count(*)::int from _cursors where stream = 'items') as cursors,
              (select status from _runs order by run_id desc limit 1) as status`,
    );
    expect(left).toEqual({ items: 0, cursors: 0, status: 'failed' });
  });

  test('it is shut down while a page is on its way: one message, exit 1', async () => {
    const { shop, heartland } = await setUp();
    const isAsked = asked(heartland, 'items');
    const holding = heartland.faults.add({ kind: 'slow', ms: 15_000, path: 'items' });
    const running = shop.start(QUICK);
    await isAsked;
    // All the connections of that run, its lock's among them, as when the server goes down.
    await shop.warehouse.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where pid <> pg_backend_pid() and application_name = 'tillstream'
         and pid in (select pid from pg_locks where relation = '_runs'::regclass or locktype = 'advisory' and objid = (
           select hashtext($1)::oid) union select pid from pg_locks where relation = 'items'::regclass)`,
      [shop.merchant],
    );
    holding.off();
    const { code, stdout, stderr } = await running.ended;
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(stderr.trim().split('\n').at(-1)).toMatch(/^The warehouse at .* cannot be used: /);
    expect([code, stdout]).toEqual([1, '']);
    expect((await shop.run(QUICK)).code).toBe(0);
  });
});
