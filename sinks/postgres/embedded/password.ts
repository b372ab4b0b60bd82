import { randomBytes } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The password in a folder, made where there is none. Of several commands that make one at once, all get the same. */
export async function passwordOf(home: string): Promise<string> {
  const file = join(home, 'password');
  const known = await readFile(file, 'utf8').catch(() => undefined);
  if (known) return known;
  // An empty one is left by a disk that was full.
  if (known === '') await rm(file, { force: true });
  const made = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    await writeFile(made, randomBytes(18).toString('hex'), { mode: 0o600 });
    // Unlike a write or a rename, a link is whole from the start and never takes another's place.
    await link(made, file).catch(error => {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(made, { force: true });
  }
  return readFile(file, 'utf8');
}
