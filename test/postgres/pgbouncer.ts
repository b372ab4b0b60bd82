/** A real PgBouncer before the test run's Postgres. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

const PROGRAM = [
  ...(process.env.PATH ?? '').split(':').map(folder => join(folder, 'pgbouncer')),
  // Debian puts it where only administrators' PATH looks.
  '/usr/sbin/pgbouncer',
].find(path => existsSync(path));

/** Whether this machine has one; tests that need it skip where it has not. */
export const HAS_PGBOUNCER = PROGRAM !== undefined;

export type PoolMode = 'session' | 'transaction' | 'statement';

/**
 * Starts a PgBouncer with its own defaults, but for the mode. Gone when the test ends.
 *
 * @param settings more lines of its section `pgbouncer`, as `default_pool_size = 3`
 * @returns the address of the same database behind it
 */
export async function startPgBouncer(
  postgresUrl: string,
  mode: PoolMode,
  settings: readonly string[] = [],
): Promise<string> {
  const target = new URL(postgresUrl);
  const folder = await mkdtemp(join(tmpdir(), 'tillstream-pgbouncer-'));
  await chmod(folder, 0o755);
  const port = await freePort();
  const file = join(folder, 'pgbouncer.ini');
  const users = join(folder, 'users.txt');
  await writeFile(users, `"${target.username}" "${target.password}"\n`, { mode: 0o644 });
  const sections = [
    '[databases]',
    `* = host=${target.hostname} port=${target.port}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'auth_type = scram-sha-256',
    `auth_file = ${users}`,
    `pool_mode = ${mode}`,
    ...settings,
  ];
  await writeFile(file, `${sections.join('\n')}\n`, { mode: 0o644 });
  // It refuses to run as root.
  const asNobody = userInfo().uid === 0 ? ['-u', 'nobody'] : [];
  const child = spawn(PROGRAM!, [...asNobody, file], { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  const ended = new Promise<void>(resolve => child.once('close', () => resolve()));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true, force: true });
  });
  await new Promise<void>((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      log += text;
      if (/process up/.test(log)) resolve();
    });
    void ended.then(() => reject(new Error(`pgbouncer ended: ${log}`)));
  });
  const url = new URL(postgresUrl);
  url.port = String(port);
  return url.href;
}

function freePort(): Promise<number> {
  return new Promise(resolve => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
