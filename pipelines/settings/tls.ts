/** Certificates to trust, in every section with a TLS server. They are always verified. */
import { z } from 'zod';
import type { TlsTrust } from '../../network/dispatcher.ts';
import { line } from './value.ts';

const CA = 'a file with the certificate of an authority, as ca.pem, or the certificate as PEM text';
const NAME = 'the name that the server’s certificate is for, as mail.acme.example';

/** The settings; `ca` is read from its file by certificate-files.ts. */
export const tls = {
  ca: z
    .string(CA)
    .optional()
    .describe(
      'Certificate of the authority to trust instead of the public ones: a PEM file, relative to the configuration file, or PEM text.',
    ),
  server_name: line(NAME)
    .optional()
    .describe('Name that the server’s certificate is for. Default: the host.'),
};

/** The same settings for a client. */
export function trustOf({
  ca,
  server_name: serverName,
}: {
  readonly ca?: string | undefined;
  readonly server_name?: string | undefined;
}): TlsTrust {
  return { ...(ca !== undefined && { ca }), ...(serverName !== undefined && { serverName }) };
}
