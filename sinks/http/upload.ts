import { openAsBlob } from 'node:fs';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { type Dispatcher, FormData, request } from 'undici';
import { tooSlow } from '../../network/answer-fault.ts';
import { codingsOf, decoded } from '../../network/decoded.ts';
import { httpDispatcher, type TlsTrust } from '../../network/dispatcher.ts';
import { troubleOf } from '../../network/trouble.ts';
import { webPageIn, webPageInWords } from '../../network/web-page.ts';
import { DeliveryError, InterruptedError } from '../../transforms/errors.ts';
import { stopIfAborted } from '../../transforms/interruption.ts';
import type { ConnectionTest } from '../connection-test.ts';
import type { Deliver, DeliveredFile, SpooledFile } from '../delivery.ts';
import { checkFileName } from '../file-name.ts';
import { onDisk } from '../local-file.ts';
import { mediaTypeOf } from '../media-type.ts';
import { redact } from '../redact.ts';
import { TemporaryDeliveryError } from '../sink.ts';

/** A web service that accepts files as a multipart form, or each file at an address of its own. */
export interface UploadOptions extends TlsTrust {
  readonly url: string;
  /** Section of the configuration with these settings, for messages. Default `upload`. */
  readonly section?: string;
  /** PUT sends the bytes of a file to `url` and its name. Default: POST of a form. */
  readonly method?: 'POST' | 'PUT';
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether every 2xx status means accepted, not only 200. Default false. */
  readonly isAny2xxAccepted?: boolean;
  /** Name of the form's field for the file. */
  readonly fileField: string;
  /** The other fields, by name. */
  readonly fields: Readonly<Record<string, string>>;
  /** Values of `fields` that must never be shown. */
  readonly secrets: readonly string[];
  /** Longest time to connect, and longest silence after that. */
  readonly timeoutMs: number;
}

/** Limit of a whole upload, in time-outs: a response that trickles in is never silent. */
const WHOLE_UPLOAD_TIMEOUTS = 10;

/** Codes of a request that failed before any of it could have been received. */
const NOT_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Limit of a response, which is a word or a page of HTML. */
const MAX_RESPONSE_BYTES = 1 << 16;

/**
 * Uploads files one by one as multipart forms; status 200 means accepted.
 *
 * Throws `DeliveryError` with code `UPLOAD_REFUSED` (not accepted), `UPLOAD_MAYBE_TAKEN` (no response
 * after the file may have been sent), or `UPLOAD_PARTLY` (some of several files were accepted). It
 * never retries.
 */
export function deliverByUpload(options: UploadOptions): Deliver {
  return async (files, signal, delivered = () => {}) => {
    const dispatcher = await httpDispatcher(options);
    const receipts: DeliveredFile[] = [];
    try {
      for (const file of files) {
        stopIfAborted(signal, `Uploading "${file.name}"`);
        const receipt = await upload(dispatcher, options, file, signal);
        receipts.push(receipt);
        delivered(receipt);
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
  file: SpooledFile,
  signal: AbortSignal,
): Promise<DeliveredFile> {
  const { timeoutMs, secrets, method = 'POST' } = options;
  const { url, body: content, headers: about } = await requestOf(options, file);
  const destination = addressOf(url);
  const wholeMs = timeoutMs * WHOLE_UPLOAD_TIMEOUTS;
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(tooSlow(wholeMs)), wholeMs);
  try {
    const { statusCode, headers, body } = await request(url, {
      method,
      body: content,
      headers: { ...about, ...options.headers },
      dispatcher,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      signal: AbortSignal.any([signal, late.signal]),
    });
    const start = await startOf(body, timeoutMs);
    const plain = await readable(start, headers['content-encoding']);
    const page = webPageIn({ headers, body: plain });
    const said = redact(
      page === undefined ? plain.toString('utf8') : webPageInWords(page),
      secrets,
    );
    const isAccepted = options.isAny2xxAccepted
      ? statusCode >= 200 && statusCode < 300
      : statusCode === 200;
    if (!isAccepted) {
      const to = URL.parse([headers.location].flat()[0] ?? '', url);
      const redirect =
        to === null || headers.location === undefined
          ? ''
          : ` with a redirect to ${addressOf(to.href)}`;
      throw refused(file, destination, `it answered ${statusCode}${redirect}`, said, {
        isTemporary: statusCode === 429 || statusCode >= 500,
      });
    }
    if (page?.isLogIn) throw refused(file, destination, 'a log-in page answered instead', said);
    return {
      file: file.name,
      destination,
      bytes: file.bytes,
      detail: said || `accepted (${statusCode})`,
    };
  } catch (error) {
    if (error instanceof DeliveryError) throw error;
    throw notAnswered(file, destination, error, options, signal);
  } finally {
    clearTimeout(timer);
  }
}

async function requestOf(options: UploadOptions, file: SpooledFile) {
  const name = checkFileName(file.name);
  const blob = await onDisk(dirname(file.path), name, () => openAsBlob(file.path));
  if (options.method === 'PUT') {
    const url = addressOfFile(options.url, name);
    const headers = { 'content-type': mediaTypeOf(name), 'content-length': String(file.bytes) };
    return { url, headers, body: Readable.from(blob.stream()) };
  }
  const form = new FormData();
  for (const [field, value] of Object.entries(options.fields)) form.set(field, value);
  form.set(options.fileField, blob, name);
  return { url: options.url, headers: {}, body: form };
}

/** The address of a file below a folder's address; a query of the folder stays. */
function addressOfFile(folder: string, name: string): string {
  const url = new URL(folder);
  url.pathname = `${url.pathname.replace(/\/$/, '')}/${encodeURIComponent(name)}`;
  return url.href;
}

/** Uploads a small file by PUT and deletes it. Throws what {@link deliverByUpload} throws. */
export async function testUpload(
  options: UploadOptions,
  file: SpooledFile,
  signal: AbortSignal,
): Promise<ConnectionTest> {
  const [receipt] = await deliverByUpload(options)([file], signal);
  const dispatcher = await httpDispatcher(options);
  const { request } = await import('undici');
  const isClean = await request(addressOfFile(options.url, file.name), {
    method: 'DELETE',
    headers: options.headers ?? {},
    dispatcher,
    signal: AbortSignal.any([signal, AbortSignal.timeout(options.timeoutMs)]),
  }).then(
    async ({ statusCode, body }) => {
      await body.dump();
      return statusCode < 300;
    },
    () => false,
  );
  await dispatcher.destroy();
  const end = isClean ? 'deleted' : 'not deleted: the server refused to delete it';
  return { says: `Test file ${receipt!.destination}: ${receipt!.detail}; ${end}.`, isClean };
}

/**
 * Reads the first part of a response, for a person to read.
 *
 * The status is known by then, so a response that is endless, slow or cut off is not read further.
 */
async function startOf(body: Readable, timeoutMs: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const timer = setTimeout(() => body.destroy(), timeoutMs);
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= MAX_RESPONSE_BYTES) break;
    }
  } catch {
    // What was read before that is enough.
  } finally {
    clearTimeout(timer);
  }
  return Buffer.concat(chunks);
}

/** Decodes a response; one that cannot be decoded is replaced by the reason. */
async function readable(body: Buffer, header: string | string[] | undefined): Promise<Buffer> {
  try {
    return await decoded(body, codingsOf(header, body), MAX_RESPONSE_BYTES);
  } catch (error) {
    return Buffer.from(`(${(error as Error).message})`);
  }
}

function notAnswered(
  file: SpooledFile,
  destination: string,
  error: unknown,
  { secrets, section = 'upload' }: UploadOptions,
  signal: AbortSignal,
): Error {
  const { code = '', message } = error as { code?: string; message: string };
  const trouble = troubleOf(error, section);
  const said = redact(trouble === undefined ? `${code} ${message}` : trouble.reason, secrets);
  if (trouble?.kind === 'certificate' || trouble?.kind === 'proxy')
    return refused(
      file,
      destination,
      trouble.reason,
      '',
      trouble.next === undefined ? {} : { next: trouble.next },
    );
  if (NOT_CONNECTED.has(code))
    return refused(file, destination, 'nothing answers there', said, { isTemporary: true });
  const problem =
    `"${file.name}" may or may not have been accepted by ${destination}: ` +
    'the connection ended before the response';
  const next = 'Ask the service’s owner whether it arrived before you send it again.';
  return signal.aborted
    ? new InterruptedError('UPLOAD_MAYBE_TAKEN', { problem, next })
    : new DeliveryError('UPLOAD_MAYBE_TAKEN', { problem, found: said, next }, error);
}

function refused(
  { name }: SpooledFile,
  destination: string,
  why: string,
  said: string,
  more: { readonly next?: string; readonly isTemporary?: boolean } = {},
): DeliveryError {
  const Failure = more.isTemporary ? TemporaryDeliveryError : DeliveryError;
  return new Failure('UPLOAD_REFUSED', {
    problem: `"${name}" was not accepted by ${destination}: ${why}`,
    ...(said !== '' && { found: said }),
    next:
      more.next ??
      'Check the address, the client code and the secret; the text after "found" is the ' +
        'service’s own reason.',
  });
}

function partly(receipts: readonly DeliveredFile[], error: unknown): DeliveryError {
  return new DeliveryError(
    'UPLOAD_PARTLY',
    {
      problem:
        `Only ${receipts.map(({ file }) => `"${file}"`).join(', ')} of the files were ` +
        `accepted. ${(error as Error).message}`,
      next: 'Fix that, then send all of them again: a later upload replaces an earlier one.',
    },
    error,
  );
}

/** The address without its query, which may contain secrets. */
function addressOf(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}
