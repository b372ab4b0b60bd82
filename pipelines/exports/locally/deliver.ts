import { deliverToAll } from '../../../sinks/compose.ts';
import type { Deliver } from '../../../sinks/delivery.ts';
import { deliverByEmail } from '../../../sinks/email/files.ts';
import { deliverToFolder } from '../../../sinks/folder/folder.ts';
import { deliverByFtp } from '../../../sinks/ftp/ftp.ts';
import type { FtpOptions } from '../../../sinks/ftp/options.ts';
import type { SftpOptions } from '../../../sinks/sftp/options.ts';
import { deliverBySftp } from '../../../sinks/sftp/sftp.ts';
import { deliverThrough } from '../../../sinks/spooled-sink.ts';
import { ConfigurationError } from '../../../transforms/errors.ts';
import { sinkNamed } from '../../destinations/registry.ts';
import type { Destination } from '../../settings/destination.ts';
import type { Configuration } from '../../settings/schema.ts';
import { trustOf } from '../../settings/tls.ts';
import { feedOf, fileNameOf, mappedStores } from './settings.ts';

/** Delivers to every configured destination at once, or into a folder instead. */
export function deliveryOf(configuration: Configuration, out: string | undefined): Deliver {
  if (out !== undefined) return deliverToFolder(out);
  const { deliver } = feedOf(configuration);
  return deliverToAll(deliver.map(destination => deliveryTo(destination, configuration)));
}

function deliveryTo(to: Destination, configuration: Configuration): Deliver {
  switch (to.protocol) {
    case 'email': {
      const isSent = isStoreFile(configuration);
      const deliver = deliverByEmail({
        smtp: to.smtp,
        from: to.from,
        ...trustOf(to),
        addressOf: addressesOf(to.to, configuration),
        subjectOf: ({ name }) =>
          to.subject
            .replaceAll('{file}', () => name)
            .replaceAll('{merchant}', configuration.merchant),
      });
      return (files, signal) => deliver(files.filter(isSent), signal);
    }
    case 'named':
      return deliverThrough(sinkNamed(configuration.destinations, to.name));
    case 'sftp':
      return deliverBySftp(sftpOptionsOf(to));
    default:
      return deliverByFtp(ftpOptionsOf(to));
  }
}

type ToServer = Exclude<Destination, { protocol: 'email' | 'named' }>;
type ToSftp = Extract<Destination, { protocol: 'sftp' }>;

export function sftpOptionsOf(to: ToSftp): SftpOptions {
  return {
    ...connection(to),
    ...(to.password !== undefined && { password: to.password }),
    ...(to.private_key !== undefined && { privateKey: to.private_key }),
    ...(to.passphrase !== undefined && { passphrase: to.passphrase }),
    ...(to.host_key !== undefined && { hostKey: to.host_key }),
  };
}

export function ftpOptionsOf(to: Exclude<ToServer, ToSftp>): FtpOptions {
  return {
    ...connection(to),
    protocol: to.protocol,
    password: to.password,
    ...trustOf(to),
  };
}

function connection(to: ToServer) {
  return {
    host: to.host,
    port: to.port,
    user: to.user,
    directory: to.directory,
    timeoutMs: to.timeout_ms,
    attempts: to.attempts,
    viaTemporaryName: to.rename,
  };
}

/** Whether a file is a store's: further feeds are not mailed. */
function isStoreFile(configuration: Configuration): (file: { readonly name: string }) => boolean {
  const feed = feedOf(configuration);
  const stores = mappedStores(configuration).map(store => store.locallyId);
  const ids = stores.length > 0 ? stores : [configuration.merchant];
  const names = new Set(ids.map(id => fileNameOf(feed, configuration, id)));
  return ({ name }) => names.has(name);
}

/** The feed address of a file's store. */
function addressesOf(
  to: string | Readonly<Record<string, string>>,
  configuration: Configuration,
): (file: { readonly name: string }) => string {
  if (typeof to === 'string') return () => to;
  const feed = feedOf(configuration);
  const addresses = new Map(
    mappedStores(configuration).map(({ locallyId }) => [
      fileNameOf(feed, configuration, locallyId),
      to[locallyId],
    ]),
  );
  return ({ name }) => {
    const address = addresses.get(name);
    if (address !== undefined) return address;
    throw new ConfigurationError('FEED_ADDRESS_MISSING', {
      problem: `"${name}" has no feed address`,
      next: 'In the configuration, add the store to to: of the e-mail destination.',
    });
  };
}
