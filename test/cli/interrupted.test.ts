import { mkdir, readdir } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { closeShops, QUICK, requested, setUp } from './set-up.ts';

// Each test starts several processes, concurrently.
vi.setConfig({ testTimeout: 300_000 });
afterAll(closeShops);

describe.concurrent('a run that is stopped', () => {
  test('a second sync of a merchant reports the run in progress and does not disturb it', async () => {
    const { shop, heartland } = await setUp();
    const isAsked = requested(heartland, 'items');
    heartland.faults.add({ kind: 'slow', ms: 120_000, path: 'items' });
    const first = shop.start(QUICK);
    await isAsked;
    const second = await shop.run(QUICK);
    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(
      /Another run is in progress on t_\w+ \(run 1, sync, since \d{4}-\d\d-\d\d \d\d:\d\d C[SD]T\)\. Wait until it has ended/,
    );
    expect((await shop.run(['status'])).code).toBe(0);
    first.child.kill('SIGINT');
    expect((await first.ended).code).toBe(130);
    const runs = await shop.warehouse.query('select status from _runs');
    expect(runs).toEqual([{ status: 'interrupted' }]);
  });

  test('Ctrl-C: one message, exit 130, everything unfinished rolled back, and the next run continues', async () => {
    const { shop, heartland } = await setUp();
    const isAsked = requested(heartland, 'items');
    const delay = heartland.faults.add({ kind: 'slow', ms: 15_000, path: 'items' });
    const running = shop.start(['sync', '--only', 'locations,items,purchase_orders']);
    await isAsked;
    running.child.kill('SIGINT');
    const { code, stdout, stderr } = await running.ended;
    expect(code).toBe(130);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/Press Ctrl-C again to exit at once/);
    expect(stderr.match(/was stopped on request/g)).toHaveLength(1);
    expect(stderr).not.toMatch(/\n\s+at /);
    const [row] = await shop.warehouse.query(
      `select (select count(*)::int from items) as items, (select count(*)::int from locations) as locations,
              (select status from _runs) as status, (select exit_code from _runs) as exit_code`,
    );
    expect(row).toEqual({ items: 0, locations: 4, status: 'interrupted', exit_code: 130 });
    expect(heartland.requests.filter(({ aborted }) => aborted).length).toBeGreaterThan(0);
    delay.off();
    expect((await shop.run(QUICK)).code).toBe(0);
  });

  test('a run that loses its lock stops at once and says why', async () => {
    const { shop, heartland } = await setUp();
    const isAsked = requested(heartland, 'items');
    heartland.faults.add({ kind: 'slow', ms: 60_000, path: 'items' });
    const running = shop.start(QUICK);
    await isAsked;
    const cut = await shop.warehouse.query(
      `select pg_terminate_backend(pid) from pg_locks
       where locktype = 'relation' and relation = '_run_lock'::regclass`,
    );
    const { code, stderr } = await running.ended;
    expect([cut.length, code]).toEqual([1, 1]);
    expect(stderr).toContain(
      `cannot be used: the connection that holds the run lock of ${shop.merchant} broke, so this run stopped: found "terminating connection due to administrator command".`,
    );
    expect(stderr).not.toMatch(/on request|\n\s+at /);
    expect(heartland.requests.some(({ aborted }) => aborted)).toBe(true);
    const [run] = await shop.warehouse.query('select status, exit_code, message from _runs');
    expect(run).toMatchObject({ status: 'failed', exit_code: 1 });
    expect(run!.message).toContain('holds the run lock');
  });

  test('SIGTERM from a service manager does the same', async () => {
    const { shop, heartland } = await setUp();
    const isAsked = requested(heartland, 'items');
    heartland.faults.add({ kind: 'slow', ms: 15_000, path: 'items' });
    const running = shop.start(QUICK);
    await isAsked;
    running.child.kill('SIGTERM');
    expect((await running.ended).code).toBe(130);
  });

  test('a second Ctrl-C does not wait, and the next run works', async () => {
    const { shop, heartland } = await setUp();
    await shop.run(QUICK);
    const delay = heartland.faults.add({ kind: 'slow', ms: 15_000, path: 'system/whoami' });
    const blocker = await shop.warehouse.pool.connect();
    const isAsked = requested(heartland, 'system/whoami');
    const running = shop.start(QUICK);
    await isAsked;
    // A lock in the warehouse delays the end of the run.
    await blocker.query('begin; lock table _runs in share mode');
    const printed = new Promise<void>(resolve => {
      running.child.stderr!.on('data', text => String(text).includes('Ctrl-C') && resolve());
    });
    running.child.kill('SIGINT');
    await printed;
    running.child.kill('SIGINT');
    expect((await running.ended).code).toBe(130);
    await blocker.query('rollback');
    blocker.release();
    delay.off();
    expect((await shop.run(QUICK)).code).toBe(0);
    const runs = await shop.warehouse.query('select status from _runs order by run_id');
    // Its last statement may still have run after the lock was released.
    expect(runs.map(({ status }) => status)).toEqual([
      'done',
      expect.stringMatching(/^(crashed|interrupted)$/),
      'done',
    ]);
  });
});

test('a killed run is recorded as crashed by the next command', async () => {
  const { shop, heartland } = await setUp();
  const isAsked = requested(heartland, 'items');
  const delay = heartland.faults.add({ kind: 'slow', ms: 60_000, path: 'items' });
  const running = shop.start(QUICK);
  await isAsked;
  const alive = await shop.run(['runs', '--json']);
  expect(JSON.parse(alive.stdout).runs).toMatchObject([{ status: 'running', message: null }]);
  running.child.kill('SIGKILL');
  await running.ended;
  delay.off();
  // Postgres notices a closed connection after a moment.
  const dead = {
    status: 'crashed',
    seconds: null,
    message: expect.stringMatching(/^Ended without a word: it was killed/),
  };
  await expect
    .poll(async () => JSON.parse((await shop.run(['runs', '--json'])).stdout).runs, {
      timeout: 30_000,
    })
    .toMatchObject([dead]);
  expect((await shop.run(['runs'])).stdout).toMatch(
    /^ *1 +sync +crashed .*^ *1 +Ended without a word/ms,
  );
});

test('leftover files of a killed run are removed by the next run, and other files stay', async () => {
  const isCalled = Promise.withResolvers<void>();
  // An FTP server that never answers.
  const silent = createServer(() => isCalled.resolve());
  await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as AddressInfo;
  const { shop } = await setUp({
    locations: { '1': { locally_id: '1' } },
    locally: { deliver: { host: '127.0.0.1', port, user: 'u', password: 'long-enough' } },
  });
  const running = shop.start(['locally']);
  await isCalled.promise;
  running.child.kill('SIGKILL');
  await running.ended;
  silent.close();
  const spool = join(shop.folder, '.tillstream', 'spool');
  const left = `${shop.merchant}-1-${running.child.pid}`;
  expect(await readdir(join(spool, left))).toEqual(['1.csv']);

  const others = [`${shop.merchant}-7-${process.pid}`, `other-1-${running.child.pid}`, 'mine'];
  for (const name of others) await mkdir(join(spool, name));
  expect((await shop.run(['status'])).code).toBe(0);
  expect(await readdir(spool)).toContain(left);
  expect((await shop.run(['sync', '--only', 'locations'])).code).toBe(0);
  expect((await readdir(spool)).toSorted()).toEqual(others.toSorted());
});

describe.concurrent('the warehouse fails during a run', () => {
  test('its disk is full: one message, and everything unfinished is rolled back', async () => {
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
      /^The warehouse at .* cannot be used: its disk is full\. Free space where the database has its files/,
    );
    expect(stderr).not.toMatch(/\n\s+at /);
    expect([code, stdout]).toEqual([1, '']);
    const [left] = await shop.warehouse.query(
      `select (select count(*)::int from items) as items, (select count(*)::int from _cursors where stream = 'items') as cursors,
              (select status from _runs order by run_id desc limit 1) as status`,
    );
    expect(left).toEqual({ items: 0, cursors: 0, status: 'failed' });
  });

  test('it is shut down while a page is being requested: one message, exit 1', async () => {
    const { shop, heartland } = await setUp();
    const isAsked = requested(heartland, 'items');
    const delay = heartland.faults.add({ kind: 'slow', ms: 15_000, path: 'items' });
    const running = shop.start(QUICK);
    await isAsked;
    // All the connections of that run, its lock's among them, as when the server goes down.
    await shop.warehouse.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where pid <> pg_backend_pid() and application_name = 'tillstream'
         and pid in (select pid from pg_locks
                     where relation in ('_runs'::regclass, '_run_lock'::regclass, 'items'::regclass))`,
    );
    delay.off();
    const { code, stdout, stderr } = await running.ended;
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(stderr.trim().split('\n').at(-1)).toMatch(/^The warehouse at .* cannot be used: /);
    expect([code, stdout]).toEqual([1, '']);
    expect((await shop.run(QUICK)).code).toBe(0);
  });
});
