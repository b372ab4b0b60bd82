import { createPrivateKey, type KeyObject } from 'node:crypto';

/**
 * Converts a PKCS#8 private key to a format that ssh2 reads; other formats are returned unchanged.
 *
 * ssh2 reads only OpenSSH and the older PEM formats (`mscdex/ssh2#893`); OpenSSL writes PKCS#8.
 *
 * @throws Error with "privateKey" in its message if the key or its passphrase is wrong
 */
export function sshPrivateKey(text: string, passphrase: string | undefined): string {
  if (!/-----BEGIN (ENCRYPTED )?PRIVATE KEY-----/.test(text)) return text;
  const key = read(text, passphrase);
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return key.export({ type: 'pkcs1', format: 'pem' }).toString();
    case 'ec':
      return key.export({ type: 'sec1', format: 'pem' }).toString();
    case 'ed25519':
      return openSshKey(key);
    default:
      throw new Error(`Cannot parse privateKey: ${key.asymmetricKeyType} is not supported by SSH`);
  }
}

function read(text: string, passphrase: string | undefined): KeyObject {
  try {
    return createPrivateKey({ key: text, ...(passphrase !== undefined && { passphrase }) });
  } catch (error) {
    const isPassphrase = /ENCRYPTED/.test(text);
    const reason = isPassphrase ? 'the passphrase is missing or wrong' : (error as Error).message;
    throw new Error(`Cannot parse privateKey: ${reason}`, { cause: error });
  }
}

/** An Ed25519 key as an unencrypted openssh-key-v1 file (OpenSSH, PROTOCOL.key). */
function openSshKey(key: KeyObject): string {
  const { x = '', d = '' } = key.export({ format: 'jwk' });
  const publicKey = Buffer.from(x, 'base64url');
  const kind = field(Buffer.from('ssh-ed25519'));
  const publicBlob = Buffer.concat([kind, field(publicKey)]);
  const check = Buffer.alloc(8);
  const secret = Buffer.concat([Buffer.from(d, 'base64url'), publicKey]);
  const unpadded = Buffer.concat([check, publicBlob, field(secret), field(Buffer.of())]);
  const padding = Buffer.from([1, 2, 3, 4, 5, 6, 7]).subarray(0, (8 - (unpadded.length % 8)) % 8);
  const body = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    field(Buffer.from('none')),
    field(Buffer.from('none')),
    field(Buffer.of()),
    Buffer.from([0, 0, 0, 1]),
    field(publicBlob),
    field(Buffer.concat([unpadded, padding])),
  ]);
  const lines = body.toString('base64').match(/.{1,70}/g) ?? [];
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines.join('\n')}\n-----END OPENSSH PRIVATE KEY-----\n`;
}

/** Bytes with their length before them. */
function field(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
