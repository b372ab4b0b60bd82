/** A folder on a server, as the atomic upload needs it, whatever the protocol. */

/** One log-in, standing in the configured folder. Every method throws `RemoteFailure`. */
export interface RemoteFolder {
  /** False once the connection is lost. */
  readonly isOpen: boolean;
  /** Uploads a local file; with `from`, continues a partial upload after so many bytes. */
  upload(path: string, name: string, from: number): Promise<void>;
  size(name: string): Promise<RemoteSize>;
  /** Downloads a file and returns its hash as lower-case hex. */
  sha256(name: string): Promise<string>;
  rename(from: string, to: string): Promise<void>;
  remove(name: string): Promise<void>;
  list(): Promise<readonly string[]>;
  close(): void;
}

/** Bytes of a file; `missing` if there is none, `unknown` if the server does not report sizes. */
export type RemoteSize = number | 'missing' | 'unknown';

/** A server with its protocol, log-in and folder. */
export interface RemoteServer {
  /** Logs in and enters the folder. Throws `RemoteFailure`. */
  open(signal: AbortSignal, timeoutMs: number): Promise<RemoteFolder>;
  /** Address of a file, or of the folder, for messages: no user, no password. */
  addressOf(name?: string): string;
  /** Start of error codes: `FTP` or `SFTP`. */
  readonly protocol: string;
  /** Last bytes of a partial upload that may have gaps, because chunks are written in parallel. */
  readonly uncertainBytes: number;
}

/** How files are delivered to any server. */
export interface RemoteOptions {
  /** Longest silence of the server before it counts as stalled. Default 30,000. */
  readonly timeoutMs?: number;
  /**
   * Upload under a temporary name and rename, so that nobody reads a partial file. Default true.
   * false: for servers that forbid renaming; a failed upload then leaves a partial file.
   */
  readonly viaTemporaryName?: boolean;
  /** Attempts for each file, including the first. Default 4. */
  readonly attempts?: number;
  /** Longest wait before the second attempt; grows after that. Default 1,000. */
  readonly backoffMs?: number;
}

export const DEFAULT_TIMEOUT_MS = 30_000;

/** What went wrong on a server, without the file and what was delivered before. */
export interface RemoteFault {
  readonly code: string;
  /** Completes "x.csv was not delivered to ftp://…: ". */
  readonly reason: string;
  /** What the server or the system said, without secrets. */
  readonly said: string;
  readonly next: string;
  /** Whether a retry without changes may succeed. */
  readonly isTemporary: boolean;
  /** Whether the server refused the command itself, maybe because of the file's name. */
  readonly isRefusal?: boolean;
}

/** An error that carries a fault to the end of the delivery. */
export class RemoteFailure extends Error {
  readonly fault: RemoteFault;

  constructor(fault: RemoteFault) {
    super(fault.reason);
    this.fault = fault;
  }
}

/** Builds `sftp://host:port/folder/name`: no user, no password. */
export function remoteAddress(
  scheme: string,
  { host, port, directory = '' }: { host: string; port: number; directory?: string },
  name = '',
): string {
  const shownHost = host.includes(':') ? `[${host}]` : host;
  const folder = directory.split('/').filter(part => part !== '' && part !== '.');
  return `${scheme}://${shownHost}:${port}/${[...folder, name].join('/')}`;
}
