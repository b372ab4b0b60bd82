import { execFile } from 'node:child_process';
import { chmod, chown, lchown, lstat, mkdir, open, realpath, rm, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { WarehouseError } from '../../../transforms/errors.ts';
import { environmentOfChildren } from './environment.ts';

/** The user that Postgres runs as. Postgres refuses to run as root, so root lends it to somebody else. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

const run = promisify(execFile);

/** Who Postgres runs as: undefined means whoever we are; for root, `postgres` where it exists, else `nobody`. */
export async function postgresOwner(): Promise<Owner | undefined> {
  if (userInfo().uid !== 0) return undefined;
  const id = (...args: string[]) => run('id', args, { env: environmentOfChildren() });
  for (const name of ['postgres', 'nobody']) {
    try {
      const [uid, gid] = await Promise.all([id('-u', name), id('-g', name)]);
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

/**
 * Makes a folder of our own, which nobody else may write to or, but for the owner on the way to its data, enter.
 *
 * It stays ours also where Postgres is lent to `owner`: the password and the programs in it are not for the database's
 * user to replace.
 *
 * @throws WarehouseError where somebody else made it, or could put another in its place
 */
export async function ownFolder(folder: string, owner: Owner | undefined): Promise<void> {
  const mode = owner === undefined ? 0o700 : 0o711;
  await mkdir(folder, { recursive: true, mode });
  const us = process.getuid?.();
  if (us === undefined) return;
  const real = await realpath(folder);
  const { uid } = await stat(real);
  // Earlier versions gave it to the owner.
  if (uid !== us && uid !== owner?.uid) throw notTrusted(real, `it belongs to user ${uid}`);
  for (let at = real; at !== dirname(at); at = dirname(at)) {
    const [here, above] = await Promise.all([stat(at), stat(dirname(at))]);
    if ((above.mode & 0o002) === 0) continue;
    const isSticky = (above.mode & 0o1000) !== 0;
    const isTheirs = here.uid !== us && here.uid !== 0;
    if (!isSticky) throw notTrusted(real, `anybody may replace what is in ${dirname(at)}`);
    if (isTheirs) throw notTrusted(real, `user ${here.uid} made ${at} in a shared folder`);
  }
  if (owner !== undefined) await chown(real, us, process.getgid!());
  await chmod(real, mode);
}

/** The file that Postgres writes its log to, which is the owner's while the folder is not. */
export async function logOf(home: string, owner: Owner | undefined): Promise<string> {
  const log = join(home, 'log');
  if (owner === undefined) return log;
  const found = await lstat(log).catch(() => undefined);
  if (found !== undefined && !found.isFile()) await rm(log, { recursive: true });
  await open(log, 'a', 0o600).then(file => file.close());
  await lchown(log, owner.uid, owner.gid);
  return log;
}

function notTrusted(folder: string, because: string): WarehouseError {
  return new WarehouseError('FOLDER_NOT_TRUSTED', {
    problem: `The folder of the embedded Postgres, ${folder}, cannot be trusted`,
    found: because,
    expected: 'a folder that only the user who runs the command can write to or replace',
    next: 'Run the command as the user it belongs to, or name another place with data_folder, as one in your home folder or below /var/lib.',
  });
}
