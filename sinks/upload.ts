import { openAsBlob } from 'node:fs';
import { dirname } from 'node:path';
import { Agent, FormData, request } from 'undici';
import { DeliveryError, InterruptedError } from '../transforms/errors.ts';
import { stopIfAborted } from '../transforms/interruption.ts';
import { certificateFault } from './certificate-fault.ts';
import { checkFileName } from './file-name.ts';
import { onDisk } from './local-file.ts';
import type { Deliver, OutgoingFile, Receipt } from './outgoing.ts';
import { redact } from './redact.ts';

/** A web service that takes files as a form. */
export interface UploadOptions {
  readonly url: string;
  /** Name of the form's field for the file. */
  readonly fileField: string;
  /** The other fields, by name. */
  readonly fields: Readonly<Record<string, string>>;
  /** Values among them that must never be shown. */
  readonly secrets: readonly string[];
  /** For connecting, and for each silence after. */
  readonly timeoutMs: number;
  /** PEM of the authority to trust instead of the public ones. Certificates are always verified. */
  readonly ca?: string;
}

/** Codes of a request that failed before any of it could have been taken. */
const NOT_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Of an answer, which is a word or a page of HTML. */
const MOST_READ_BYTES = 1 << 16;

/**
 * Uploads files one after the other as multipart forms; 200 means taken, anything else carries the reason.
 *
 * Throws `DeliveryError` with code `UPLOAD_REFUSED` (certainly not taken), `UPLOAD_MAYBE_TAKEN` (no answer after the file
 * may have left), or `UPLOAD_PARTLY` (some files of several were taken). It is never tried again by itself.
 */
export function deliverByUpload(options: UploadOptions): Deliver {
  return async (files, signal) => {
    const agent = new Agent({
      connect: { timeout: options.timeoutMs, ...(options.ca !== undefined && { ca: options.ca }) },
      headersTimeout: options.timeoutMs,
      bodyTimeout: options.timeoutMs,
    });
    const receipts: Receipt[] = [];
    try {
      for (const file of files) {
        stopIfAborted(signal, `Uploading "${file.name}"`);
        receipts.push(await upload(agent, options, file, signal));
      }
      return receipts;
    } catch (error) {
      throw receipts.length === 0 ? error : partly(receipts, error);
    } finally {
      await agent.destroy();
    }
  };
}

async function upload(
  dispatcher: Agent,
  options: UploadOptions,
  file: OutgoingFile,
  signal: AbortSignal,
): Promise<Receipt> {
  const form = new FormData();
  for (const [name, value] of Object.entries(options.fields)) form.set(name, value);
  const blob = await onDisk(dirname(file.path), file.name, () => openAsBlob(file.path));
  form.set(options.fileField, blob, checkFileName(file.name));
  const destination = whereTo(options.url);
  try {
    const { statusCode, body } = await request(options.url, {
      method: 'POST',
      body: form,
      dispatcher,
      signal,
    });
    const said = redact(await beginningOf(body), options.secrets);
    if (statusCode === 200) {
      return { file: file.name, destination, bytes: file.bytes, detail: said || 'accepted (200)' };
    }
    throw refused(file, destination, `it answered ${statusCode}`, said);
  } catch (error) {
    if (error instanceof DeliveryError) throw error;
    throw notAnswered(file, destination, error, options, signal);
  }
}

/** As much of an answer as a person may want to read; a service that never stops talking is not listened to. */
async function beginningOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= MOST_READ_BYTES) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}

function notAnswered(
  file: OutgoingFile,
  destination: string,
  error: unknown,
  { secrets }: UploadOptions,
  signal: AbortSignal,
): Error {
  const { code = '', message } = error as { code?: string; message: string };
  const said = redact(`${code} ${message}`, secrets);
  if (NOT_CONNECTED.has(code)) return refused(file, destination, 'nobody answered there', said);
  if (certificateFault(error) !== undefined)
    return refused(file, destination, 'its certificate is not trusted', said);
  const problem = `"${file.name}" may or may not have been taken by ${destination}: the connection ended before an answer`;
  const next = 'Ask Management One whether it arrived before sending it again.';
  return signal.aborted
    ? new InterruptedError('UPLOAD_MAYBE_TAKEN', { problem, next })
    : new DeliveryError('UPLOAD_MAYBE_TAKEN', { problem, found: said, next }, error);
}

function refused(
  { name }: OutgoingFile,
  destination: string,
  why: string,
  said: string,
): DeliveryError {
  return new DeliveryError('UPLOAD_REFUSED', {
    problem: `"${name}" was not taken by ${destination}: ${why}`,
    ...(said !== '' && { found: said }),
    next: 'Check the address, the client code and the secret; what was found is the service’s own reason.',
  });
}

function partly(receipts: readonly Receipt[], error: unknown): DeliveryError {
  return new DeliveryError(
    'UPLOAD_PARTLY',
    {
      problem: `Only ${receipts.map(({ file }) => `"${file}"`).join(', ')} of the files were taken. ${(error as Error).message}`,
      next: 'Mend what is said, then send all of them again: a later upload replaces an earlier one.',
    },
    error,
  );
}

/** The address without what might be secret in it. */
function whereTo(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}
