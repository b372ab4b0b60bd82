import { z } from 'zod';
import type { FtpOptions } from '../../sinks/ftp/options.ts';
import { tls, trustOf } from '../settings/tls.ts';
import { line, oneOf, text, wholeNumber } from '../settings/value.ts';
import { COMMON, destinationType, SERVER, serverOf } from './destination.ts';

const PASSWORD = `a password, as \${FTP_PASSWORD}`;

const schema = z.strictObject({
  type: z.literal('ftp').describe('An FTP or FTPS server.'),
  ...SERVER,
  port: wholeNumber(1, 65_535).optional().describe('Default 21, or 990 for tls: implicit.'),
  password: text(line(PASSWORD)).describe(`Password, as \${FTP_PASSWORD}.`),
  tls: oneOf(['none', 'explicit', 'implicit'])
    .default('none')
    .describe('explicit: FTPS by AUTH TLS; implicit: TLS from the start. Default none.'),
  ...tls,
  ...COMMON,
});

const PROTOCOL = { none: 'ftp', explicit: 'ftps', implicit: 'ftps-implicit' } as const;

function optionsOf(to: z.infer<typeof schema>): FtpOptions {
  const port = to.port ?? (to.tls === 'implicit' ? 990 : 21);
  const { password } = to;
  return { ...serverOf(to), protocol: PROTOCOL[to.tls], port, password, ...trustOf(to) };
}

/** An FTP or FTPS server. */
export const ftp = destinationType({
  schema,
  open: async to => (await import('../../sinks/ftp/ftp.ts')).deliverByFtp(optionsOf(to)),
  test: async (to, signal) => {
    const { ftpServer } = await import('../../sinks/ftp/ftp.ts');
    const { testServer } = await import('../../sinks/connection-test.ts');
    return testServer(ftpServer(optionsOf(to)), optionsOf(to), signal);
  },
});
