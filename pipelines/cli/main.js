#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// The one file that is not TypeScript: so nothing has to be translated when the cache holds the rest.
// Reading a few hundred TypeScript files anew takes most of a short command's time. The cache is the installation's own,
// never in a folder that is shared; where it cannot be written, everything works without it.
enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/tillstream', import.meta.url)));
await import('./command-line.ts');
