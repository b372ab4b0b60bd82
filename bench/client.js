/**
 * One measurement, in a process of its own so that its memory can be told: `node bench/client.js '{…}'` does what the
 * job says and prints its figures as one line of JSON. It starts as the command line does, from the compile cache.
 */
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/tillstream', import.meta.url)));
await import('./jobs.ts');
