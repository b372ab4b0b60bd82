import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onDisk } from './local-file.ts';

/** As much stays in memory. */
const MOST_IN_MEMORY = 256 * 1024;
const PIECE = 64 * 1024;

/**
 * Holds bytes until it is known whether anybody needs them. What is more than a little goes to a file that has no name
 * any more, so nothing of them stays behind, however the process ends.
 */
export class HeldBytes {
  #pieces: Uint8Array[] = [];
  #inMemory = 0;
  #file: FileHandle | undefined;
  #bytes = 0;

  /** @throws LocalFileError when the disk is full */
  async add(bytes: Uint8Array): Promise<void> {
    this.#pieces.push(bytes);
    this.#inMemory += bytes.length;
    if (this.#inMemory > MOST_IN_MEMORY) await this.#writeOut();
  }

  /** All of it in its order; then it is held no longer. */
  async *take(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < this.#bytes; ) {
      const piece = Buffer.allocUnsafe(Math.min(PIECE, this.#bytes - at));
      const { bytesRead } = await this.#file!.read(piece, 0, piece.length, at);
      if (bytesRead === 0)
        throw new Error(`a temporary file ends at ${at} of ${this.#bytes} bytes`);
      yield piece.subarray(0, bytesRead);
      at += bytesRead;
    }
    yield* this.#pieces;
    this.clear();
  }

  clear(): void {
    this.#pieces = [];
    this.#inMemory = 0;
    this.#bytes = 0;
  }

  /** Gives the disk its space back. */
  async close(): Promise<void> {
    this.clear();
    await this.#file?.close();
    this.#file = undefined;
  }

  async #writeOut(): Promise<void> {
    const pieces = this.#pieces;
    const length = this.#inMemory;
    this.#pieces = [];
    this.#inMemory = 0;
    await onDisk(tmpdir(), 'rows that were read', async () => {
      this.#file ??= await openNameless();
      const bytes = Buffer.concat(pieces, length);
      // A disk that is nearly full takes a part, and refuses the rest when it is asked again.
      for (let done = 0; done < length; ) {
        const at = this.#bytes + done;
        done += (await this.#file.write(bytes, done, length - done, at)).bytesWritten;
      }
    });
    this.#bytes += length;
  }
}

async function openNameless(): Promise<FileHandle> {
  const folder = await mkdtemp(join(tmpdir(), 'tillstream-'));
  try {
    return await open(join(folder, 'held'), 'wx+', 0o600);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
