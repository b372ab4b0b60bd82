import { type RemoteOptions, remoteAddress } from '../remote-folder.ts';

/** Server, log-in and folder for deliveries by FTP. */
export interface FtpOptions extends RemoteOptions {
  /** `ftp` is not encrypted, `ftps` uses AUTH TLS, `ftps-implicit` starts with TLS. */
  readonly protocol: 'ftp' | 'ftps' | 'ftps-implicit';
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** Must exist. Default: the log-in folder. */
  readonly directory?: string;
  /** PEM of the authority to trust instead of the public ones. Certificates are always verified. */
  readonly ca?: string;
  /** Name in the server's certificate, if it differs from the host. */
  readonly serverName?: string;
}

/** `ftp://host:port/folder/name` for messages and receipts: no user, no password. */
export function ftpAddress(options: FtpOptions, name = ''): string {
  return remoteAddress(options.protocol === 'ftp' ? 'ftp' : 'ftps', options, name);
}
