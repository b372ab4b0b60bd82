import { z } from 'zod';
import { address, addresses, smtp } from '../settings/email.ts';
import { template } from '../settings/layout.ts';
import { tls, trustOf } from '../settings/tls.ts';
import { wholeNumber } from '../settings/value.ts';
import { COMMON, destinationType } from './destination.ts';

const schema = z.strictObject({
  type: z.literal('email').describe('An e-mail with all files attached.'),
  smtp: smtp.describe(`Mail server, as \${SMTP_URL}: smtp://user:password@host:587.`),
  ...tls,
  from: address.describe('Sender.'),
  to: addresses.min(1, 'at least one e-mail address').describe('Recipients.'),
  cc: addresses.default([]).describe('Recipients of a copy. Default: none.'),
  reply_to: address.optional().describe('Address for replies. Default: the sender.'),
  subject: template(['files'], 'subject').default('{files}').describe('Default: the file names.'),
  attempts: wholeNumber(1, 10).default(4).describe('Most attempts for a message. Default 4.'),
  ...COMMON,
});

/** A mail server that sends the files to people. */
export const email = destinationType({
  schema,
  open: async ({ smtp: server, from, to, cc, reply_to: replyTo, attempts, subject, ...more }) => {
    const { sendFiles } = await import('../../sinks/email/files.ts');
    const options = { smtp: server, from, to, cc, attempts, ...trustOf(more) };
    return sendFiles({ ...options, ...(replyTo !== undefined && { replyTo }) }, subject);
  },
  test: async to => {
    const { testMailServer } = await import('../../sinks/connection-test.ts');
    return testMailServer({ smtp: to.smtp, ...trustOf(to) });
  },
});
