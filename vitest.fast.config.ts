import { defineConfig } from 'vitest/config';
import all from './vitest.config.ts';

/** The fast tier, less than a minute: all that is pure, and a file or two of each feature. */
export default defineConfig({
  test: {
    ...all.test,
    include: [
      'test/{transforms,configuration}/**/*.test.ts',
      'test/heartland/{ledger,roll-forward}.test.ts',
      'test/sync/{history-start,incremental}.test.ts',
      'test/streams/children.test.ts',
      'test/locally/{guards,order-event}.test.ts',
      'test/management-one/{days,layout}.test.ts',
      'test/analysts/{orders,stock}.test.ts',
      'test/cli/width.test.ts',
      'test/connect/doctor-permissions.test.ts',
      'test/sinks/{email,files}.test.ts',
    ],
  },
});
