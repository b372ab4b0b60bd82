/** Where and how files are handed over by FTP. */
export interface FtpOptions {
  /** `ftp` is unencrypted, `ftps` asks for TLS after connecting (the usual kind), `ftps-implicit` begins with TLS. */
  readonly protocol: 'ftp' | 'ftps' | 'ftps-implicit';
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** Must exist; left out, the folder the log-in lands in. */
  readonly directory?: string;
  /** Longest silence of the server before it counts as stalled. Default 30 000. */
  readonly timeoutMs?: number;
  /** PEM of the authority to trust instead of the public ones. Certificates are always verified. */
  readonly ca?: string;
  /** Name in the server's certificate, where it is another than the host. */
  readonly serverName?: string;
  /**
   * Upload under another name and rename, so that nobody reads half a file. Default true. Off is for servers that
   * forbid renaming; then a failed upload leaves half a file at the destination.
   */
  readonly viaTemporaryName?: boolean;
  /** Tries for each file, the first one counted. Default 4. */
  readonly attempts?: number;
  /** Longest rest before the second try; grows after. Default 1000. */
  readonly backoffMs?: number;
}

/** `ftp://host:port/folder/name` for messages and receipts: no user, no password. */
export function ftpAddress(options: FtpOptions, name = ''): string {
  const scheme = options.protocol === 'ftp' ? 'ftp' : 'ftps';
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  const folder = (options.directory ?? '').split('/').filter(part => part !== '');
  return `${scheme}://${host}:${options.port}/${[...folder, name].join('/')}`;
}
