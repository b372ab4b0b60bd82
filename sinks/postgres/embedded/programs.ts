import { chmod, cp, lstat, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { Binaries } from './binaries.ts';
import { canReach, type Owner } from './owner.ts';

/**
 * The programs where the owner can reach them: as they are, or copied into `home`, which is ours alone.
 *
 * A copy is used only while every file of it is ours, writable by nobody else, and as long as the one it was made of.
 */
export async function reachablePrograms(
  binaries: Binaries,
  home: string,
  owner: Owner | undefined,
): Promise<Binaries> {
  if (await canReach(binaries.home, owner)) return binaries;
  const copy = join(home, `programs-${await versionOf(binaries)}`);
  if (!(await isFaithful(copy, binaries.home))) await copyInto(copy, binaries.home);
  const moved = (program: string) => join(copy, relative(binaries.home, program));
  return { home: copy, initdb: moved(binaries.initdb), pg_ctl: moved(binaries.pg_ctl) };
}

/** Made whole beside its place, then put there: another command may do the same in this moment. */
async function copyInto(copy: string, original: string): Promise<void> {
  const made = await mkdtemp(join(dirname(copy), `new-${process.pid}-`));
  try {
    const whole = join(made, 'programs');
    await cp(original, whole, { recursive: true, verbatimSymlinks: true });
    for (const { path, found } of await everythingIn(whole))
      if (!found.isSymbolicLink()) await chmod(path, (found.mode & 0o100) === 0 ? 0o644 : 0o755);
    if (await isFaithful(copy, original)) return;
    await rm(copy, { recursive: true, force: true });
    await rename(whole, copy).catch(async error => {
      if (!(await isFaithful(copy, original))) throw error;
    });
  } finally {
    await rm(made, { recursive: true, force: true });
  }
}

async function isFaithful(copy: string, original: string): Promise<boolean> {
  const [copied, meant] = await Promise.all([everythingIn(copy), everythingIn(original)]);
  const sizes = new Map(copied.map(({ name, found }) => [name, found.size]));
  const isOurs = copied.every(
    ({ found }) =>
      found.uid === process.getuid?.() && (found.isSymbolicLink() || (found.mode & 0o022) === 0),
  );
  return (
    isOurs &&
    copied.length === meant.length &&
    meant.every(({ name, found }) => found.isDirectory() || sizes.get(name) === found.size)
  );
}

/** A folder and all that is in it; nothing where it is not there. */
async function everythingIn(folder: string) {
  const names = await readdir(folder, { recursive: true }).catch(() => undefined);
  if (names === undefined) return [];
  return Promise.all(
    ['.', ...names].map(async name => {
      const path = join(folder, name);
      return { name, path, found: await lstat(path) };
    }),
  );
}

async function versionOf({ home }: Binaries): Promise<string> {
  const manifest = await readFile(join(dirname(home), 'package.json'), 'utf8').catch(() => '{}');
  const { version = 'unknown' } = JSON.parse(manifest) as { version?: string };
  return version.replace(/[^\w.-]/g, '_');
}
