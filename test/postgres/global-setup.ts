import { chmod, mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { bundle } from '../../build.ts';
import { startEmbedded } from '../../sinks/postgres/embedded/server.ts';
import { BUILT } from '../setup/built.ts';
import { clockEnvironment, now } from '../setup/clock.ts';

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
  await bundle(BUILT);
  const folder = await mkdtemp(join(await roomyFolder(), 'tillstream-test-'));
  await chmod(folder, 0o755);
  const server = await startEmbedded({
    folder: join(folder, 'postgres'),
    settings: SETTINGS,
    environment: clockEnvironment(),
  });
  await checkClock(server.url);
  // As a person would write it.
  const url = new URL(server.url);
  url.search = '';
  project.provide('warehouseUrl', url.href);
  return async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
}

/** Postgres says when something was delivered, and tests when it is: under a clock of its own, each test would fail oddly. */
async function checkClock(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ at: Date }>('select clock_timestamp() as at');
  await client.end();
  const apartMs = Math.abs(rows[0]!.at.getTime() - now().getTime());
  if (apartMs > 60_000)
    throw new Error(
      `The tests' Postgres goes by another clock, ${apartMs} ms apart: it needs the environment of clockEnvironment().`,
    );
}

/** In memory where there is room: each merchant is some five hundred files, and making them on a disk takes twice as long. */
async function roomyFolder(): Promise<string> {
  const room = await statfs(IN_MEMORY).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => 0,
  );
  return room >= ROOM_BYTES ? IN_MEMORY : tmpdir();
}
