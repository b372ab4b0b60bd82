import { chmod, mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbedded } from '../../sinks/postgres/embedded/server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Connection URL of a real Postgres for the whole test run. */
    warehouseUrl: string;
  }
}

/** What nobody needs of a Postgres that is thrown away after the run: surviving a crash, replicas, vacuuming. */
const SETTINGS = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'wal_level=minimal',
  'max_wal_senders=0',
  'max_wal_size=256MB',
  'autovacuum=off',
  'max_connections=200',
];
/** A folder in memory, on Linux. */
const IN_MEMORY = '/dev/shm';
/** The hundreds of merchants of a run take less than half of it. */
const ROOM_BYTES = 6e9;

/** One Postgres for all test files; each test gets a merchant's schema of its own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(await roomyFolder(), 'tillstream-test-'));
  await chmod(folder, 0o755);
  const server = await startEmbedded({ folder: join(folder, 'postgres'), settings: SETTINGS });
  project.provide('warehouseUrl', server.url);
  return async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
}

/** In memory where there is room: each merchant is some five hundred files, and making them on a disk takes twice as long. */
async function roomyFolder(): Promise<string> {
  const room = await statfs(IN_MEMORY).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => 0,
  );
  return room >= ROOM_BYTES ? IN_MEMORY : tmpdir();
}
