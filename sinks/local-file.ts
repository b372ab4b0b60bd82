import { randomBytes } from 'node:crypto';
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type DeliveryError, LocalFileError } from '../transforms/errors.ts';

/** Name under which a file is written until it is whole: hidden, and different each time. */
export function temporaryName(name: string): string {
  return `.${name}.part-${randomBytes(4).toString('hex')}`;
}

/** Name under which an older file waits while the new one takes its place. */
export function temporaryNameFor(name: string): string {
  return temporaryName(name).replace('.part-', '.old-');
}

/** Whether a file is one that {@link temporaryName} or {@link asideName} named. */
export function isTemporaryNameOf(name: string, found: string): boolean {
  const start = `.${name}.`;
  return found.startsWith(start) && /^(part|old)-[0-9a-f]{8}$/.test(found.slice(start.length));
}

/** What a person can do, by what the operating system said. */
const NEXT_BY_CODE: Readonly<Record<string, string>> = {
  ENOSPC:
    'The disk is full: free some space or choose a folder on another disk, then run it again.',
  EDQUOT: 'Your disk quota is used up: free some space or have it raised, then run it again.',
  EACCES: 'Give this user permission to write there, or choose another folder.',
  EPERM: 'Give this user permission to write there, or choose another folder.',
  EROFS: 'That disk is mounted read-only: choose another folder.',
  ENOTDIR: 'Part of that path is a file: choose a folder.',
  EEXIST: 'Part of that path is a file: choose a folder.',
  EISDIR: 'A folder of that name is in the way: move it, or choose another folder.',
  ENOENT: 'It has gone: run the command again so that it is made anew.',
  EMFILE: 'Too many files are open: raise the limit (`ulimit -n`) and run it again.',
};

const NO_FOLDER_THERE = 'The folder cannot be made there: choose another.';

/** Whether a folder could not be made though the one above is there, as in /proc. */
function isFolderRefused(error: unknown): boolean {
  const { code, syscall } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' && (syscall === 'mkdir' || syscall === 'mkdtemp');
}

/** Whether a file could not be made, or could not be handed over to where it was wanted. */
type Failure = typeof LocalFileError | typeof DeliveryError;

/** Turns what the file system threw into an error that names the folder, the file and what to do. */
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
        (isFolderRefused(error) ? NO_FOLDER_THERE : NEXT_BY_CODE[code]) ??
        'Look at the folder and its disk, then run it again.',
    },
    error,
  );
}

/** Runs one step on the file system; what it throws becomes a `LocalFileError`, or the failure that is named. */
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
 * Makes a folder and those above it, as far as they are missing. Node's own way of doing that never ends where a file
 * system says that a folder is not there and cannot be made either, as /proc does.
 *
 * @param mode of the folders that are made; 0o700 where nobody else may read what is in them
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
