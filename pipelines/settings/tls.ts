/** Whom to trust, in every section whose server speaks TLS. Certificates are always verified. */
import { z } from 'zod';
import type { TlsTrust } from '../../network/dispatcher.ts';
import { line } from './value.ts';

const CA =
  'the name of a file with the certificate of an authority, as ca.pem, or the certificate itself as PEM text';
const NAME = 'the name that the server’s certificate is for, as mail.acme.example';

/** The keys; `ca` is the certificate's text once the configuration is read (certificate-files.ts). */
export const tls = {
  ca: z
    .string(CA)
    .optional()
    .describe(
      'Certificate of the authority to trust instead of the public ones: a PEM file, beside the configuration file unless it is absolute, or PEM text itself.',
    ),
  server_name: line(NAME)
    .optional()
    .describe('Name that the server’s certificate is for. Left out: the host.'),
};

/** The same as a client takes it. */
export function trustOf({
  ca,
  server_name: serverName,
}: {
  readonly ca?: string | undefined;
  readonly server_name?: string | undefined;
}): TlsTrust {
  return { ...(ca !== undefined && { ca }), ...(serverName !== undefined && { serverName }) };
}
