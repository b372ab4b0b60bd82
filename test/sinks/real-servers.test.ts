/** Deliveries to the servers that shops have, as far as they are installed on this machine. */
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { lastValueFrom, toArray } from 'rxjs';
import { expect, test } from 'vitest';
import { destinationsByName, sinkNamed, testNamed } from '../../pipelines/destinations/registry.ts';
import { outgoingFile } from '../../sinks/spooled-sink.ts';
import { afterFile } from '../setup/after-file.ts';
import { awkwardBytes, outgoing } from './outgoing.ts';

const run = promisify(execFile);
const SSHD = '/usr/sbin/sshd';
const PURE_FTPD = '/usr/sbin/pure-ftpd';
const isRoot = process.getuid?.() === 0;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise(done => server.once('listening', done));
  const { port } = server.address() as { port: number };
  await new Promise(done => server.close(done));
  return port;
}

/** Starts a server in the foreground and returns when its port answers. */
async function started(program: string, args: readonly string[], port: number): Promise<void> {
  const child = spawn(program, args, { stdio: 'ignore' });
  const ended = new Promise(done => child.once('exit', done));
  afterFile(async () => {
    child.kill();
    await ended;
  });
  for (const deadline = performance.now() + 10_000; performance.now() < deadline; ) {
    if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}`);
    const isUp = await new Promise<boolean>(done => {
      const socket = connect(port, '127.0.0.1', () => done(true)).once('error', () => done(false));
      socket.once('close', () => {}).unref();
      socket.once('connect', () => socket.destroy());
    });
    if (isUp) return;
    await wait(20);
  }
  throw new Error(`${program} does not answer`);
}

async function freshRoot(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'tillstream-real-'));
  afterFile(() => rm(root, { recursive: true, force: true }));
  return root;
}

/** Delivers twice and tests the connection; returns the receipt. */
async function tried(settings: unknown, feeds: string) {
  const all = destinationsByName.parse({ there: settings });
  const bytes = awkwardBytes(200_000);
  const send = async (content: string | Uint8Array) =>
    lastValueFrom(
      sinkNamed(all, 'there')([outgoingFile(await outgoing('1.csv', content))]).pipe(toArray()),
    );
  await send('old');
  const [receipt] = await send(bytes);
  expect((await readFile(join(feeds, '1.csv'))).equals(bytes)).toBe(true);
  const found = await testNamed(all, 'there', new AbortController().signal);
  expect(found).toMatchObject({ isClean: true });
  expect(await readdir(feeds)).toEqual(['1.csv']);
  return receipt;
}

test.skipIf(!existsSync(SSHD) || !isRoot)(
  'OpenSSH (left out where sshd is missing, or without root)',
  async () => {
    const root = await freshRoot();
    const feeds = join(root, 'feeds');
    await mkdir(feeds);
    await mkdir('/run/sshd', { recursive: true });
    for (const name of ['host', 'user'])
      await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(root, name)]);
    const port = await freePort();
    const config = [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${root}/host`,
      `AuthorizedKeysFile ${root}/user.pub`,
      'StrictModes no',
      'UsePAM no',
      'PidFile none',
      'PermitRootLogin yes',
      'Subsystem sftp internal-sftp',
    ];
    await writeFile(join(root, 'config'), `${config.join('\n')}\n`);
    await started(SSHD, ['-D', '-f', join(root, 'config')], port);
    const { stdout } = await run('ssh-keygen', ['-lf', join(root, 'host.pub')]);
    const receipt = await tried(
      {
        type: 'sftp',
        host: '127.0.0.1',
        port,
        user: userInfo().username,
        private_key: await readFile(join(root, 'user'), 'utf8'),
        host_key: stdout.split(' ')[1],
        directory: feeds,
      },
      feeds,
    );
    expect(receipt).toMatchObject({ verified: ['size'], capabilities: { size: true } });
  },
);

test.skipIf(!existsSync(PURE_FTPD) || !isRoot)(
  'Pure-FTPd that prohibits hidden names (left out where it is missing, or without root)',
  async () => {
    const root = await freshRoot();
    const feeds = join(root, 'feeds');
    await mkdir(feeds);
    const users = join(root, 'users');
    const add = ['useradd', 'shop', '-u', '1000', '-g', '1000', '-d', feeds, '-f', users];
    await run('/bin/sh', ['-c', `printf 'secret\\nsecret\\n' | pure-pw "$@"`, 'sh', ...add]);
    await run('pure-pw', ['mkdb', `${users}.pdb`, '-f', users]);
    await run('chown', ['-R', '1000:1000', root]);
    await run('chmod', ['755', root]);
    const port = await freePort();
    const pid = join(root, 'pid');
    const args = [
      '-S',
      `127.0.0.1,${port}`,
      '-l',
      `puredb:${users}.pdb`,
      '-x',
      '-H',
      '-A',
      '-g',
      pid,
    ];
    await started(PURE_FTPD, args, port);
    const settings = { type: 'ftp', host: '127.0.0.1', port, user: 'shop', password: 'secret' };
    const receipt = await tried(settings, feeds);
    expect(receipt).toMatchObject({ verified: ['size'], capabilities: { hiddenNames: false } });
  },
);
