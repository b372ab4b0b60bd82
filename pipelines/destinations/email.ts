import { z } from 'zod';
import type { EmailOptions } from '../../sinks/email/options.ts';
import { address, addresses, smtp } from '../settings/email.ts';
import { template } from '../settings/layout.ts';
import { tls, trustOf } from '../settings/tls.ts';
import { line, text, wholeNumber } from '../settings/value.ts';
import { COMMON, destinationType } from './destination.ts';

const oauth = z.strictObject({
  token_url: z
    .string('an https:// address')
    .regex(/^(https:\/\/|http:\/\/127\.0\.0\.1[:/])/, 'an https:// address')
    .describe(
      'Address for tokens, as https://login.microsoftonline.com/TENANT/oauth2/v2.0/token or https://oauth2.googleapis.com/token.',
    ),
  client_id: text(line('the id of the application')).describe('Id of the application.'),
  client_secret: text(line('the secret of the application')).describe('Secret of the application.'),
  scope: line('a scope, as https://outlook.office365.com/.default')
    .optional()
    .describe('Scope, as https://outlook.office365.com/.default. Default: none.'),
  refresh_token: text(line('a refresh token'))
    .optional()
    .describe('Refresh token. Default: the application logs in for itself (client credentials).'),
});

const schema = z.strictObject({
  type: z.literal('email').describe('An e-mail with all files attached.'),
  smtp: smtp.describe(`Mail server, as \${SMTP_URL}: smtp://user:password@host:587.`),
  ...tls,
  oauth: oauth
    .optional()
    .describe('Log-in by XOAUTH2, as Microsoft 365 and Gmail require. Default: the password.'),
  from: address.describe('Sender.'),
  to: addresses.min(1, 'at least one e-mail address').describe('Recipients.'),
  cc: addresses.default([]).describe('Recipients of a copy. Default: none.'),
  reply_to: address.optional().describe('Address for replies. Default: the sender.'),
  subject: template(['files'], 'subject').default('{files}').describe('Default: the file names.'),
  attempts: wholeNumber(1, 10).default(4).describe('Most attempts for a message. Default 4.'),
  ...COMMON,
});

function logInOf(to: Pick<z.infer<typeof schema>, 'oauth'>): Pick<EmailOptions, 'oauth'> {
  if (to.oauth === undefined) return {};
  const { token_url: tokenUrl, client_id: clientId, client_secret: clientSecret } = to.oauth;
  const { scope, refresh_token: refreshToken } = to.oauth;
  const optional = {
    ...(scope !== undefined && { scope }),
    ...(refreshToken !== undefined && { refreshToken }),
  };
  return { oauth: { tokenUrl, clientId, clientSecret, ...optional } };
}

/** A mail server that sends the files to people. */
export const email = destinationType({
  schema,
  open: async ({ smtp: server, from, to, cc, reply_to: replyTo, attempts, subject, ...more }) => {
    const { sendFiles } = await import('../../sinks/email/files.ts');
    const options = { smtp: server, from, to, cc, attempts, ...trustOf(more), ...logInOf(more) };
    return sendFiles({ ...options, ...(replyTo !== undefined && { replyTo }) }, subject);
  },
  test: async to => {
    const { testMailServer } = await import('../../sinks/connection-test.ts');
    return testMailServer({ smtp: to.smtp, ...trustOf(to), ...logInOf(to) });
  },
});
