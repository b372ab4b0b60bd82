import { defineConfig } from 'vitest/config';

/** `npm run test:postgres`: what takes other versions of Postgres, which are fetched when they are asked for. */
export default defineConfig({
  test: {
    include: ['test/**/*.matrix.ts'],
    setupFiles: ['test/setup/each-file.ts'],
    testTimeout: 600_000,
    hookTimeout: 600_000,
    pool: 'forks',
    maxWorkers: 1,
  },
});
