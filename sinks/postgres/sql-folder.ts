import { existsSync } from 'node:fs';

/** Folders between the code and the root: three in a checkout, fewer in the package. */
const MOST_LEVELS = 6;

/** The folder `sql/` at the root of the checkout, or of the package, in which code is bundled. */
export const SQL_FOLDER: URL = sqlFolder(import.meta.url);

function sqlFolder(from: string): URL {
  let root = new URL('.', from);
  for (let level = 0; level < MOST_LEVELS; level += 1) {
    if (existsSync(new URL('sql/migrations/', root))) return new URL('sql/', root);
    root = new URL('../', root);
  }
  throw new Error('The folder "sql" is missing: install Tillstream again.');
}
