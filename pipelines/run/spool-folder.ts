import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Configuration } from '../settings/schema.ts';
import type { Work } from './work.ts';

/** Gives `use` the run's folder and removes it afterwards; the warehouse has all exports. */
export async function inSpool<T>(
  work: Pick<Work, 'configuration' | 'runId'>,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = spoolFolder(work);
  try {
    return await use(folder);
  } finally {
    // If that fails, `removeLeftovers` does it later.
    await rm(folder, { recursive: true, force: true }).catch(() => {});
  }
}

/**
 * The folder for a run's files until they are delivered.
 *
 * Its name has the merchant, because merchants may share a data folder, and the process id, for
 * {@link removeLeftovers}.
 */
function spoolFolder({ configuration, runId }: Pick<Work, 'configuration' | 'runId'>) {
  return join(spoolOf(configuration), `${configuration.merchant}-${runId}-${process.pid}`);
}

/**
 * Removes the folders of this merchant's runs that were killed.
 *
 * The caller holds the merchant's lock, so no other run is in progress. A process that is alive
 * nevertheless uses another warehouse with the same data folder; its files stay.
 */
export async function removeLeftovers(configuration: Configuration): Promise<void> {
  const folder = spoolOf(configuration);
  // The folder does not exist before the first export.
  for (const name of await readdir(folder).catch(() => [])) {
    const [, merchant, pid] = /^(\w+)-\d+-(\d+)$/.exec(name) ?? [];
    if (merchant !== configuration.merchant || isAnotherAlive(Number(pid))) continue;
    await rm(join(folder, name), { recursive: true, force: true }).catch(() => {});
  }
}

function spoolOf({ data_folder: dataFolder }: Configuration): string {
  return join(dataFolder, 'spool');
}

/** In a container every main process has the id 1, so an old id may be our own. */
function isAnotherAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // The process is alive and belongs to another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
