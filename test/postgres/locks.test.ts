import { readFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import pg from 'pg';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { openWarehouse } from '../../sinks/postgres/warehouse.ts';
import { closeShops, QUICK, setUp } from '../cli/set-up.ts';
import { afterFile } from '../setup/after-file.ts';
import { smallAccount } from '../sync/small-account.ts';
import { freshMerchant } from './fresh-work.ts';

afterAll(closeShops);

let administrator: pg.Pool | undefined;
afterAll(() => administrator?.end());

/** A session of somebody else that has locked something, until its transaction ends. */
async function analystWith(schema: string, lock: string): Promise<pg.Client & { pid: number }> {
  const client = new pg.Client({
    connectionString: inject('warehouseUrl'),
    application_name: 'spreadsheet',
  });
  await client.connect();
  afterFile(() => client.end());
  await client.query(`set search_path to ${schema}; begin; ${lock}`);
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  return Object.assign(client, rows[0]);
}

/** Begin of the transaction that waits for a lock that this session holds, if one does. */
async function waiting(holder: { readonly pid: number }): Promise<string | undefined> {
  // Not over its own connection: within a transaction, Postgres shows what goes on as it was at first.
  administrator ??= new pg.Pool({ connectionString: inject('warehouseUrl'), max: 1 });
  const { rows } = await administrator.query<{ since: string }>(
    'select xact_start::text as since from pg_stat_activity where $1 = any (pg_blocking_pids(pid))',
    [holder.pid],
  );
  return rows[0]?.since;
}

/** Resolves when somebody waits for a lock that this session holds. */
async function waitedFor(holder: { readonly pid: number }): Promise<void> {
  await expect.poll(() => waiting(holder), { timeout: 60_000 }).toBeDefined();
}

describe.concurrent('another session holds a lock', () => {
  test('a run that cannot begin for it says who holds it and how to end that', async () => {
    const { shop } = await setUp();
    await shop.run(['status']);
    const analyst = await analystWith(shop.merchant, 'lock table _runs in share mode');
    const { code, stderr } = await shop.run(QUICK);
    expect(stderr).toMatch(/is locked: another session holds a lock that this run needs: found "/);
    expect(stderr).toContain(`"process ${analyst.pid}, user tillstream, program spreadsheet, from`);
    expect(stderr).toContain(`select pg_terminate_backend(${analyst.pid})`);
    expect(code).toBe(1);
    await analyst.query('rollback');
    expect((await shop.run(QUICK)).code).toBe(0);
  });

  test('a pull reports what it waits for, and succeeds when the lock is released', async () => {
    const account = await smallAccount();
    await account.sync(['locations', 'items']);
    const analyst = await analystWith(account.merchant, 'lock table items in share mode');
    account.heartland.ledger.changeItem(account.heartland.ledger.items[0]!.id, {
      description: 'Another',
    });
    const syncing = account.sync(['items']);
    await waitedFor(analyst);
    // It has waited as long as it may, and waits again.
    const first = await waiting(analyst);
    await expect
      .poll(() => waiting(analyst), { timeout: 60_000 })
      .toSatisfy(since => since !== undefined && since !== first);
    await analyst.query('rollback');
    const { events, failures } = await syncing;
    expect(failures).toEqual({});
    const again = events.find(event => event.kind === 'again');
    expect(again).toMatchObject({
      stream: 'items',
      because: expect.stringContaining(`process ${analyst.pid}`),
    });
  });

  test('status shows its overview all the same', async () => {
    const { shop } = await setUp();
    await shop.run(QUICK);
    await analystWith(
      shop.merchant,
      'lock table _migrations, _runs, _settings in share row exclusive mode',
    );
    const { code, stdout } = await shop.run(['status']);
    expect(stdout).toMatch(/^items +\d{4}-/m);
    expect(code).toBe(0);
  });

  test('the first Ctrl-C ends the wait', async () => {
    const { shop } = await setUp();
    await shop.run(['status']);
    for (const args of [QUICK, ['status']]) {
      const analyst = await analystWith(
        shop.merchant,
        args === QUICK
          ? 'lock table _runs in share mode'
          : 'lock table _runs in access exclusive mode',
      );
      const running = shop.start(args);
      await waitedFor(analyst);
      running.child.kill('SIGINT');
      const { code, stderr } = await running.ended;
      expect(stderr).toContain('was stopped on request');
      expect(code).toBe(130);
      await analyst.query('rollback');
    }
  });

  test('what the reader can lock keeps no run waiting', async () => {
    const { shop } = await setUp();
    await shop.run(['status']);
    const access = JSON.parse(
      (await shop.run(['grant-reader', '--new-password', '--json'])).stdout,
    );
    const url = new URL(inject('warehouseUrl'));
    url.username = access.role;
    url.password = access.password;
    const reader = new pg.Client({ connectionString: url.href });
    await reader.connect();
    afterFile(() => reader.end());
    const tables = await shop.warehouse.query<{ name: string }>(
      `select relname as name from pg_class
       where relnamespace = $1::regnamespace and relkind = 'r' and has_table_privilege($2, oid, 'select')`,
      [shop.merchant, access.role],
    );
    await reader.query('begin');
    for (const { name } of tables) await reader.query(`lock table "${name}" in access share mode`);
    await reader.query('savepoint more');
    for (const mode of ['row share', 'exclusive']) {
      await expect(reader.query(`lock table _run_lock in ${mode} mode`)).rejects.toThrow(
        /permission denied|read-only transaction/,
      );
      await reader.query('rollback to savepoint more');
    }
    expect((await shop.run(QUICK)).code).toBe(0);
  });

  test('a session that holds the run lock is reported as no run', async () => {
    const { shop } = await setUp();
    await shop.run(['status']);
    const analyst = await analystWith(shop.merchant, 'lock table _run_lock');
    const { code, stderr } = await shop.run(QUICK);
    expect(stderr).toContain(`Another session holds the lock of ${shop.merchant}`);
    expect(stderr).toContain(`process ${analyst.pid}, user tillstream, program spreadsheet`);
    expect(code).toBe(1);
  });
});

describe.concurrent('a server that says nothing', () => {
  test('is reported, and the command ends', async () => {
    const silent = createServer();
    await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve));
    afterFile(async () => void silent.close());
    const { shop } = await setUp();
    const url = `postgres://u:p@127.0.0.1:${(silent.address() as AddressInfo).port}/d`;
    const { code, stderr } = await shop.run(['status'], { DATABASE_URL: url });
    expect(stderr).toMatch(/cannot be used: it did not answer in time\./);
    expect(code).toBe(1);
  });

  test('in the middle: the first Ctrl-C ends the command', async () => {
    const { shop } = await setUp();
    await shop.run(['status']);
    const frozen = await freezing(inject('warehouseUrl'));
    const running = shop.start(['status'], { DATABASE_URL: frozen.url });
    await frozen.isFrozen;
    running.child.kill('SIGINT');
    expect((await running.ended).code).toBe(130);
  });
});

/** A way to the server that lets a log-in and a few answers through, and then nothing, in no direction, for ever. */
async function freezing(postgresUrl: string): Promise<{ url: string; isFrozen: Promise<void> }> {
  const target = new URL(postgresUrl);
  const sockets = new Set<Socket>();
  const isFrozen = Promise.withResolvers<void>();
  let asked = 0;
  const server = createServer(client => {
    const postgres = connect(Number(target.port), target.hostname);
    for (const socket of [client, postgres])
      sockets.add(socket.on('error', () => {}).on('close', () => {}));
    client.on('data', data => {
      if (++asked <= 10) postgres.write(data);
      else isFrozen.resolve();
    });
    postgres.on('data', data => {
      if (asked <= 10) client.write(data);
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  afterFile(async () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const url = new URL(postgresUrl);
  url.port = String((server.address() as AddressInfo).port);
  return { url: url.href, isFrozen: isFrozen.promise };
}

test.skipIf(process.platform !== 'linux')(
  'both sides look after a silent connection within a minute (on Linux, where it shows)',
  async () => {
    const url = inject('warehouseUrl');
    const warehouse = openWarehouse({ url, schema: freshMerchant(), connections: 1 });
    afterFile(() => warehouse.close());
    const open = await warehouse.begin();
    const { rows } = await open.client.query<{ port: number }>('select inet_client_port() as port');
    // What is still to be acknowledged has a timer of its own first.
    await expect.poll(() => keepaliveTimers(rows[0]!.port)).toHaveLength(2);
    const timers = await keepaliveTimers(rows[0]!.port);
    for (const seconds of timers) expect(seconds).toBeLessThanOrEqual(60);
    await open.rollBack();
  },
);

/** Seconds until the kernel asks whether the other side is still there, of both ends of a local connection. */
async function keepaliveTimers(clientPort: number): Promise<number[]> {
  const port = clientPort.toString(16).toUpperCase().padStart(4, '0');
  const lines = (await readFile('/proc/net/tcp', 'utf8')).split('\n').slice(1);
  return lines
    .map(line => line.trim().split(/\s+/))
    .filter(([, local, remote]) => local?.endsWith(`:${port}`) || remote?.endsWith(`:${port}`))
    .flatMap(fields => {
      const [kind, ticks] = fields[5]!.split(':');
      return kind === '02' ? [Number.parseInt(ticks!, 16) / 100] : [];
    });
}
