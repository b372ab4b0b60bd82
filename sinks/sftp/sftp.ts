import type { Deliver } from '../delivery.ts';
import { deliverToServer } from '../remote-delivery.ts';
import type { RemoteServer } from '../remote-folder.ts';
import { SftpFolder } from './folder.ts';
import { type SftpOptions, sftpAddress } from './options.ts';

/** Chunks are written in parallel: the last ones may be there without those before them. */
const UNCERTAIN_BYTES = 64 * 32_768;

/** Delivers files by SFTP to a server with a known key; throws as {@link deliverToServer} does. */
export function deliverBySftp(options: SftpOptions): Deliver {
  return deliverToServer(sftpServer(options), options);
}

/** The SFTP server of these options. */
export function sftpServer(options: SftpOptions): RemoteServer {
  return {
    protocol: 'SFTP',
    uncertainBytes: UNCERTAIN_BYTES,
    open: (signal, timeoutMs) => SftpFolder.open({ ...options, timeoutMs }, signal),
    addressOf: name => sftpAddress(options, name),
  };
}
