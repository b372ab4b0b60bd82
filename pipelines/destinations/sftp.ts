import { z } from 'zod';
import type { SftpOptions } from '../../sinks/sftp/options.ts';
import { line, text, wholeNumber } from '../settings/value.ts';
import { COMMON, destinationType, SERVER, serverOf } from './destination.ts';

const HOST_KEY = 'the fingerprint of the server’s key: SHA256: and 43 letters, digits, + and /';

const schema = z.strictObject({
  type: z.literal('sftp').describe('An SFTP server.'),
  ...SERVER,
  port: wholeNumber(1, 65_535).default(22).describe('Default 22.'),
  password: text(line(`a password, as \${SFTP_PASSWORD}`))
    .optional()
    .describe('Password. Not needed with a private key.'),
  private_key: z
    .string(`a private key as text, as \${SFTP_KEY}`)
    .optional()
    .describe(`Private key as OpenSSH, PKCS#8 or PEM text, as \${SFTP_KEY}.`),
  passphrase: text(line('the passphrase of the private key'))
    .optional()
    .describe('Passphrase of the private key.'),
  host_key: z
    .string(HOST_KEY)
    .regex(/^SHA256:[A-Za-z0-9+/]{43}$/, HOST_KEY)
    .optional()
    .describe('Fingerprint of the server’s key. Without it nothing is sent.'),
  ...COMMON,
});

function optionsOf(to: z.infer<typeof schema>): SftpOptions {
  return {
    ...serverOf(to),
    port: to.port,
    ...(to.password !== undefined && { password: to.password }),
    ...(to.private_key !== undefined && { privateKey: to.private_key }),
    ...(to.passphrase !== undefined && { passphrase: to.passphrase }),
    ...(to.host_key !== undefined && { hostKey: to.host_key }),
  };
}

/** An SFTP server with a known key. */
export const sftp = destinationType({
  schema,
  open: async to => (await import('../../sinks/sftp/sftp.ts')).deliverBySftp(optionsOf(to)),
  test: async (to, signal) => {
    const { sftpServer } = await import('../../sinks/sftp/sftp.ts');
    const { testServer } = await import('../../sinks/connection-test.ts');
    return testServer(sftpServer(optionsOf(to)), optionsOf(to), signal);
  },
});
