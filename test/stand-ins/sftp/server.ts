import { EventEmitter, once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type AuthenticationType, type Connection } from 'ssh2';
import { noFaults, type SftpFaults } from './faults.ts';
import { serveFiles } from './file-system.ts';
import { hostKeyPair, isKey } from './keys.ts';
import { announcePosixRename } from './posix-rename.ts';

export interface SftpServerOptions {
  readonly user?: string;
  readonly password?: string;
  /** Public key that may log in, as ssh2 parses it. */
  readonly publicKey?: string;
  /** Accepts no other method than keyboard-interactive, which prompts for the password. */
  readonly isKeyboardInteractive?: boolean;
  /** Announces `posix-rename@openssh.com`, as OpenSSH does. Else a rename onto a name that exists is refused. */
  readonly knowsPosixRename?: boolean;
}

export interface SftpServer {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** Fingerprint of its RSA key, as `SHA256:…`. It has an ECDSA key too, which clients prefer. */
  readonly hostKey: string;
  readonly ecdsaHostKey: string;
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

/** Starts an SFTP server (ssh2) on a free port. */
export async function startSftp(options: SftpServerOptions = {}): Promise<SftpServer> {
  const { user = 'shop', password = 'sftp-secret', knowsPosixRename = true } = options;
  const root = await mkdtemp(join(tmpdir(), 'tillstream-sftp-'));
  const key = hostKeyPair();
  const ecdsa = hostKeyPair('ecdsa');
  const methods: AuthenticationType[] = options.isKeyboardInteractive
    ? ['keyboard-interactive']
    : ['password', 'publickey'];
  const faults = noFaults();
  const events = new EventEmitter();
  const connections = new Set<Connection>();
  let logIns = 0;
  let received = 0;
  events.on('written', (bytes: number) => {
    received += bytes;
  });

  const server = new ssh2.Server({ hostKeys: [key.private, ecdsa.private] }, connection => {
    connections.add(connection);
    // The types leave it out; without it every log-in takes half a second.
    (connection as Connection & { setNoDelay(on: boolean): void }).setNoDelay(true);
    connection.on('error', () => {});
    connection.on('close', () => connections.delete(connection));
    connection.on('authentication', context => {
      if (context.method === 'none') return context.reject(methods);
      logIns++;
      if (context.method === 'keyboard-interactive' && options.isKeyboardInteractive) {
        return context.prompt([{ prompt: 'Password: ', echo: false }], ([answer]) =>
          answer === password ? context.accept() : context.reject(methods),
        );
      }
      if (options.isKeyboardInteractive) return context.reject(methods);
      const isRight =
        context.method === 'password'
          ? context.password === password
          : context.method === 'publickey' && isKey(context, options.publicKey);
      if (faults.refuseLogin || context.username !== user || !isRight)
        return context.reject(methods);
      context.accept();
    });
    connection.on('session', accept => {
      accept().on('sftp', acceptSftp => {
        const sftp = acceptSftp();
        if (knowsPosixRename) announcePosixRename(sftp);
        serveFiles(sftp, root, faults, events, () => connection.end());
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
    ecdsaHostKey: ecdsa.fingerprint,
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
