import { defineConfig } from 'vitest/config';

/** The tests that see a wrong figure soonest: none of them needs a server. */
export default defineConfig({
  test: {
    include: ['test/transforms/*.test.ts'],
    setupFiles: ['test/setup/each-file.ts'],
    pool: 'forks',
  },
});
