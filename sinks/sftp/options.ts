import { type RemoteOptions, remoteAddress } from '../remote-folder.ts';

/** Server, log-in and folder for deliveries by SFTP. */
export interface SftpOptions extends RemoteOptions {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Password, private key, or both if the server requires both. */
  readonly password?: string;
  /** Private key as OpenSSH, PKCS#8 or PEM text. */
  readonly privateKey?: string;
  readonly passphrase?: string;
  /**
   * Fingerprint of the server's key as `ssh-keygen -l` shows it: `SHA256:…`. Without it nothing is
   * sent, because any server could be answering.
   */
  readonly hostKey?: string;
  /** Must exist. Default: the log-in folder. */
  readonly directory?: string;
}

/** `sftp://host:port/folder/name` for messages and receipts: no user, no password. */
export function sftpAddress(options: SftpOptions, name = ''): string {
  return remoteAddress('sftp', options, name);
}
