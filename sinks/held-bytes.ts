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
  /** The last of them; those before are in the file. */
  #buffer: Buffer | undefined;
  #inBuffer = 0;
  #file: FileHandle | undefined;
  #inFile = 0;

  /**
   * Takes bytes, which may be others when it has resolved.
   *
   * @throws LocalFileError when the disk is full
   */
  async add(bytes: Uint8Array): Promise<void> {
    this.#buffer ??= Buffer.allocUnsafeSlow(MOST_IN_MEMORY);
    for (let taken = 0; taken < bytes.length; ) {
      if (this.#inBuffer === this.#buffer.length) await this.#writeOut(this.#buffer);
      const piece = bytes.subarray(taken, taken + this.#buffer.length - this.#inBuffer);
      this.#buffer.set(piece, this.#inBuffer);
      this.#inBuffer += piece.length;
      taken += piece.length;
    }
  }

  /** All of them in their order; then they are held no longer. */
  async *take(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < this.#inFile; ) {
      const piece = Buffer.allocUnsafe(Math.min(PIECE, this.#inFile - at));
      const { bytesRead } = await this.#file!.read(piece, 0, piece.length, at);
      if (bytesRead === 0)
        throw new Error(`a temporary file ends at ${at} of ${this.#inFile} bytes`);
      yield piece.subarray(0, bytesRead);
      at += bytesRead;
    }
    if (this.#inBuffer > 0) yield Buffer.from(this.#buffer!.subarray(0, this.#inBuffer));
    this.clear();
  }

  clear(): void {
    this.#inBuffer = 0;
    this.#inFile = 0;
  }

  /** Gives the disk its space back. */
  async close(): Promise<void> {
    this.clear();
    await this.#file?.close();
    this.#file = undefined;
  }

  async #writeOut(bytes: Buffer): Promise<void> {
    await onDisk(tmpdir(), 'rows that were read', async () => {
      this.#file ??= await openNameless();
      // A disk that is nearly full takes a part, and refuses the rest when it is asked again.
      for (let done = 0; done < bytes.length; ) {
        const at = this.#inFile + done;
        done += (await this.#file.write(bytes, done, bytes.length - done, at)).bytesWritten;
      }
    });
    this.#inFile += bytes.length;
    this.#inBuffer = 0;
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
