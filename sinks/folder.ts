import { copyFile, open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DeliveryError } from '../transforms/errors.ts';
import { stopIfAborted } from '../transforms/interruption.ts';
import { checkFileName } from './file-name.ts';
import { makeFolder, onDisk, temporaryName } from './local-file.ts';
import type { Deliver, OutgoingFile, Receipt } from './outgoing.ts';

/**
 * Delivers files into a folder of this machine, which is made if needed.
 *
 * Each file is copied under a temporary name, measured, and renamed, so a reader of the folder sees the old file or
 * the new one, whole. Throws `DeliveryError` when the folder cannot be written: the file is right, and did not arrive.
 */
export function deliverToFolder(folder: string): Deliver {
  return async (files, signal) => {
    for (const file of files) checkFileName(file.name);
    const receipts: Receipt[] = [];
    for (const file of files) {
      stopIfAborted(signal, `Copying "${file.name}"`);
      receipts.push(await copyWhole(file, folder));
    }
    return receipts;
  };
}

async function copyWhole(file: OutgoingFile, folder: string): Promise<Receipt> {
  const target = join(folder, file.name);
  const part = join(folder, temporaryName(file.name));
  const disk = <T>(step: () => Promise<T>) => onDisk(folder, file.name, step, DeliveryError);
  try {
    await disk(() => makeFolder(folder));
    await disk(() => copyFile(file.path, part));
    const { size } = await disk(() => stat(part));
    if (size !== file.bytes) throw changedSize(file, folder, size);
    await disk(() => flush(part));
    await disk(() => rename(part, target));
  } catch (error) {
    await rm(part, { force: true }).catch(() => {});
    throw error;
  }
  return { file: file.name, destination: target, bytes: file.bytes, detail: 'copied' };
}

async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function changedSize(file: OutgoingFile, folder: string, bytes: number): DeliveryError {
  return new DeliveryError('FILE_CHANGED', {
    problem: `The copy of "${file.name}" in ${folder} has another size than the file that was made`,
    found: `${bytes} bytes`,
    expected: `${file.bytes} bytes`,
    next: 'Something else wrote to it: stop that, then run the command again.',
  });
}
