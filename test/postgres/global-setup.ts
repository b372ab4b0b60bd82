import { chmod, mkdtemp, rm } from 'node:fs/promises';
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

/** One Postgres for all test files; each test gets a merchant's schema of its own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'tillstream-test-'));
  await chmod(folder, 0o755);
  const server = await startEmbedded({
    folder: join(folder, 'postgres'),
    settings: [
      'fsync=off',
      'synchronous_commit=off',
      'full_page_writes=off',
      'max_connections=200',
    ],
  });
  project.provide('warehouseUrl', server.url);
  return async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
}
