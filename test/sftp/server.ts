import { createHash, generateKeyPairSync } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { existsSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { mkdtemp, open, readdir, readFile, rename, rm, stat, unlink } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import ssh2, { type Connection, type SFTPWrapper } from 'ssh2';

/** What the stand-in SFTP server does wrong, each switched on and off while it runs. */
export interface SftpFaults {
  refuseLogin: boolean;
  /** Answers writes with a failure once this many bytes have arrived. */
  diskFullAfterBytes: number | undefined;
  /** Cuts the connection once this many bytes have arrived, `drops` times. */
  dropAfterBytes: number | undefined;
  drops: number;
  /** Says nothing more once this many bytes have arrived. */
  stallAfterBytes: number | undefined;
  /** Loses everything beyond this many bytes. */
  keepOnlyBytes: number | undefined;
  forbidUpload: boolean;
  forbidRename: boolean;
  forbidList: boolean;
  /** Refuses renaming away from a temporary name once the target is gone: the worst moment. */
  forbidFinalRename: boolean;
}

export interface SftpServerOptions {
  readonly user?: string;
  readonly password?: string;
  /** Public key that may log in, as ssh2 parses it. */
  readonly publicKey?: string;
  /** Announces `posix-rename@openssh.com`, as OpenSSH does. Else a rename onto a name that exists is refused. */
  readonly knowsPosixRename?: boolean;
}

export interface SftpServer {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** As `SHA256:…`. */
  readonly hostKey: string;
  readonly root: string;
  readonly faults: SftpFaults;
  logIns(): number;
  /** Bytes written so far, over all uploads. */
  received(): number;
  stalled(): Promise<void>;
  read(path: string): Promise<Buffer>;
  list(folder?: string): Promise<readonly string[]>;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
const { STATUS_CODE, OPEN_MODE } = ssh2.utils.sftp;
const NAME = 'posix-rename@openssh.com';

/** Starts an SFTP server (ssh2) on a free port. */
export async function startSftp(options: SftpServerOptions = {}): Promise<SftpServer> {
  const { user = 'shop', password = 'sftp-secret', knowsPosixRename = true } = options;
  const root = await mkdtemp(join(tmpdir(), 'tillstream-sftp-'));
  const key = hostKeyPair();
  const faults: SftpFaults = {
    refuseLogin: false,
    diskFullAfterBytes: undefined,
    dropAfterBytes: undefined,
    drops: Number.POSITIVE_INFINITY,
    stallAfterBytes: undefined,
    keepOnlyBytes: undefined,
    forbidUpload: false,
    forbidRename: false,
    forbidList: false,
    forbidFinalRename: false,
  };
  const events = new EventEmitter();
  const connections = new Set<Connection>();
  let logIns = 0;
  let received = 0;
  events.on('written', (bytes: number) => {
    received += bytes;
  });

  const server = new ssh2.Server({ hostKeys: [key.private] }, connection => {
    connections.add(connection);
    // Its types leave it out; without it every log-in takes half a second.
    (connection as Connection & { setNoDelay(on: boolean): void }).setNoDelay(true);
    connection.on('error', () => {});
    connection.on('close', () => connections.delete(connection));
    connection.on('authentication', context => {
      if (context.method === 'none') return context.reject(['password', 'publickey']);
      logIns++;
      const isRight =
        context.method === 'password'
          ? context.password === password
          : context.method === 'publickey' && isKey(context, options.publicKey);
      if (faults.refuseLogin || context.username !== user || !isRight) return context.reject();
      context.accept();
    });
    connection.on('session', accept => {
      accept().on('sftp', acceptSftp => {
        const sftp = acceptSftp();
        if (knowsPosixRename) announcePosixRename(sftp);
        serve(sftp, root, faults, events, () => connection.end());
      });
    });
  });
  server.listen(0, HOST);
  await once(server, 'listening');

  return {
    host: HOST,
    port: (server.address() as AddressInfo).port,
    user,
    password,
    hostKey: key.fingerprint,
    root,
    faults,
    logIns: () => logIns,
    received: () => received,
    stalled: async () => {
      await once(events, 'stalled');
    },
    read: path => readFile(join(root, path)),
    list: async (folder = '.') => (await readdir(join(root, folder))).sort(),
    close: async () => {
      for (const connection of connections) connection.end();
      await new Promise<void>(resolve => {
        server.close(() => resolve());
      });
      await rm(root, { recursive: true, force: true });
    },
  };
}

function serve(
  sftp: SFTPWrapper,
  root: string,
  faults: SftpFaults,
  events: EventEmitter,
  drop: () => void,
): void {
  const files = new Map<number, { handle: FileHandle; received: number }>();
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
      const { size, mode, mtimeMs } = await stat(local(path));
      const time = Math.floor(mtimeMs / 1000);
      sftp.attrs(id, { size, mode, uid: 0, gid: 0, atime: time, mtime: time });
    });

  sftp.on('STAT', show);
  sftp.on('LSTAT', show);
  sftp.on('OPEN', (id, path, flags) =>
    answering(id, async () => {
      if (faults.forbidUpload && flags & OPEN_MODE.WRITE)
        return sftp.status(id, STATUS_CODE.PERMISSION_DENIED);
      const number = next++;
      files.set(number, { handle: await open(local(path), modeOf(flags)), received: 0 });
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
      await files.get(handle.readUInt32BE())?.handle.close();
      files.delete(handle.readUInt32BE());
      sftp.status(id, STATUS_CODE.OK);
    }),
  );
  sftp.on('REMOVE', (id, path) =>
    answering(id, async () => {
      await unlink(local(path));
      sftp.status(id, STATUS_CODE.OK);
    }),
  );
  sftp.on('RENAME', (id, from, to) => move(id, from, to, false));
  sftp.on('EXTENDED', (id, name, data) => {
    if (name !== NAME) return sftp.status(id, STATUS_CODE.OP_UNSUPPORTED);
    const length = data.readUInt32BE(0);
    const from = data.toString('utf8', 4, 4 + length);
    move(id, from, data.toString('utf8', 8 + length), true);
  });
  sftp.on('close', () => {
    for (const { handle } of files.values()) void handle.close().catch(() => {});
  });
}

/** How node opens a file for what a client asked. */
function modeOf(flags: number): string {
  if (!(flags & OPEN_MODE.WRITE)) return 'r';
  return flags & OPEN_MODE.TRUNC ? 'w' : 'r+';
}

/** ssh2's server announces no extensions, so its answer to the client's first word is replaced by one that does. */
function announcePosixRename(sftp: SFTPWrapper): void {
  const { _protocol: protocol } = sftp as unknown as {
    _protocol: { channelData: (id: number, data: Buffer) => unknown };
  };
  const send = protocol.channelData;
  protocol.channelData = (id, data) => {
    const isVersion = data.length === 9 && data[4] === 2;
    return send.call(protocol, id, isVersion ? versionWith(NAME, '1') : data);
  };
}

function versionWith(...texts: readonly string[]): Buffer {
  const strings = texts.map(text => {
    const bytes = Buffer.alloc(4 + text.length, text);
    bytes.writeUInt32BE(text.length);
    bytes.write(text, 4);
    return bytes;
  });
  const body = Buffer.concat([Buffer.from([2, 0, 0, 0, 3]), ...strings]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  return Buffer.concat([length, body]);
}

function isKey(
  context: { key: { data: Buffer }; signature?: Buffer; blob?: Buffer; hashAlgo?: string },
  allowed: string | undefined,
): boolean {
  if (allowed === undefined) return false;
  const parsed = ssh2.utils.parseKey(allowed);
  if (parsed instanceof Error) throw parsed;
  const key = Array.isArray(parsed) ? parsed[0]! : parsed;
  if (!key.getPublicSSH().equals(context.key.data)) return false;
  if (context.signature === undefined || context.blob === undefined) return true;
  return key.verify(context.blob, context.signature, context.hashAlgo) === true;
}

function hostKeyPair(): { private: string; fingerprint: string } {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const text = pair.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  const parsed = ssh2.utils.parseKey(text);
  if (parsed instanceof Error) throw parsed;
  const key = Array.isArray(parsed) ? parsed[0]! : parsed;
  const hash = createHash('sha256').update(key.getPublicSSH()).digest('base64');
  return { private: text, fingerprint: `SHA256:${hash.replace(/=+$/, '')}` };
}
