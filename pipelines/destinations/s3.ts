import { z } from 'zod';
import type { S3Options } from '../../sinks/s3/options.ts';
import { tls, trustOf } from '../settings/tls.ts';
import { line, text, wholeNumber } from '../settings/value.ts';
import { COMMON, destinationType } from './destination.ts';

const BUCKET = 'the name of a bucket, as acme-feeds';
const PREFIX = 'the start of each key, as feeds/, without a leading /';
const ENDPOINT = 'an https:// address';

const schema = z.strictObject({
  type: z.literal('s3').describe('A bucket of an S3-compatible object storage.'),
  bucket: z
    .string(BUCKET)
    .regex(/^[a-z0-9][a-z0-9.-]{1,62}$/, BUCKET)
    .describe('Bucket.'),
  prefix: z
    .string(PREFIX)
    .regex(/^(?!\/)[\w./=-]*$/, PREFIX)
    .default('')
    .describe('Start of each key, as feeds/. Default: none.'),
  region: line('a region, as us-east-1').default('us-east-1').describe('Default us-east-1.'),
  endpoint: z
    .string(ENDPOINT)
    .refine(written => /^https?:$/.test(URL.parse(written)?.protocol ?? ''), ENDPOINT)
    .optional()
    .describe('Address of another provider’s service. Default: Amazon’s.'),
  access_key_id: text(line(`an access key, as \${S3_KEY}`)).describe(`Access key, as \${S3_KEY}.`),
  secret_access_key: text(line(`a secret key, as \${S3_SECRET}`)).describe(
    `Secret key, as \${S3_SECRET}.`,
  ),
  ...tls,
  timeout_ms: wholeNumber(1000, 600_000)
    .default(30_000)
    .describe('Milliseconds without any response before the connection fails. Default 30000.'),
  attempts: wholeNumber(1, 10).default(3).describe('Most attempts for each request. Default 3.'),
  ...COMMON,
});

function optionsOf(to: z.infer<typeof schema>): S3Options {
  return {
    bucket: to.bucket,
    prefix: to.prefix,
    region: to.region,
    ...(to.endpoint !== undefined && { endpoint: to.endpoint }),
    accessKeyId: to.access_key_id,
    secretAccessKey: to.secret_access_key,
    timeoutMs: to.timeout_ms,
    attempts: to.attempts,
    ...trustOf(to),
  };
}

/** A bucket of Amazon S3, or of another provider that speaks its protocol. */
export const s3 = destinationType({
  schema,
  open: async to => (await import('../../sinks/s3/s3.ts')).deliverToS3(optionsOf(to)),
  test: async (to, signal) => {
    const { testS3 } = await import('../../sinks/s3/s3.ts');
    const { withTestFile } = await import('../../sinks/connection-test.ts');
    return withTestFile(signal, file => testS3(optionsOf(to), file, signal));
  },
});
