import { copyFile, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DeliveryError } from '../../transforms/errors.ts';
import { stopIfAborted } from '../../transforms/interruption.ts';
import { PartlyDeliveredError } from '../compose.ts';
import type { Deliver, DeliveredFile, SpooledFile } from '../delivery.ts';
import { checkFileName } from '../file-name.ts';
import { isTemporaryNameOf, makeFolder, onDisk, temporaryName } from '../local-file.ts';

/**
 * Delivers files into a folder on this machine, which is created if it is missing.
 *
 * All files are copied under temporary names and measured before the first one is renamed. A disk
 * that fills up leaves the folder as it was, and a reader sees the complete old or new file.
 * Leftovers of a killed run are removed first. Throws `DeliveryError` when the folder cannot be
 * written, and `PartlyDeliveredError` when only some files could be renamed.
 */
export function deliverToFolder(folder: string): Deliver {
  return async (files, signal) => {
    const copies = files.map(file => ({ file, part: temporaryName(checkFileName(file.name)) }));
    const disk = <T>({ name }: SpooledFile, step: () => Promise<T>) =>
      onDisk(folder, name, step, DeliveryError);
    await removeLeftovers(folder, files);
    try {
      for (const { file, part } of copies) {
        stopIfAborted(signal, `Copying "${file.name}"`);
        await disk(file, () => makeFolder(folder));
        await disk(file, () => copyFile(file.path, join(folder, part)));
        const { size } = await disk(file, () => stat(join(folder, part)));
        if (size !== file.bytes) throw changedSize(file, folder, size);
        await disk(file, () => flush(join(folder, part)));
      }
      const receipts: DeliveredFile[] = [];
      for (const { file, part } of copies) {
        const destination = join(folder, file.name);
        await disk(file, () => rename(join(folder, part), destination)).catch(error => {
          throw receipts.length === 0 ? error : partlyRenamed(error, receipts);
        });
        receipts.push({ file: file.name, destination, bytes: file.bytes, detail: 'copied' });
      }
      return receipts;
    } finally {
      // A renamed file no longer exists under its temporary name.
      for (const { part } of copies) await rm(join(folder, part), { force: true }).catch(() => {});
    }
  };
}

function partlyRenamed(failure: Error, receipts: readonly DeliveredFile[]): PartlyDeliveredError {
  const names = receipts.map(({ file }) => `"${file}"`).join(', ');
  return new PartlyDeliveredError(
    [failure],
    receipts,
    `Already replaced in that folder: ${names}.`,
  );
}

/** Removes temporary files of an earlier run that was killed; failures are ignored. */
async function removeLeftovers(folder: string, files: readonly SpooledFile[]): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (!files.some(file => isTemporaryNameOf(file.name, name))) continue;
    await rm(join(folder, name), { force: true }).catch(() => {});
  }
}

async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function changedSize(file: SpooledFile, folder: string, bytes: number): DeliveryError {
  return new DeliveryError('FILE_CHANGED', {
    problem: `The copy of "${file.name}" in ${folder} has a different size than the file`,
    found: `${bytes.toLocaleString('en-US')} bytes`,
    expected: `${file.bytes.toLocaleString('en-US')} bytes`,
    next: 'Another program changed the file: stop that program, then run the command again.',
  });
}
