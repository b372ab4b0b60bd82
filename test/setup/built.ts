import { fileURLToPath } from 'node:url';

/** Where the package is built to before the tests: they run what is shipped. */
export const BUILT = fileURLToPath(new URL('../../node_modules/.cache/built/', import.meta.url));
