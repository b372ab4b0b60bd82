import type { EventEmitter } from 'node:events';
import { createWriteStream, existsSync, unlink } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { FileSystem, type FtpConnection } from 'ftp-srv';
import type { FtpFaults } from './faults.ts';

/** The reply text that {@link startFtp} turns into a 552. */
export const DISK_FULL = 'Requested file action aborted, storage allocation exceeded';

/** The files of one connection, with faults. Emits `stalled` when an upload stalls. */
export class FaultyFileSystem extends FileSystem {
  readonly #connection: FtpConnection;
  readonly #root: string;
  readonly #home: string;
  readonly #faults: FtpFaults;
  readonly #events: EventEmitter;

  constructor(
    connection: FtpConnection,
    { root, home }: { readonly root: string; readonly home: string },
    faults: FtpFaults,
    events: EventEmitter,
  ) {
    super(connection, { root, cwd: home });
    this.#connection = connection;
    this.#root = root;
    this.#home = home;
    this.#faults = faults;
    this.#events = events;
  }

  override write(
    name: string,
    { append = false }: { readonly append?: boolean } = {},
  ): { stream: Writable; clientPath: string } {
    const isOutside = !this.currentDirectory().startsWith(this.#home);
    if (this.#faults.forbidUpload || isOutside) throw new Error('Permission denied');
    if (this.#faults.forbidDotNames && name.startsWith('.')) {
      throw new Error('Prohibited file name');
    }
    const stream = this.#upload(this.#local(name), append);
    // ftp-srv announces the end of the data connection by emitting `close` on the stream it was given.
    stream.once('close', () => stream.end());
    return { stream, clientPath: name };
  }

  override async rename(from: string, to: string): Promise<void> {
    if (this.#faults.forbidRename) throw new Error('Rename not permitted');
    if (this.#faults.forbidOverwrite && existsSync(this.#local(to))) {
      throw new Error('File already exists');
    }
    if (this.#faults.forbidRenameFrom.some(part => from.includes(part))) {
      throw new Error('Rename not permitted');
    }
    await super.rename(from, to);
  }

  override async delete(name: string): Promise<void> {
    if (this.#faults.forbidDelete) throw new Error('Delete not permitted');
    await super.delete(name);
  }

  #local(name: string): string {
    return join(this.#root, join('/', this.currentDirectory(), name));
  }

  #upload(path: string, append: boolean): Writable {
    const faults = this.#faults;
    const file = createWriteStream(path, { flags: append ? 'a' : 'w' });
    let received = 0;
    const reached = (bytes: number | undefined) => bytes !== undefined && received >= bytes;
    return new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        received += chunk.length;
        if (reached(faults.stallAfterBytes)) {
          this.#events.emit('stalled');
          return;
        }
        if (reached(faults.dropAfterBytes) && faults.drops-- > 0) {
          void this.#connection.close(0, 0);
          return;
        }
        if (reached(faults.diskFullAfterBytes)) return done(new Error(DISK_FULL));
        const spoiled = append ? faults.spoilResumed : false;
        const kept = (faults.keepOnlyBytes ?? Number.POSITIVE_INFINITY) - (received - chunk.length);
        file.write(
          (spoiled ? chunk.map(byte => byte ^ 1) : chunk).subarray(0, Math.max(0, kept)),
          done,
        );
      },
      final: done => file.end(() => (faults.takesAway ? unlink(path, () => done()) : done())),
      destroy: (error, done) => {
        file.destroy();
        done(error);
      },
    });
  }
}
