import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmod,
  chown,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { findBinaries } from '../../sinks/postgres/embedded/binaries.ts';
import { startEmbedded } from '../../sinks/postgres/embedded/server.ts';
import { afterFile } from '../setup/after-file.ts';

/** Only root lends Postgres to somebody else, and may give files away. */
const isRoot = userInfo().uid === 0;
/** Somebody else on this machine. */
const ANOTHER = 54_321;
const SETTINGS = ['fsync=off'];

let folder: string;
let home: string;

/** Made once: each data folder takes a second. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tillstream-trust-'));
  await chmod(folder, 0o755);
  afterFile(() => rm(folder, { recursive: true, force: true }));
  home = join(folder, 'postgres');
  await (await startEmbedded({ folder: home, settings: SETTINGS })).stop();
});

const lockFile = () => join(home, 'data', 'postmaster.pid');

/** A lock file as Postgres writes it, and leaves it when the machine goes down. */
async function leaveLockFile(pid: number, port: number): Promise<void> {
  const lines = [pid, join(home, 'data'), 1_790_000_000, port, '', '127.0.0.1', '7 0', 'ready'];
  await writeFile(lockFile(), `${lines.join('\n')}\n`);
  const { uid, gid } = await stat(join(home, 'data'));
  await chown(lockFile(), uid, gid);
}

/** A server that asks everybody for the password in plain text, and notes what it is told. */
async function impostor(): Promise<{ readonly port: number; readonly heard: () => string }> {
  let heard = '';
  const server = createServer(socket => {
    socket.on('error', () => {});
    socket.on('data', data => {
      heard += data.toString('latin1');
      socket.write(Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, heard: () => heard };
}

/** A process that is alive for as long as the test. */
function anotherProcess(name: string): ChildProcess {
  const child = spawn('sleep', ['600'], { argv0: name });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

async function works(): Promise<void> {
  const server = await startEmbedded({ folder: home, settings: SETTINGS });
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  const { rows } = await client.query(`select current_setting('data_directory') as folder`);
  expect(rows).toEqual([{ folder: join(home, 'data') }]);
  await client.end();
  await server.stop();
}

test('a lock file of a process that is another now does not keep Postgres from starting', async () => {
  const { port, heard } = await impostor();
  await leaveLockFile(anotherProcess('mail-reader').pid!, port);
  await works();
  expect(heard()).toBe('');
});

test('a server that cannot prove itself is told no password', async () => {
  const { port, heard } = await impostor();
  const { pid } = anotherProcess('postgres');
  await leaveLockFile(pid!, port);
  await expect(startEmbedded({ folder: home, settings: SETTINGS })).rejects.toThrow(
    new RegExp(
      `What listens on port ${port} is not the embedded .*process ${pid}: .*Nothing secret`,
    ),
  );
  expect(heard()).toContain('tillstream');
  expect(heard()).not.toContain(await readFile(join(home, 'password'), 'utf8'));
  await rm(lockFile());
});

test.for(['', 'no number\n'])(
  'a lock file that says %o, left by a crash, is removed',
  async text => {
    await writeFile(lockFile(), text);
    await utimes(lockFile(), new Date(1e12), new Date(1e12));
    await works();
  },
);

test('a copy of a folder whose server runs gets a server of its own', async () => {
  const original = await startEmbedded({ folder: home, settings: SETTINGS });
  const copy = join(folder, 'copy');
  await cp(home, copy, { recursive: true });
  const { uid, gid } = await stat(join(home, 'data'));
  for (const name of await readdir(join(copy, 'data'), { recursive: true }))
    await chown(join(copy, 'data', name), uid, gid);
  await chown(join(copy, 'data'), uid, gid);
  await rm(join(copy, 'log'));
  const second = await startEmbedded({ folder: copy, settings: SETTINGS });
  expect(second.url).not.toBe(original.url);
  await second.stop();
  await original.stop();
});

test('Postgres and its processes have nothing secret in their environment', async () => {
  process.env.TILLSTREAM_TEST_TOKEN = 'canary-in-the-environment';
  onTestFinished(() => void delete process.env.TILLSTREAM_TEST_TOKEN);
  const server = await startEmbedded({ folder: home, settings: SETTINGS });
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  const { rows } = await client.query<{ environment: Buffer; parent: Buffer }>(
    `select pg_read_binary_file('/proc/self/environ') as environment,
            pg_read_binary_file('/proc/' || split_part(pg_read_file('postmaster.pid'), E'\\n', 1) || '/environ')
              as parent`,
  );
  await client.end();
  await server.stop();
  expect(rows[0]!.parent.toString()).toContain('LC_ALL=C');
  for (const environment of Object.values(rows[0]!))
    expect(environment.toString()).not.toContain('canary-in-the-environment');
});

test('what a first start left behind that was killed is removed, and what one makes now is not', async () => {
  const killed = spawn('true');
  await once(killed, 'close');
  const left = [`new-${killed.pid}-AAAAAA`, 'new-BBBBBB'];
  const alive = `new-${anotherProcess('initdb').pid}-CCCCCC`;
  for (const name of [...left, alive]) await mkdir(join(home, name, 'data'), { recursive: true });
  await works();
  expect((await readdir(home)).filter(name => name.startsWith('new-'))).toEqual([alive]);
});

test.runIf(isRoot)('a folder that another user made, or could replace, is not used', async () => {
  const theirs = join(folder, 'theirs');
  await mkdir(theirs);
  await chown(theirs, ANOTHER, ANOTHER);
  await expect(startEmbedded({ folder: theirs })).rejects.toThrow(
    `cannot be trusted: found "it belongs to user ${ANOTHER}"`,
  );
  expect(await readdir(theirs)).toEqual([]);

  const open = join(folder, 'open');
  await mkdir(open);
  await chmod(open, 0o777);
  await expect(startEmbedded({ folder: join(open, 'postgres') })).rejects.toThrow(
    `"anybody may replace what is in ${open}"`,
  );
  await chmod(open, 0o1777);
  await mkdir(join(open, 'shop'));
  await chown(join(open, 'shop'), ANOTHER, ANOTHER);
  await expect(startEmbedded({ folder: join(open, 'shop', 'postgres') })).rejects.toThrow(
    `"user ${ANOTHER} made ${join(open, 'shop')} in a shared folder"`,
  );
});

test.runIf(isRoot)(
  'programs that Postgres’ user cannot reach are copied where only root can write',
  async () => {
    const binaries = await findBinaries();
    const hidden = join(folder, 'root-only');
    await mkdir(hidden, { mode: 0o700 });
    await cp(binaries.home, join(hidden, 'native'), { recursive: true, verbatimSymlinks: true });
    const moved = (program: string) => program.replace(binaries.home, join(hidden, 'native'));
    const unreachable = {
      home: join(hidden, 'native'),
      initdb: moved(binaries.initdb),
      pg_ctl: moved(binaries.pg_ctl),
    };
    // The place that earlier versions took without looking, and the one that is taken now.
    const ran = join(folder, 'somebody-elses-program-ran');
    const program = `#!/bin/sh\ntouch ${ran}\n`;
    const planted = [
      join(folder, 'tillstream-postgres-18', 'native', 'bin', 'pg_ctl'),
      join(home, 'programs-unknown', 'bin', 'pg_ctl'),
    ];
    for (const path of planted) {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, program, { mode: 0o755 });
      await chown(path, ANOTHER, ANOTHER);
    }
    const { TMPDIR } = process.env;
    process.env.TMPDIR = folder;
    onTestFinished(() => {
      if (TMPDIR === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = TMPDIR;
    });
    const server = await startEmbedded({ folder: home, settings: SETTINGS, binaries: unreachable });
    await server.stop();
    await expect(stat(ran)).rejects.toThrow('ENOENT');
    const { uid, mode } = await stat(planted[1]!);
    expect([uid, mode & 0o777]).toEqual([0, 0o755]);
    expect((await stat(home)).uid).toBe(0);
  },
);
