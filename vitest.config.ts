import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/postgres/global-setup.ts'],
    setupFiles: ['test/setup/each-file.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    // More than there are processors: a test often waits for Postgres or a process of its own.
    maxWorkers: 3,
    // Files share what they import: reading the program anew for each took an eighth of the time.
    isolate: false,
  },
});
