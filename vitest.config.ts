import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/postgres/global-setup.ts'],
    setupFiles: ['test/setup/each-file.ts'],
    // They end what hangs; a machine that has other work takes many times as long as one that has none.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    pool: 'forks',
    // More than there are processors: a test often waits for Postgres or a process of its own.
    maxWorkers: 3,
    // Files share what they import: reading the program anew for each took an eighth of the time.
    isolate: false,
  },
});
