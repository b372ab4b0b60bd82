import { execFile } from 'node:child_process';
import { chown, cp, mkdir, stat } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { WarehouseError } from '../../../transforms/errors.ts';

/** The user that Postgres runs as. Postgres refuses to run as root, so root lends it to somebody else. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

const run = promisify(execFile);

/** Who Postgres runs as: undefined means whoever we are; for root, `postgres` where it exists, else `nobody`. */
export async function postgresOwner(): Promise<Owner | undefined> {
  if (userInfo().uid !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    try {
      const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
      return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
    } catch {
      // Not on this machine; the next one may be.
    }
  }
  throw new WarehouseError('NO_USER_FOR_POSTGRES', {
    problem:
      'Postgres does not run as root, and this machine has neither a user postgres nor nobody',
    next: 'Run the command as an ordinary user, or set warehouse.url to a Postgres server of your own.',
  });
}

/** Whether the owner can walk down to `path`: every folder above it must let others through. */
export async function canReach(path: string, owner: Owner | undefined): Promise<boolean> {
  if (owner === undefined) return true;
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    const found = await stat(folder).catch(() => undefined);
    if (found !== undefined && found.uid !== owner.uid && (found.mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

/** A copy of `folder` in a place that the owner can reach, made once. */
export async function reachableCopy(folder: string, version: string): Promise<string> {
  const copy = join(tmpdir(), `tillstream-postgres-${version}`, basename(folder));
  await mkdir(dirname(copy), { recursive: true, mode: 0o755 });
  await cp(folder, copy, { recursive: true, force: false, verbatimSymlinks: true });
  return copy;
}

/** Makes a folder that only the owner may enter. */
export async function ownFolder(folder: string, owner: Owner | undefined): Promise<void> {
  await mkdir(folder, { recursive: true, mode: owner === undefined ? 0o700 : 0o755 });
  if (owner !== undefined) await chown(folder, owner.uid, owner.gid);
}
