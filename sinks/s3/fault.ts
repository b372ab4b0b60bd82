import { DeliveryError } from '../../transforms/errors.ts';
import { certificateFault } from '../certificate-fault.ts';
import { redact } from '../redact.ts';
import { TemporaryDeliveryError } from '../sink.ts';
import { type S3Options, s3Address } from './options.ts';

/** Codes of S3's answers (Amazon S3 API Reference, "Error responses"). */
const ADVICE: Readonly<Record<string, readonly [reason: string, next: string]>> = {
  NoSuchBucket: ['the bucket does not exist', 'Check bucket, region and endpoint.'],
  AccessDenied: [
    'this key may not write there',
    'Allow s3:PutObject, s3:GetObject and s3:DeleteObject on the bucket for this key.',
  ],
  InvalidAccessKeyId: ['the access key is unknown', 'Check access_key_id.'],
  SignatureDoesNotMatch: ['the secret key is wrong', 'Check secret_access_key.'],
  PermanentRedirect: ['the bucket is in another region', 'Set region to the bucket’s region.'],
  AuthorizationHeaderMalformed: ['the region is wrong', 'Set region to the bucket’s region.'],
  RequestTimeTooSkewed: ['the clock of this machine is wrong', 'Set the clock, then run it again.'],
  ECONNREFUSED: ['nothing answers there', 'Check endpoint, and that no firewall blocks it.'],
  ENOTFOUND: ['no host has that name', 'Check region and endpoint.'],
};

/** The fields that the AWS SDK and Node's sockets set on their errors. */
interface S3Failure {
  readonly name?: string;
  readonly code?: string;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** Turns an error of the SDK into one that names the file, the bucket and what to do. */
export function s3Error(error: unknown, what: string, options: S3Options): DeliveryError {
  const { name = '', code = '', message = '', $metadata } = (error ?? {}) as S3Failure;
  const status = $metadata?.httpStatusCode;
  const isCertificate = certificateFault(error) !== undefined;
  const [reason, next] = ADVICE[name] ??
    ADVICE[code] ?? [
      isCertificate ? 'the certificate of the server is not trusted' : 'the upload failed',
      isCertificate ? 'If it is the right server, set `ca`.' : 'Run the command again later.',
    ];
  const isFinal = isCertificate || code === 'ENOTFOUND' || (status ?? 500) < 500;
  const Failure = isFinal ? DeliveryError : TemporaryDeliveryError;
  return new Failure(status === undefined ? 'S3_UNREACHABLE' : 'S3_REFUSED', {
    problem: `${what} ${s3Address(options)}: ${reason}`,
    found: redact(`${name || code} ${message}`, [options.secretAccessKey]),
    next,
  });
}
