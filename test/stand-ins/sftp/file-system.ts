import type { EventEmitter } from 'node:events';
import { existsSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { join, posix } from 'node:path';
import ssh2, { type SFTPWrapper } from 'ssh2';
import type { SftpFaults } from './faults.ts';
import { POSIX_RENAME } from './posix-rename.ts';

const { STATUS_CODE, OPEN_MODE } = ssh2.utils.sftp;

/**
 * Serves the files below `root`, with faults.
 *
 * @param events emits `written` with a number of bytes, and `stalled`
 * @param drop cuts the connection
 */
export function serveFiles(
  sftp: SFTPWrapper,
  root: string,
  faults: SftpFaults,
  events: EventEmitter,
  drop: () => void,
): void {
  const files = new Map<number, { handle: FileHandle; path: string; received: number }>();
  let next = 0;
  const local = (path: string) => join(root, posix.join('/', path));
  const answering = (id: number, work: () => Promise<void>) => {
    work().catch((error: NodeJS.ErrnoException) => {
      sftp.status(id, error.code === 'ENOENT' ? STATUS_CODE.NO_SUCH_FILE : STATUS_CODE.FAILURE);
    });
  };
  const move = (id: number, from: string, to: string, overwrites: boolean) =>
    answering(id, async () => {
      const isFinal = faults.forbidFinalRename && from.includes('.part-');
      if (faults.forbidRename || isFinal) return sftp.status(id, STATUS_CODE.PERMISSION_DENIED);
      if (!overwrites && existsSync(local(to))) return sftp.status(id, STATUS_CODE.FAILURE);
      await rename(local(from), local(to));
      sftp.status(id, STATUS_CODE.OK);
    });
  const show = (id: number, path: string) =>
    answering(id, async () => {
      if (faults.withoutStat) return sftp.status(id, STATUS_CODE.OP_UNSUPPORTED);
      const { size, mode, mtimeMs } = await stat(local(path));
      const time = Math.floor(mtimeMs / 1000);
      sftp.attrs(id, { size, mode, uid: 0, gid: 0, atime: time, mtime: time });
    });

  sftp.on('STAT', show);
  sftp.on('LSTAT', show);
  sftp.on('OPEN', (id, path, flags) =>
    answering(id, async () => {
      const isHidden = posix.basename(path).startsWith('.');
      const isForbidden = faults.forbidUpload || (faults.forbidDotNames && isHidden);
      if (isForbidden && flags & OPEN_MODE.WRITE)
        return sftp.status(id, STATUS_CODE.PERMISSION_DENIED);
      const number = next++;
      files.set(number, { handle: await open(local(path), modeOf(flags)), path, received: 0 });
      const handle = Buffer.alloc(4);
      handle.writeUInt32BE(number);
      sftp.handle(id, handle);
    }),
  );
  sftp.on('WRITE', (id, handle, offset, data) =>
    answering(id, async () => {
      const file = files.get(handle.readUInt32BE())!;
      file.received += data.length;
      events.emit('written', data.length);
      const reached = (bytes: number | undefined) => bytes !== undefined && file.received >= bytes;
      if (reached(faults.stallAfterBytes)) return void events.emit('stalled');
      if (reached(faults.dropAfterBytes) && faults.drops-- > 0) return drop();
      if (reached(faults.diskFullAfterBytes))
        return sftp.status(id, STATUS_CODE.FAILURE, 'No space left on device');
      const kept = Math.max(0, (faults.keepOnlyBytes ?? Number.POSITIVE_INFINITY) - offset);
      await file.handle.write(data.subarray(0, kept), 0, undefined, offset);
      sftp.status(id, STATUS_CODE.OK);
    }),
  );
  sftp.on('READ', (id, handle, offset, length) =>
    answering(id, async () => {
      const file = files.get(handle.readUInt32BE())!;
      const { buffer, bytesRead } = await file.handle.read(Buffer.alloc(length), 0, length, offset);
      if (bytesRead === 0) return sftp.status(id, STATUS_CODE.EOF);
      sftp.data(id, buffer.subarray(0, bytesRead));
    }),
  );
  const listings = new Map<number, string[]>();
  sftp.on('OPENDIR', (id, path) =>
    answering(id, async () => {
      if (faults.forbidList) return sftp.status(id, STATUS_CODE.PERMISSION_DENIED);
      const number = next++;
      listings.set(number, await readdir(local(path)));
      const handle = Buffer.alloc(4);
      handle.writeUInt32BE(number);
      sftp.handle(id, handle);
    }),
  );
  sftp.on('READDIR', (id, handle) => {
    const names = listings.get(handle.readUInt32BE())!.splice(0);
    if (names.length === 0) return sftp.status(id, STATUS_CODE.EOF);
    const attrs = { mode: 0o100644, uid: 0, gid: 0, size: 0, atime: 0, mtime: 0 };
    sftp.name(
      id,
      names.map(filename => ({ filename, longname: filename, attrs })),
    );
  });
  sftp.on('FSETSTAT', id => sftp.status(id, STATUS_CODE.OK));
  sftp.on('FSTAT', (id, handle) =>
    answering(id, async () => {
      const { size, mode } = await files.get(handle.readUInt32BE())!.handle.stat();
      sftp.attrs(id, { size, mode, uid: 0, gid: 0, atime: 0, mtime: 0 });
    }),
  );
  sftp.on('CLOSE', (id, handle) =>
    answering(id, async () => {
      const file = files.get(handle.readUInt32BE());
      await file?.handle.close();
      if (faults.takesAway && file !== undefined) await unlink(local(file.path));
      files.delete(handle.readUInt32BE());
      sftp.status(id, STATUS_CODE.OK);
    }),
  );
  sftp.on('REMOVE', (id, path) =>
    answering(id, async () => {
      if (faults.forbidDelete) return sftp.status(id, STATUS_CODE.PERMISSION_DENIED);
      await unlink(local(path));
      sftp.status(id, STATUS_CODE.OK);
    }),
  );
  sftp.on('RENAME', (id, from, to) => move(id, from, to, false));
  sftp.on('EXTENDED', (id, name, data) => {
    if (name !== POSIX_RENAME) return sftp.status(id, STATUS_CODE.OP_UNSUPPORTED);
    const length = data.readUInt32BE(0);
    const from = data.toString('utf8', 4, 4 + length);
    move(id, from, data.toString('utf8', 8 + length), true);
  });
  sftp.on('close', () => {
    for (const { handle } of files.values()) void handle.close().catch(() => {});
  });
}

/** The mode in which Node opens a file for these flags. */
function modeOf(flags: number): string {
  if (!(flags & OPEN_MODE.WRITE)) return 'r';
  return flags & OPEN_MODE.TRUNC ? 'w' : 'r+';
}
