import { EventEmitter, once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FtpSrv } from 'ftp-srv';
import { type FtpFaults, noFaults } from './faults.ts';
import { DISK_FULL, FaultyFileSystem } from './file-system.ts';

export interface FtpServerOptions {
  readonly user?: string;
  readonly password?: string;
  /** The folder to serve; left out, a new one that `close` removes. */
  readonly root?: string;
  /** The log-in folder; files outside it cannot be written. Default `/`. */
  readonly home?: string;
  /** Offers TLS: after `AUTH TLS`, or from the first byte when `isImplicit`. */
  readonly tls?: { readonly key: string; readonly cert: string; readonly isImplicit?: boolean };
  readonly faults?: Partial<FtpFaults>;
}

/** A running FTP server on 127.0.0.1. */
export interface FtpServer {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** The folder on this machine that it serves. */
  readonly root: string;
  /** Change its fields at any time. */
  readonly faults: FtpFaults;
  /** Attempted log-ins so far, including refused ones. */
  logIns(): number;
  /** Resolves when the next upload stalls because of `stallAfterBytes`. */
  stalled(): Promise<void>;
  /** The bytes of a file; `path` is relative to the root. */
  read(path: string): Promise<Buffer>;
  /** Names in a folder, hidden ones too, sorted. */
  list(folder?: string): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** Members of ftp-srv that its types leave out. */
interface FtpSrvInternals {
  readonly server: Server;
  getNextPasvPort: () => Promise<number>;
}

const HOST = '127.0.0.1';
const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGQUIT'] as const;

/** Starts an FTP server (ftp-srv) on a free port, for tests and for the demo. Passive mode only. */
export async function startFtp(options: FtpServerOptions = {}): Promise<FtpServer> {
  const { user = 'shop', password = 'ftp-secret', tls, home = '/' } = options;
  const root = options.root ?? (await mkdtemp(join(tmpdir(), 'tillstream-ftp-')));
  await mkdir(join(root, home), { recursive: true });
  const faults = { ...noFaults(), ...options.faults };
  const events = new EventEmitter();
  let logIns = 0;

  const server = createWithoutSignalHandlers({
    url: `${tls?.isImplicit ? 'ftps' : 'ftp'}://${HOST}:0`,
    // The type knows only a fixed address.
    pasv_url: (() => faults.passiveHost ?? HOST) as unknown as string,
    tls: tls ? { key: tls.key, cert: tls.cert } : false,
    log: SILENT_LOG,
  });
  server.on('login', (login, accept, refuse) => {
    logIns++;
    if (faults.echoPassword) return refuse(new Error(`No such user: ${user}/${login.password}`));
    if (faults.refuseLogin || login.username !== user || login.password !== password) {
      return refuse(new Error('Login incorrect'));
    }
    const { connection } = login;
    const reply = connection.reply.bind(connection);
    connection.reply = (code, ...letters) =>
      reply(code === 550 && letters[0] === DISK_FULL ? 552 : code, ...letters);
    accept({
      fs: new FaultyFileSystem(connection, { root, home }, faults, events),
      blacklist: [
        ...(faults.withoutSize ? ['SIZE'] : []),
        ...(faults.withoutList ? ['LIST', 'NLST', 'MLSD'] : []),
        ...(faults.passiveHost === undefined ? [] : ['EPSV']),
      ],
    });
  });
  await server.listen();

  return {
    host: HOST,
    port: (server.server.address() as AddressInfo).port,
    user,
    password,
    root,
    faults,
    logIns: () => logIns,
    stalled: async () => {
      await once(events, 'stalled');
    },
    read: path => readFile(join(root, path)),
    list: async (folder = '.') => (await readdir(join(root, folder))).sort(),
    close: async () => {
      await server.close();
      if (options.root === undefined) await rm(root, { recursive: true, force: true });
    },
  };
}

/** Without this, ftp-srv ends the process on Ctrl-C, and scans for ports from 1024 up. */
function createWithoutSignalHandlers(
  options: ConstructorParameters<typeof FtpSrv>[0],
): FtpSrv & FtpSrvInternals {
  const before = new Map(SIGNALS.map(signal => [signal, process.listeners(signal)]));
  const server = new FtpSrv(options) as FtpSrv & FtpSrvInternals;
  for (const signal of SIGNALS) {
    for (const listener of process.listeners(signal)) {
      if (!before.get(signal)?.includes(listener)) process.off(signal, listener);
    }
  }
  server.getNextPasvPort = async () => 0;
  // As real servers do; otherwise each reply waits 40 ms for the client's delayed acknowledgement.
  server.server.on('connection', socket => socket.setNoDelay());
  return server;
}

const ignore = () => {};
const SILENT_LOG = {
  trace: ignore,
  debug: ignore,
  info: ignore,
  warn: ignore,
  error: ignore,
  child: () => SILENT_LOG,
};
