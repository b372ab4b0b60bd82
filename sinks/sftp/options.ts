/** Where and how files are handed over by SFTP. */
export interface SftpOptions {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Password, or a private key, or both where the server wants both. */
  readonly password?: string;
  /** Private key as OpenSSH or PEM text. */
  readonly privateKey?: string;
  readonly passphrase?: string;
  /**
   * Fingerprint of the server's key as `ssh-keygen -l` shows it: `SHA256:…`. Without it nothing is sent, because
   * anybody could be answering.
   */
  readonly hostKey?: string;
  /** Must exist; left out, the folder the log-in lands in. */
  readonly directory?: string;
  /** Longest silence of the server before it counts as stalled. Default 30 000. */
  readonly timeoutMs?: number;
  /** Upload under another name and rename. Default true. Off is for servers that forbid renaming. */
  readonly viaTemporaryName?: boolean;
  /** Tries for each file, the first one counted. Default 4. */
  readonly attempts?: number;
  /** Longest rest before the second try; grows after. Default 1000. */
  readonly backoffMs?: number;
}

/** `sftp://host:port/folder/name` for messages and receipts: no user, no password. */
export function sftpAddress({ host, port, directory = '' }: SftpOptions, name = ''): string {
  const shown = host.includes(':') ? `[${host}]` : host;
  const folder = directory.split('/').filter(part => part !== '' && part !== '.');
  return `sftp://${shown}:${port}/${[...folder, name].join('/')}`;
}
