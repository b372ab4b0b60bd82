#!/usr/bin/env node
import * as module from 'node:module';
import { fileURLToPath } from 'node:url';

// The one file that is not TypeScript: so nothing has to be translated when the cache holds the rest.
// Reading a few hundred TypeScript files anew takes most of a short command's time. The cache is the installation's own,
// never in a folder that is shared; where it cannot be written, everything works without it.
if (Number.parseInt(process.versions.node, 10) < 24) {
  process.stderr.write(
    `Tillstream runs on Node 24, and this is Node ${process.versions.node}. In its folder, npm run tillstream takes the right one, as does npx tillstream.\n`,
  );
  process.exit(1);
}
module.enableCompileCache(
  fileURLToPath(new URL('../../node_modules/.cache/tillstream', import.meta.url)),
);
await import('./command-line.ts');
