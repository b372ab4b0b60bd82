/** Runs before each test file. */
import fc from 'fast-check';
import { afterAll } from 'vitest';
import { closeWhatIsOpen } from './after-file.ts';

// In CI the same examples each time, so that a red run is about the change that made it; elsewhere new ones each time.
if (process.env.CI !== undefined) fc.configureGlobal({ seed: 20_261_121 });

afterAll(closeWhatIsOpen);
