import { copyFile, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DeliveryError } from '../../transforms/errors.ts';
import { stopIfAborted } from '../../transforms/interruption.ts';
import { PartlyDeliveredError } from '../compose.ts';
import type { Deliver, OutgoingFile, Receipt } from '../delivery.ts';
import { checkFileName } from '../file-name.ts';
import { isTemporaryNameOf, makeFolder, onDisk, temporaryName } from '../local-file.ts';

/**
 * Delivers files into a folder of this machine, which is made if needed.
 *
 * All files are copied under temporary names and measured before the first of them gets its own, so a disk that fills
 * up leaves the folder as it was, and a reader of it sees each old file or the new one, whole. What a run that was
 * killed left of these files is removed first. Throws `DeliveryError` when the folder cannot be written: the files are
 * right, and did not arrive. Where one cannot get its name, those before it have theirs: `PartlyDeliveredError` says which.
 */
export function deliverToFolder(folder: string): Deliver {
  return async (files, signal) => {
    const copies = files.map(file => ({ file, part: temporaryName(checkFileName(file.name)) }));
    const disk = <T>({ name }: OutgoingFile, step: () => Promise<T>) =>
      onDisk(folder, name, step, DeliveryError);
    await removeAbandoned(folder, files);
    try {
      for (const { file, part } of copies) {
        stopIfAborted(signal, `Copying "${file.name}"`);
        await disk(file, () => makeFolder(folder));
        await disk(file, () => copyFile(file.path, join(folder, part)));
        const { size } = await disk(file, () => stat(join(folder, part)));
        if (size !== file.bytes) throw changedSize(file, folder, size);
        await disk(file, () => flush(join(folder, part)));
      }
      const receipts: Receipt[] = [];
      for (const { file, part } of copies) {
        const destination = join(folder, file.name);
        await disk(file, () => rename(join(folder, part), destination)).catch(error => {
          throw receipts.length === 0 ? error : inPlace(error, receipts);
        });
        receipts.push({ file: file.name, destination, bytes: file.bytes, detail: 'copied' });
      }
      return receipts;
    } finally {
      // What has its own name by now is no longer there under the other.
      for (const { part } of copies) await rm(join(folder, part), { force: true }).catch(() => {});
    }
  };
}

function inPlace(failure: Error, receipts: readonly Receipt[]): PartlyDeliveredError {
  const names = receipts.map(({ file }) => `"${file}"`).join(', ');
  return new PartlyDeliveredError([failure], receipts, `New in that folder already: ${names}.`);
}

/** What an earlier run that was killed left of these files. Where it cannot be removed it harms nobody. */
async function removeAbandoned(folder: string, files: readonly OutgoingFile[]): Promise<void> {
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

function changedSize(file: OutgoingFile, folder: string, bytes: number): DeliveryError {
  return new DeliveryError('FILE_CHANGED', {
    problem: `The copy of "${file.name}" in ${folder} has another size than the file that was made`,
    found: `${bytes} bytes`,
    expected: `${file.bytes} bytes`,
    next: 'Something else wrote to it: stop that, then run the command again.',
  });
}
