import { randomBytes } from 'node:crypto';
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type DeliveryError, LocalFileError } from '../transforms/errors.ts';

/** Name of a file while it is being written: hidden, and different each time. */
export function temporaryName(name: string): string {
  return `.${name}.part-${randomBytes(4).toString('hex')}`;
}

/**
 * Whether a name is a temporary one of this file: a partial upload or a backup of the old file.
 *
 * On servers that refuse hidden names it has no leading dot.
 */
export function isTemporaryNameOf(name: string, found: string): boolean {
  const start = [`.${name}.`, `${name}.`].find(each => found.startsWith(each));
  return start !== undefined && /^(part|old)-[0-9a-f]{8}$/.test(found.slice(start.length));
}

/** What to do next, by the error code of the operating system. */
const NEXT_BY_CODE: Readonly<Record<string, string>> = {
  ENOSPC:
    'The disk is full: free some space or choose a folder on another disk, then run it again.',
  EDQUOT: 'Your disk quota is used up: free some space or raise the quota, then run it again.',
  EACCES: 'Give this user permission to write there, or choose another folder.',
  EPERM: 'Give this user permission to write there, or choose another folder.',
  EROFS: 'That disk is mounted read-only: choose another folder.',
  ENOTDIR: 'Part of that path is a file: choose a folder.',
  EEXIST: 'Part of that path is a file: choose a folder.',
  EISDIR: 'A folder has that name: move it, or choose another folder.',
  ENOENT: 'It no longer exists: run the command again to create it again.',
  EMFILE: 'Too many files are open: raise the limit (`ulimit -n`) and run it again.',
};

const CANNOT_CREATE_FOLDER = 'The folder cannot be created there: choose another.';

/** Whether a folder could not be created although its parent exists, as in /proc. */
function isFolderRefused(error: unknown): boolean {
  const { code, syscall } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' && (syscall === 'mkdir' || syscall === 'mkdtemp');
}

/** The error class: the file was not written, or not delivered. */
type Failure = typeof LocalFileError | typeof DeliveryError;

/** Turns an error of the file system into one that names the folder, the file and what to do. */
export function localFileError(
  error: unknown,
  folder: string,
  name: string,
  Failure: Failure = LocalFileError,
): LocalFileError | DeliveryError {
  const code = codeOf(error);
  return new Failure(
    code === 'ENOSPC' || code === 'EDQUOT' ? 'DISK_FULL' : 'FILE_NOT_WRITTEN',
    {
      problem: `"${name}" could not be written in the folder ${folder}`,
      found: code,
      next:
        (isFolderRefused(error) ? CANNOT_CREATE_FOLDER : NEXT_BY_CODE[code]) ??
        'Check the folder and its disk, then run it again.',
    },
    error,
  );
}

/** Runs one step on the file system; what it throws becomes a `LocalFileError` or `Failure`. */
export async function onDisk<T>(
  folder: string,
  name: string,
  step: () => Promise<T>,
  Failure?: Failure,
): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw localFileError(error, folder, name, Failure);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

/**
 * Creates a folder and its missing parents.
 *
 * Node's recursive `mkdir` never returns on a file system where a folder does not exist and cannot be
 * created either, as in /proc.
 *
 * @param mode of the created folders; 0o700 where only this user may read their content
 */
export async function makeFolder(folder: string, mode = 0o777): Promise<void> {
  try {
    await mkdir(folder, mode);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EEXIST' && (await stat(folder)).isDirectory()) return;
    if (code !== 'ENOENT' || dirname(folder) === folder) throw error;
    const above = await stat(dirname(folder)).catch(() => undefined);
    if (above !== undefined) throw error;
    await makeFolder(dirname(folder), mode);
    await mkdir(folder, mode);
  }
}
