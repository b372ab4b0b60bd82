/** Destinations of the feed: FTP, FTPS, SFTP, or e-mail to each store's feed address. */
import { z } from 'zod';
import { address, smtp } from './email.ts';
import { template } from './layout.ts';
import { tls } from './tls.ts';
import { line, oneOf, oneOrList, text, wholeNumber, yesNo } from './value.ts';

const HOST = 'the name or address of the server only, such as ftp.acme.example';
const HOST_KEY = 'the fingerprint of the server’s key: SHA256: and 43 letters, digits, + and /';
const DEFAULT_PORT = { ftp: 21, ftps: 21, 'ftps-implicit': 990 } as const;

const server = {
  host: z
    .string(HOST)
    .regex(/^[\w.:[\]-]+$/, HOST)
    .describe('Server, from Locally.'),
  user: text(line('the user name from Locally')).describe('User name from Locally.'),
  timeout_ms: wholeNumber(1000, 600_000)
    .default(30_000)
    .describe('Milliseconds without any response before the connection fails. Default 30000.'),
  attempts: wholeNumber(1, 10).default(3).describe('Most attempts for each file. Default 3.'),
  rename: yesNo()
    .default(true)
    .describe(
      'Upload under a temporary name and rename. false: for servers that forbid it. Default true.',
    ),
};

const password = text(line(`the password from Locally, such as \${LOCALLY_PASSWORD}`));

const ftp = z
  .strictObject({
    protocol: oneOf(['ftp', 'ftps', 'ftps-implicit']).describe(
      'ftp is not encrypted; ftps uses AUTH TLS; ftps-implicit starts with TLS.',
    ),
    ...server,
    port: wholeNumber(1, 65_535).optional().describe('Default 21, or 990 for ftps-implicit.'),
    password: password.describe(`Password from Locally, such as \${LOCALLY_PASSWORD}.`),
    directory: line('a folder on the server, such as feeds')
      .default('.')
      .describe('Folder on the server. Default: the log-in folder.'),
    ...tls,
  })
  .transform(to => ({ ...to, port: to.port ?? DEFAULT_PORT[to.protocol] }));

const sftp = z
  .strictObject({
    protocol: z.literal('sftp').describe('SFTP.'),
    ...server,
    port: wholeNumber(1, 65_535).default(22).describe('Default 22.'),
    password: password.optional().describe('Password. Not needed with a private key.'),
    private_key: z
      .string(`a private key as text, such as \${LOCALLY_KEY}`)
      .optional()
      .describe(`Private key as OpenSSH, PKCS#8 or PEM text, such as \${LOCALLY_KEY}.`),
    passphrase: text(line('the passphrase of the private key'))
      .optional()
      .describe('Passphrase of the private key.'),
    host_key: z
      .string(HOST_KEY)
      .regex(/^SHA256:[A-Za-z0-9+/]{43}$/, HOST_KEY)
      .optional()
      .describe(
        'Fingerprint of the server’s key. Without it nothing is sent, and the message ' +
          'shows the key.',
      ),
    directory: line('a folder on the server, such as feeds')
      .default('.')
      .describe('Folder on the server. Default: the log-in folder.'),
  })
  .superRefine((to, context) => {
    if (to.password !== undefined || to.private_key !== undefined) return;
    context.addIssue({
      code: 'custom',
      path: ['password'],
      message: 'a password, or a private_key',
    });
  });

const TO = 'the feed address of each store, such as { "12345": feeds.12345.x@robot.locally.com }';

const email = z.strictObject({
  protocol: z.literal('email').describe('E-mail to each store’s feed address.'),
  smtp: smtp.describe(`Mail server, such as \${SMTP_URL}: smtp://user:password@host:587.`),
  ...tls,
  from: address.describe('Sender.'),
  to: z
    .union([address, z.record(z.string(), address)], TO)
    .describe('Feed address of each Locally store id; one address if files are combined.'),
  subject: template(['file', 'merchant'], 'subject')
    .default('{file}')
    .describe('Default: the file’s name.'),
});

/** A destination of the section `destinations`, in its place only its name. */
export const named = z.strictObject({
  protocol: z.literal('named'),
  name: line('the name of a destination'),
});

const PROTOCOLS = 'one of ftp, ftps, ftps-implicit, sftp, email';

const destination = z.preprocess(
  // A name stands for one of the section `destinations`; a destination without a protocol is FTP.
  value => (typeof value === 'string' ? { protocol: 'named', name: value } : withProtocol(value)),
  z.discriminatedUnion('protocol', [ftp, sftp, email, named], {
    error: issue => (issue.code === 'invalid_union' ? PROTOCOLS : undefined),
  }),
);

function withProtocol(value: unknown): unknown {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject && !('protocol' in value) ? { ...value, protocol: 'ftp' } : value;
}

export type Destination = z.infer<typeof destination>;

/** One destination, or a list of destinations that all get the feed. */
export const destinations = oneOrList(destination, 'at least one destination');
