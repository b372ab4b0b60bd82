/** An e-mail that goes out: through which server, from whom, to whom. */
import { z } from 'zod';
import { template } from './layout.ts';
import { tls } from './tls.ts';

const SERVER =
  'an smtp:// or smtps:// address, as smtp://user:password@host:587, where @ : / ? # in the password are written %40 %3A %2F %3F %23';
const ADDRESS =
  'an e-mail address, as ops@acme.example or Acme <ops@acme.example>; a name with a comma in double quotes';

export const smtp = z.string(SERVER).refine(text => {
  const url = URL.parse(text);
  return url !== null && ['smtp:', 'smtps:'].includes(url.protocol) && url.hostname !== '';
}, SERVER);

/** One address, with or without a name before it. Line breaks are refused: they would add headers. */
export const address = z
  .string(ADDRESS)
  .regex(
    /^(?:(?:\s*"[^"\r\n]*"\s*|[^<>@,\r\n]*)<[^\s<>@,]+@[^\s<>@,]+>|[^\s<>@,]+@[^\s<>@,]+)$/,
    ADDRESS,
  );

export const addresses = z.array(address, `a list of e-mail addresses, as [ops@acme.example]`);

/** @param placeholders what may stand in the subject, as `client_id` for `{client_id}` */
export function email(placeholders: readonly string[], subject: string) {
  return z.strictObject({
    smtp: smtp.describe(`Mail server, as \${SMTP_URL}: smtp://user:password@host:587.`),
    ...tls,
    from: address.describe('Sender.'),
    to: addresses.min(1, 'at least one e-mail address').describe('Who gets the file.'),
    cc: addresses.default([]).describe('Who gets a copy.'),
    reply_to: address.optional().describe('Who gets the answers. Left out: the sender.'),
    subject: template(placeholders, 'subject').default(subject).describe(`Default ${subject}.`),
  });
}
