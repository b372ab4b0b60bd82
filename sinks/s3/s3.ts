import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Agent } from 'node:https';
import {
  DeleteObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { DeliveryError } from '../../transforms/errors.ts';
import { interrupted, stopIfAborted } from '../../transforms/interruption.ts';
import type { ConnectionTest } from '../connection-test.ts';
import type { Deliver, DeliveredFile, SpooledFile } from '../delivery.ts';
import { mediaTypeOf } from '../media-type.ts';
import { s3Error } from './fault.ts';
import { type S3Options, s3Address } from './options.ts';

/** Files up to this size are one request; larger ones are sent in parts of this size. */
const PART_BYTES = 8 << 20;

/** Parts that are sent at a time: memory is this many parts. */
const PARTS_AT_A_TIME = 2;

/**
 * Delivers files into a bucket. An object is replaced whole or not at all.
 *
 * The server compares a small file with its MD5, and each file's size is read back where the key may
 * read. Throws `DeliveryError`; an abort also removes the parts that were sent.
 */
export function deliverToS3(options: S3Options): Deliver {
  return async (files, signal, delivered = () => {}) => {
    const client = clientOf(options);
    const receipts: DeliveredFile[] = [];
    try {
      for (const file of files) {
        stopIfAborted(signal, `Uploading "${file.name}"`);
        const receipt = await deliver(client, options, file, signal);
        receipts.push(receipt);
        delivered(receipt);
      }
      return receipts;
    } finally {
      client.destroy();
    }
  };
}

async function deliver(
  client: S3Client,
  options: S3Options,
  file: SpooledFile,
  signal: AbortSignal,
): Promise<DeliveredFile> {
  const object = { Bucket: options.bucket, Key: `${options.prefix ?? ''}${file.name}` };
  const isWhole = file.bytes <= PART_BYTES;
  try {
    if (isWhole) await putWhole(client, object, file, signal);
    else await putInParts(client, object, file, signal);
  } catch (error) {
    if (signal.aborted) throw interrupted(`Uploading "${file.name}"`, 'It was not replaced there');
    throw s3Error(error, `"${file.name}" was not delivered to`, options);
  }
  const size = await sizeOf(client, object, signal);
  if (typeof size === 'number' && size !== file.bytes) throw damaged(file, options, size);
  const isSizeKnown = typeof size === 'number';
  return {
    file: file.name,
    destination: s3Address(options, file.name),
    bytes: file.bytes,
    detail: `uploaded${isWhole ? '' : ' in parts'}, ${isSizeKnown ? 'size verified' : size}`,
    verified: [...(isSizeKnown ? ['size'] : []), ...(isWhole ? ['content'] : [])],
    unverified: isSizeKnown ? [] : [size],
    capabilities: { size: isSizeKnown },
  };
}

type ObjectName = { readonly Bucket: string; readonly Key: string };

async function putWhole(
  client: S3Client,
  object: ObjectName,
  file: SpooledFile,
  abortSignal: AbortSignal,
): Promise<void> {
  const Body = await readFile(file.path);
  const ContentMD5 = createHash('md5').update(Body).digest('base64');
  const put = new PutObjectCommand({ ...object, ...about(file), Body, ContentMD5 });
  await client.send(put, { abortSignal });
}

async function putInParts(
  client: S3Client,
  object: ObjectName,
  file: SpooledFile,
  signal: AbortSignal,
): Promise<void> {
  const Body = createReadStream(file.path);
  const upload = new Upload({
    client,
    params: { ...object, ...about(file), Body },
    partSize: PART_BYTES,
    queueSize: PARTS_AT_A_TIME,
  });
  const abort = () => void upload.abort();
  signal.addEventListener('abort', abort);
  try {
    await upload.done();
  } finally {
    signal.removeEventListener('abort', abort);
    Body.destroy();
  }
}

function about(file: SpooledFile) {
  return { ContentType: mediaTypeOf(file.name), Metadata: { sha256: file.sha256 } };
}

async function sizeOf(client: S3Client, object: ObjectName, abortSignal: AbortSignal) {
  try {
    const { ContentLength } = await client.send(new HeadObjectCommand(object), { abortSignal });
    return ContentLength ?? 'size not verified: the server does not report sizes';
  } catch {
    return 'size not verified: this key may not read there';
  }
}

/** Writes a small object as a delivery does, and deletes it. Throws `DeliveryError`. */
export async function testS3(
  options: S3Options,
  file: SpooledFile,
  signal: AbortSignal,
): Promise<ConnectionTest> {
  const client = clientOf(options);
  try {
    const { detail, destination } = await deliver(client, options, file, signal);
    const object = { Bucket: options.bucket, Key: `${options.prefix ?? ''}${file.name}` };
    const isClean = await client.send(new DeleteObjectCommand(object)).then(
      () => true,
      () => false,
    );
    const end = isClean ? 'deleted' : 'not deleted: the server refused to delete it';
    return { says: `Test file ${destination}: ${detail}; ${end}.`, isClean };
  } finally {
    client.destroy();
  }
}

function clientOf(options: S3Options): S3Client {
  const { region, endpoint, accessKeyId, secretAccessKey, ca, serverName } = options;
  const { timeoutMs = 30_000, attempts = 4 } = options;
  const trust = {
    ...(ca !== undefined && { ca }),
    ...(serverName !== undefined && { servername: serverName }),
  };
  return new S3Client({
    region,
    credentials: { accessKeyId, secretAccessKey },
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
    maxAttempts: attempts,
    // Other providers do not know the SDK's newer checksums; MD5 is sent instead.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: timeoutMs,
      socketTimeout: timeoutMs,
      httpsAgent: new Agent({ keepAlive: true, ...trust }),
    },
  });
}

function damaged(file: SpooledFile, options: S3Options, size: number): DeliveryError {
  return new DeliveryError('S3_CUT_SHORT', {
    problem: `"${file.name}" has another size in ${s3Address(options)} than the file`,
    found: `${size.toLocaleString('en-US')} bytes`,
    expected: `${file.bytes.toLocaleString('en-US')} bytes`,
    next: 'Run the command again; if it fails again, contact the provider of the bucket.',
  });
}
