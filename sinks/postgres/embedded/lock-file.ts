import { execFile } from 'node:child_process';
import { readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { environmentOfChildren } from './environment.ts';

/** What Postgres' own lock file says of a data folder. */
export interface Holder {
  readonly pid: number;
  /** Where it listens, once it does. */
  readonly port: number | undefined;
}

/** A file that says nothing is left by a crash or a full disk; Postgres itself fills it within a moment. */
const EMPTY_FOR_MS = 5_000;
/** No process has this number on any system that Postgres runs on. */
const NOBODY = 2_147_483_646;
const run = promisify(execFile);

/**
 * The process that has the data folder, if the lock file names one that is alive and could be it.
 *
 * After a crash or a restart the file stays, and its process number may be somebody else's; Postgres then refuses to
 * start. Such a file is put out of action, and so is one that names nothing.
 */
export async function holderOf(data: string): Promise<Holder | undefined> {
  const file = join(data, 'postmaster.pid');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const [first = '', , , port] = text.split('\n');
  const pid = Number(first);
  if (!(Number.isInteger(pid) && pid > 0)) {
    const age = Date.now() - (await stat(file).catch(() => undefined))!.mtimeMs;
    if (age > EMPTY_FOR_MS || age < -EMPTY_FOR_MS) await rm(file, { force: true });
    return undefined;
  }
  if (!isAlive(pid)) return undefined;
  if ((await isAnother(pid, data)) && (await readFile(file, 'utf8')) === text) {
    // Not removed: by its last line Postgres finds out whether something still has its memory.
    await writeFile(file, text.replace(first, String(NOBODY)));
    return undefined;
  }
  return { pid, port: Number(port) || undefined };
}

/** Whether a process is alive, whoever's it is. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM';
  }
}

/** Whether a process is certainly no Postgres on this data folder, by the command that started it. */
async function isAnother(pid: number, data: string): Promise<boolean> {
  const words = await commandOf(pid);
  if (words === undefined) return false;
  if (!/postgres|postmaster/.test(words[0] ?? '')) return true;
  const folder = words[words.indexOf('-D') + 1];
  // As another started it, with a folder that is relative or in its environment: that may be this one.
  if (!words.includes('-D') || !folder?.startsWith('/')) return false;
  const [theirs, ours] = await Promise.all(
    [folder, data].map(path => realpath(path).catch(() => path)),
  );
  return theirs !== ours;
}

/** The words of a process' command; undefined where this system does not tell. */
async function commandOf(pid: number): Promise<readonly string[] | undefined> {
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  if (command !== undefined) return command === '' ? undefined : command.split('\0');
  if (process.platform === 'win32' || process.platform === 'linux') return undefined;
  const { stdout } = await run('ps', ['-o', 'args=', '-p', String(pid)], {
    env: environmentOfChildren(),
  }).catch(() => ({ stdout: '' }));
  // A folder with a blank in its name cannot be told from two words.
  const [program, ...rest] = stdout.trim().split(' -D ');
  if (program === undefined || program === '') return undefined;
  return rest.length === 0 ? [program] : [program, '-D', rest[0]!.split(' -c ')[0]!];
}
