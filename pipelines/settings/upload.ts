/** A web service that takes the month-end file as a form. */
import { z } from 'zod';
import { tls } from './tls.ts';
import { line, text, wholeNumber } from './value.ts';

const ADDRESS = 'the https:// address of the web service, without user and password';
const FIELD = 'the name of a field of the form, as f';

const field = z.string(FIELD).regex(/^[A-Za-z0-9_.[\]-]{1,60}$/, FIELD);

/**
 * The names of the fields for file and client are those of Management One's public description (Retail Orbit Public
 * Documentation, 2021); the secret's name and the address are not public, and are asked for.
 */
export const upload = z.strictObject({
  url: z
    .string(ADDRESS)
    .refine(isSafe, ADDRESS)
    .describe('Address of the web service, as Management One gives it.'),
  file_field: field.default('f').describe('Field for the file. Default f.'),
  client_field: field.default('u').describe('Field for the client code. Default u.'),
  client_code: text(line('the client code that Management One gave'))
    .optional()
    .describe('Client code. Left out: the client_id.'),
  secret_field: field.describe('Field for the secret, as Management One names it.'),
  secret: text(line(`the secret that Management One gave, as \${MANAGEMENT_ONE_SECRET}`)).describe(
    `The secret that Management One gave, as \${MANAGEMENT_ONE_SECRET}.`,
  ),
  ...tls,
  timeout_ms: wholeNumber(1000, 600_000)
    .default(60_000)
    .describe('Milliseconds without a sign of life after which it is given up. Default 60000.'),
});

function isSafe(written: string): boolean {
  const url = URL.parse(written);
  if (url === null || url.username !== '' || url.password !== '') return false;
  return url.protocol === 'https:' || /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
}
