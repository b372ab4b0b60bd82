import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Configuration } from '../settings/schema.ts';
import type { Work } from './work.ts';

/** Gives `use` the run's folder, and removes it afterwards: what went out is in the warehouse. */
export async function inSpool<T>(
  work: Pick<Work, 'configuration' | 'runId'>,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = spoolFolder(work);
  try {
    return await use(folder);
  } finally {
    // Where that fails, `removeLeftBehind` does it.
    await rm(folder, { recursive: true, force: true }).catch(() => {});
  }
}

/**
 * Where a run's files lie until they have left. Merchants may share a data folder, so the merchant is in its name; the
 * process is there for {@link removeLeftBehind}.
 */
function spoolFolder({ configuration, runId }: Pick<Work, 'configuration' | 'runId'>) {
  return join(spoolOf(configuration), `${configuration.merchant}-${runId}-${process.pid}`);
}

/**
 * Removes what runs of this merchant left behind when they were killed. Whoever holds the merchant's lock is its only run;
 * a process that is alive all the same (it works with another warehouse in the same data folder) keeps its files.
 */
export async function removeLeftBehind(configuration: Configuration): Promise<void> {
  const folder = spoolOf(configuration);
  // Where there is none yet, nothing was left.
  for (const name of await readdir(folder).catch(() => [])) {
    const [, merchant, pid] = /^(\w+)-\d+-(\d+)$/.exec(name) ?? [];
    if (merchant !== configuration.merchant || isAnotherAlive(Number(pid))) continue;
    await rm(join(folder, name), { recursive: true, force: true }).catch(() => {});
  }
}

function spoolOf({ data_folder: dataFolder }: Configuration): string {
  return join(dataFolder, 'spool');
}

/** Its number may be ours: in a container, every main process is number 1. */
function isAnotherAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Somebody else's process is alive, and not ours to ask.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
