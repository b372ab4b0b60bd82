import type { TlsTrust } from '../../network/dispatcher.ts';

/** A bucket of an object storage that speaks S3. */
export interface S3Options extends TlsTrust {
  readonly bucket: string;
  /** Start of every key, as `feeds/`. Default: none. */
  readonly prefix?: string;
  readonly region: string;
  /** Address of another provider's service. Default: Amazon's for the region. */
  readonly endpoint?: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Longest silence of the server. Default 30,000. */
  readonly timeoutMs?: number;
  /** Attempts for each request, including the first. Default 4. */
  readonly attempts?: number;
}

/** `s3://bucket/prefix/name` for messages and receipts. */
export function s3Address({ bucket, prefix = '' }: S3Options, name = ''): string {
  return `s3://${bucket}/${prefix}${name}`;
}
