/** Settings of a web service that accepts the month-end file as a form. */
import { z } from 'zod';
import { tls } from './tls.ts';
import { line, text, wholeNumber } from './value.ts';

const ADDRESS = 'the https:// address of the web service, without user and password';
const FIELD = 'the name of a field of the form, such as f';

const field = z.string(FIELD).regex(/^[A-Za-z0-9_.[\]-]{1,60}$/, FIELD);

/**
 * The field names for file and client come from Management One's public description (Retail Orbit
 * Public Documentation, 2021); the secret's name and the address are not public, so they are required.
 */
export const upload = z.strictObject({
  url: z
    .string(ADDRESS)
    .refine(isSafe, ADDRESS)
    .describe('Address of the web service, from Management One.'),
  file_field: field.default('f').describe('Field for the file. Default f.'),
  client_field: field.default('u').describe('Field for the client code. Default u.'),
  client_code: text(line('the client code from Management One'))
    .optional()
    .describe('Client code. Default: the client_id.'),
  secret_field: field.describe('Field for the secret, from Management One.'),
  secret: text(line(`the secret from Management One, such as \${MANAGEMENT_ONE_SECRET}`)).describe(
    `Secret from Management One, such as \${MANAGEMENT_ONE_SECRET}.`,
  ),
  ...tls,
  timeout_ms: wholeNumber(1000, 600_000)
    .default(60_000)
    .describe('Milliseconds without any response before the upload fails. Default 60000.'),
});

function isSafe(written: string): boolean {
  const url = URL.parse(written);
  if (url === null || url.username !== '' || url.password !== '') return false;
  return url.protocol === 'https:' || /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
}
