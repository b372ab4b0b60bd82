import { deliverToFolder } from '../../sinks/folder.ts';
import { deliverByFtp } from '../../sinks/ftp.ts';
import type { Deliver } from '../../sinks/outgoing.ts';
import type { LocallyConfiguration } from '../configuration/locally.ts';

/** How the files are handed over: by FTP as configured, or into a folder instead. */
export function deliveryOf({ deliver }: LocallyConfiguration, out: string | undefined): Deliver {
  if (out !== undefined) return deliverToFolder(out);
  return deliverByFtp({
    protocol: deliver.protocol,
    host: deliver.host,
    port: deliver.port,
    user: deliver.user,
    password: deliver.password,
    directory: deliver.directory,
    timeoutMs: deliver.timeout_ms,
    attempts: deliver.attempts,
    viaTemporaryName: deliver.rename,
  });
}
