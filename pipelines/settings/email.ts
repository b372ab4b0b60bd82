/** Settings of an e-mail: mail server, sender, recipients, subject. */
import { z } from 'zod';
import { template } from './layout.ts';
import { tls } from './tls.ts';

const SERVER =
  'an smtp:// or smtps:// address such as smtp://user:password@host:587; write @ : / ? # ' +
  'in the password as %40 %3A %2F %3F %23';
const ADDRESS =
  'an e-mail address such as ops@acme.example or Acme <ops@acme.example>; a name with a ' +
  'comma in double quotes';

export const smtp = z.string(SERVER).refine(text => {
  const url = URL.parse(text);
  return url !== null && ['smtp:', 'smtps:'].includes(url.protocol) && url.hostname !== '';
}, SERVER);

/** One address, with or without a name. Line breaks are rejected: they would add headers. */
export const address = z
  .string(ADDRESS)
  .regex(
    /^(?:(?:\s*"[^"\r\n]*"\s*|[^<>@,\r\n]*)<[^\s<>@,]+@[^\s<>@,]+>|[^\s<>@,]+@[^\s<>@,]+)$/,
    ADDRESS,
  );

export const addresses = z.array(address, `a list of e-mail addresses such as [ops@acme.example]`);

/** @param placeholders allowed in the subject, such as `client_id` for `{client_id}` */
export function email(placeholders: readonly string[], subject: string) {
  return z.strictObject({
    smtp: smtp.describe(`Mail server, as \${SMTP_URL}: smtp://user:password@host:587.`),
    ...tls,
    from: address.describe('Sender.'),
    to: addresses.min(1, 'at least one e-mail address').describe('Recipients of the file.'),
    cc: addresses.default([]).describe('Recipients of a copy.'),
    reply_to: address.optional().describe('Address for replies. Default: the sender.'),
    subject: template(placeholders, 'subject').default(subject).describe(`Default ${subject}.`),
  });
}
