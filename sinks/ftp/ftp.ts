import type { Deliver } from '../delivery.ts';
import { deliverToServer } from '../remote-delivery.ts';
import type { RemoteServer } from '../remote-folder.ts';
import { FtpFolder } from './folder.ts';
import { type FtpOptions, ftpAddress } from './options.ts';

/** Delivers files by FTP or FTPS. Throws what {@link deliverToServer} throws. */
export function deliverByFtp(options: FtpOptions): Deliver {
  return deliverToServer(ftpServer(options), options);
}

/** The FTP server of these options. */
export function ftpServer(options: FtpOptions): RemoteServer {
  return {
    protocol: 'FTP',
    // APPE appends in order: a partial upload has no gaps.
    uncertainBytes: 0,
    open: (signal, timeoutMs) => FtpFolder.open({ ...options, timeoutMs }, signal),
    addressOf: name => ftpAddress(options, name),
  };
}
