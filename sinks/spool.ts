import { createHash } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { stopIfAborted } from '../transforms/interruption.ts';
import type { SpooledFile } from './delivery.ts';
import { checkFileName } from './file-name.ts';
import { makeFolder, onDisk, temporaryName } from './local-file.ts';

/** Part of a file and its number of data rows: 0 for a header, 1,000 for a page of 1,000 rows. */
export interface Chunk {
  /** Text is written as UTF-8; pass bytes for another encoding. */
  readonly data: string | Uint8Array;
  readonly rows: number;
}

/**
 * Writes chunks to a file that gets its name only when it is complete and flushed to disk.
 *
 * The next chunk is requested when the last one is written, so memory holds one chunk. A missing
 * folder is created. What `chunks` throws is rethrown; a full disk or a missing permission becomes a
 * `LocalFileError`, an unsafe name a `ConfigurationError`, an abort an `InterruptedError`. After an
 * error no part of the file remains, and an older file of that name is unchanged.
 */
export async function spoolFile(
  folder: string,
  name: string,
  chunks: AsyncIterable<Chunk> | Iterable<Chunk>,
  signal: AbortSignal,
): Promise<SpooledFile> {
  checkFileName(name);
  stopIfAborted(signal, `Writing "${name}"`);
  const disk = <T>(step: () => Promise<T>) => onDisk(folder, name, step);
  const path = join(folder, name);
  const part = join(folder, temporaryName(name));
  const hash = createHash('sha256');
  let bytes = 0;
  let rows = 0;

  await disk(() => makeFolder(folder, 0o700));
  // It contains costs and orders: only this user may read it.
  const handle = await disk(() => open(part, 'wx', 0o600));
  try {
    for await (const chunk of chunks) {
      stopIfAborted(signal, `Writing "${name}"`);
      const data = typeof chunk.data === 'string' ? Buffer.from(chunk.data) : chunk.data;
      await disk(() => handle.writeFile(data));
      hash.update(data);
      bytes += data.byteLength;
      rows += chunk.rows;
    }
    stopIfAborted(signal, `Writing "${name}"`);
    await disk(() => handle.sync());
    await disk(() => handle.close());
    await disk(() => rename(part, path));
  } catch (error) {
    await handle.close().catch(() => {});
    await rm(part, { force: true }).catch(() => {});
    throw error;
  }
  return { name, path, bytes, sha256: hash.digest('hex'), rows };
}
