/** Where the feed goes: FTP in its kinds, SFTP, or e-mail to each store's feed address. */
import { z } from 'zod';
import { address, smtp } from './email.ts';
import { template } from './layout.ts';
import { tls } from './tls.ts';
import { line, oneOf, oneOrList, text, wholeNumber, yesNo } from './value.ts';

const HOST = 'the name or address of the server alone, as ftp.acme.example';
const HOST_KEY = 'the fingerprint of the server’s key, as SHA256: and 43 letters, digits, + and /';
const DEFAULT_PORT = { ftp: 21, ftps: 21, 'ftps-implicit': 990 } as const;

const server = {
  host: z
    .string(HOST)
    .regex(/^[\w.:[\]-]+$/, HOST)
    .describe('Server, as Locally names it.'),
  user: text(line('the user name Locally gave')).describe('User name that Locally gave.'),
  timeout_ms: wholeNumber(1000, 600_000)
    .default(30_000)
    .describe(
      'Milliseconds without a sign of life after which the connection is given up. Default 30000.',
    ),
  attempts: wholeNumber(1, 10)
    .default(3)
    .describe('How often a delivery is tried at most. Default 3.'),
  rename: yesNo()
    .default(true)
    .describe(
      'Upload under another name and rename when whole. false: for servers that forbid it. Default true.',
    ),
};

const password = text(line(`the password Locally gave, as \${LOCALLY_PASSWORD}`));

const ftp = z
  .strictObject({
    protocol: oneOf(['ftp', 'ftps', 'ftps-implicit']).describe(
      'ftp; ftps asks for TLS after connecting; ftps-implicit starts with TLS.',
    ),
    ...server,
    port: wholeNumber(1, 65_535).optional().describe('Default 21, or 990 for ftps-implicit.'),
    password: password.describe(`Password that Locally gave, as \${LOCALLY_PASSWORD}.`),
    directory: line('a folder on the server, as /').default('/').describe('Folder on the server.'),
    ...tls,
  })
  .transform(to => ({ ...to, port: to.port ?? DEFAULT_PORT[to.protocol] }));

const sftp = z
  .strictObject({
    protocol: z.literal('sftp').describe('SFTP.'),
    ...server,
    port: wholeNumber(1, 65_535).default(22).describe('Default 22.'),
    password: password.optional().describe('Password; left out where a private key is given.'),
    private_key: z
      .string(`a private key as text, as \${LOCALLY_KEY}`)
      .optional()
      .describe(`Private key as OpenSSH or PEM text, as \${LOCALLY_KEY}.`),
    passphrase: text(line('the passphrase of the private key'))
      .optional()
      .describe('Passphrase of the private key.'),
    host_key: z
      .string(HOST_KEY)
      .regex(/^SHA256:[A-Za-z0-9+/]{43}$/, HOST_KEY)
      .optional()
      .describe(
        'Fingerprint of the server’s key. Without it nothing is sent, and the message names the key that was shown.',
      ),
    directory: line('a folder on the server, as feeds')
      .default('.')
      .describe('Folder on the server. Default: where the log-in lands.'),
  })
  .superRefine((to, context) => {
    if (to.password !== undefined || to.private_key !== undefined) return;
    context.addIssue({
      code: 'custom',
      path: ['password'],
      message: 'a password, or a private_key',
    });
  });

const TO = 'the feed address of each store, as { "12345": feeds.12345.x@robot.locally.com }';

const email = z.strictObject({
  protocol: z.literal('email').describe('E-mail to each store’s feed address.'),
  smtp: smtp.describe(`Mail server, as \${SMTP_URL}: smtp://user:password@host:587.`),
  ...tls,
  from: address.describe('Sender.'),
  to: z
    .union([address, z.record(z.string(), address)], TO)
    .describe('Feed address of each Locally store id; one address where files are combined.'),
  subject: template(['file', 'merchant'], 'subject')
    .default('{file}')
    .describe('Default: the file’s name.'),
});

const PROTOCOLS = 'one of ftp, ftps, ftps-implicit, sftp, email';

const destination = z.preprocess(
  // A destination that does not say is FTP.
  value =>
    typeof value === 'object' && value !== null && !Array.isArray(value) && !('protocol' in value)
      ? { ...value, protocol: 'ftp' }
      : value,
  z.discriminatedUnion('protocol', [ftp, sftp, email], {
    error: issue => (issue.code === 'invalid_union' ? PROTOCOLS : undefined),
  }),
);

export type Destination = z.infer<typeof destination>;

/** One destination, or a list of them that all get the feed. */
export const destinations = oneOrList(destination, 'at least one destination');
