import { openAsBlob } from 'node:fs';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { type Dispatcher, FormData, request } from 'undici';
import { tooSlow } from '../../network/answer-fault.ts';
import { codingsOf, decoded } from '../../network/decoded.ts';
import { httpDispatcher, type TlsTrust } from '../../network/dispatcher.ts';
import { type Trouble, troubleOf } from '../../network/trouble.ts';
import { webPageIn, webPageInWords } from '../../network/web-page.ts';
import { DeliveryError, InterruptedError } from '../../transforms/errors.ts';
import { stopIfAborted } from '../../transforms/interruption.ts';
import type { Deliver, OutgoingFile, Receipt } from '../delivery.ts';
import { checkFileName } from '../file-name.ts';
import { onDisk } from '../local-file.ts';
import { redact } from '../redact.ts';

/** A web service that takes files as a form. */
export interface UploadOptions extends TlsTrust {
  readonly url: string;
  /** Name of the form's field for the file. */
  readonly fileField: string;
  /** The other fields, by name. */
  readonly fields: Readonly<Record<string, string>>;
  /** Values among them that must never be shown. */
  readonly secrets: readonly string[];
  /** For connecting, and for each silence after. */
  readonly timeoutMs: number;
}

/** For a whole upload and its answer, in time-outs: what comes byte by byte is never silent. */
const TIMES_THE_TIMEOUT = 10;

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
    const dispatcher = httpDispatcher(options);
    const receipts: Receipt[] = [];
    try {
      for (const file of files) {
        stopIfAborted(signal, `Uploading "${file.name}"`);
        receipts.push(await upload(dispatcher, options, file, signal));
      }
      return receipts;
    } catch (error) {
      throw receipts.length === 0 ? error : partly(receipts, error);
    } finally {
      await dispatcher.destroy();
    }
  };
}

async function upload(
  dispatcher: Dispatcher,
  options: UploadOptions,
  file: OutgoingFile,
  signal: AbortSignal,
): Promise<Receipt> {
  const { url, timeoutMs, secrets } = options;
  const form = new FormData();
  for (const [name, value] of Object.entries(options.fields)) form.set(name, value);
  const blob = await onDisk(dirname(file.path), file.name, () => openAsBlob(file.path));
  form.set(options.fileField, blob, checkFileName(file.name));
  const destination = whereTo(url);
  const wholeMs = timeoutMs * TIMES_THE_TIMEOUT;
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(tooSlow(wholeMs)), wholeMs);
  try {
    const { statusCode, headers, body } = await request(url, {
      method: 'POST',
      body: form,
      dispatcher,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      signal: AbortSignal.any([signal, late.signal]),
    });
    const beginning = await beginningOf(body, timeoutMs);
    const plain = await readable(beginning, headers['content-encoding']);
    const page = webPageIn({ headers, body: plain });
    const said = redact(
      page === undefined ? plain.toString('utf8') : webPageInWords(page),
      secrets,
    );
    if (statusCode !== 200) {
      const to = URL.parse([headers.location].flat()[0] ?? '', url);
      const sentOn =
        to === null || headers.location === undefined ? '' : ` and sends us to ${whereTo(to.href)}`;
      throw refused(file, destination, `it answered ${statusCode}${sentOn}`, said);
    }
    if (page?.isLogIn)
      throw refused(file, destination, 'a page to log in answered in its place', said);
    return { file: file.name, destination, bytes: file.bytes, detail: said || 'accepted (200)' };
  } catch (error) {
    if (error instanceof DeliveryError) throw error;
    throw notAnswered(file, destination, error, options, signal);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * As much of an answer as a person may want to read. What the status says is known by then, so a service that never stops
 * talking, or talks too slowly, or breaks off, is not listened to any longer.
 */
async function beginningOf(body: Readable, timeoutMs: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const timer = setTimeout(() => body.destroy(), timeoutMs);
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= MOST_READ_BYTES) break;
    }
  } catch {
    // What was said before that is enough.
  } finally {
    clearTimeout(timer);
  }
  return Buffer.concat(chunks);
}

/** Decoded where it is encoded; where that cannot be done, nothing of it is for a person to read. */
async function readable(body: Buffer, header: string | string[] | undefined): Promise<Buffer> {
  try {
    return await decoded(body, codingsOf(header, body), MOST_READ_BYTES);
  } catch (error) {
    return Buffer.from(`(${(error as Error).message})`);
  }
}

function notAnswered(
  file: OutgoingFile,
  destination: string,
  error: unknown,
  { secrets }: UploadOptions,
  signal: AbortSignal,
): Error {
  const { code = '', message } = error as { code?: string; message: string };
  const trouble = troubleOf(error, 'management_one.upload');
  const said = redact(trouble === undefined ? `${code} ${message}` : trouble.reason, secrets);
  if (trouble?.kind === 'certificate' || trouble?.kind === 'proxy')
    return refused(file, destination, trouble.reason, '', trouble);
  if (NOT_CONNECTED.has(code)) return refused(file, destination, 'nobody answered there', said);
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
  trouble?: Trouble,
): DeliveryError {
  return new DeliveryError('UPLOAD_REFUSED', {
    problem: `"${name}" was not taken by ${destination}: ${why}`,
    ...(said !== '' && { found: said }),
    next:
      trouble?.next ??
      'Check the address, the client code and the secret; what was found is the service’s own reason.',
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
