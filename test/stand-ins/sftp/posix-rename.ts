import type { SFTPWrapper } from 'ssh2';

/** OpenSSH's rename, which replaces an existing file in one step. */
export const POSIX_RENAME = 'posix-rename@openssh.com';

/** Replaces the version answer of ssh2's server, which announces no extensions. */
export function announcePosixRename(sftp: SFTPWrapper): void {
  const { _protocol: protocol } = sftp as unknown as {
    _protocol: { channelData: (id: number, data: Buffer) => unknown };
  };
  const send = protocol.channelData;
  protocol.channelData = (id, data) => {
    const isVersion = data.length === 9 && data[4] === 2;
    return send.call(protocol, id, isVersion ? versionWith(POSIX_RENAME, '1') : data);
  };
}

function versionWith(...texts: readonly string[]): Buffer {
  const strings = texts.map(text => {
    const bytes = Buffer.alloc(4 + text.length, text);
    bytes.writeUInt32BE(text.length);
    bytes.write(text, 4);
    return bytes;
  });
  const body = Buffer.concat([Buffer.from([2, 0, 0, 0, 3]), ...strings]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  return Buffer.concat([length, body]);
}
