import { createHash } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { stopIfAborted } from '../transforms/interruption.ts';
import type { OutgoingFile } from './delivery.ts';
import { checkFileName } from './file-name.ts';
import { makeFolder, onDisk, temporaryName } from './local-file.ts';

/** A piece of a file and how many data rows it holds: a header holds none, a page of 1000 rows holds 1000. */
export interface Chunk {
  /** Text is written as UTF-8; for another encoding hand over bytes. */
  readonly data: string | Uint8Array;
  readonly rows: number;
}

/**
 * Writes chunks to a file that appears under its name only when it is whole and safe on disk.
 *
 * The next chunk is asked for when the last one is written, so memory holds one chunk. The folder is made if needed.
 * What `chunks` throws is passed on as it is; a full disk or missing permission becomes a `LocalFileError`, an unsafe
 * name a `ConfigurationError`, an abort an `InterruptedError`. After any of them no part of the file remains, and an
 * older file of that name is untouched.
 */
export async function spoolFile(
  folder: string,
  name: string,
  chunks: AsyncIterable<Chunk> | Iterable<Chunk>,
  signal: AbortSignal,
): Promise<OutgoingFile> {
  checkFileName(name);
  stopIfAborted(signal, `Writing "${name}"`);
  const disk = <T>(step: () => Promise<T>) => onDisk(folder, name, step);
  const path = join(folder, name);
  const part = join(folder, temporaryName(name));
  const hash = createHash('sha256');
  let bytes = 0;
  let rows = 0;

  await disk(() => makeFolder(folder, 0o700));
  // Costs and orders are in it: it is for this user alone.
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
