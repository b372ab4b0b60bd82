import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Observable } from 'rxjs';
import { DeliveryError } from '../transforms/errors.ts';
import { interrupted } from '../transforms/interruption.ts';
import { arrivedBefore, PartlyDeliveredError, PartlyInterruptedError } from './compose.ts';
import type { Deliver, DeliveredFile, SpooledFile } from './delivery.ts';
import { checkFileName } from './file-name.ts';
import { mediaTypeOf } from './media-type.ts';
import type { OutgoingFile, Receipt, Sink } from './sink.ts';
import { spoolFile } from './spool.ts';

/** A file on disk as sinks take it. */
export function outgoingFile(file: SpooledFile, mediaType = mediaTypeOf(file.name)): OutgoingFile {
  const open = () => createReadStream(file.path);
  return { name: file.name, mediaType, bytes: file.bytes, open, local: file };
}

/**
 * Makes a sink of one delivery. Files that are not on disk are spooled first and removed afterwards.
 *
 * Subscribing starts the delivery; unsubscribing aborts it.
 */
export function sinkOf(deliver: Deliver): Sink {
  return files =>
    new Observable<Receipt>(subscriber => {
      const stop = new AbortController();
      const emitted = new Set<DeliveredFile>();
      const run = async (spooled: readonly SpooledFile[]) => {
        const emit = (delivered: DeliveredFile) => {
          if (emitted.has(delivered)) return;
          emitted.add(delivered);
          for (const receipt of receiptsOf(delivered, spooled)) subscriber.next(receipt);
        };
        try {
          for (const each of await deliver(spooled, stop.signal, emit)) emit(each);
        } catch (error) {
          for (const each of arrivedBefore(error)) emit(each);
          throw error;
        }
      };
      onDisk(files, stop.signal, run).then(
        () => subscriber.complete(),
        (error: unknown) => subscriber.error(error),
      );
      return () => stop.abort();
    });
}

/**
 * Delivers files on disk through a sink: the opposite of `sinkOf`. An abort unsubscribes.
 *
 * @throws PartlyDeliveredError, with the receipts, if some files had been delivered before a failure
 */
export function deliverThrough(sink: Sink): Deliver {
  return (files, signal, delivered) => {
    if (signal.aborted) return Promise.reject(interrupted('The delivery'));
    return new Promise((resolve, reject) => {
      const receipts: DeliveredFile[] = [];
      const fail = (error: unknown) =>
        reject(
          receipts.length > 0 && error instanceof DeliveryError && arrivedBefore(error).length === 0
            ? new PartlyDeliveredError([error], receipts)
            : error,
        );
      const stop = () => {
        subscription.unsubscribe();
        reject(new PartlyInterruptedError(interrupted('The delivery'), receipts));
      };
      const subscription = sink(files.map(file => outgoingFile(file))).subscribe({
        next: receipt => {
          const { said: detail, outcome: _, sha256: __, ...rest } = receipt;
          const file = { ...rest, detail };
          receipts.push(file);
          delivered?.(file);
        },
        error: fail,
        complete: () => resolve(receipts),
      });
      subscription.add(() => signal.removeEventListener('abort', stop));
      if (!subscription.closed) signal.addEventListener('abort', stop, { once: true });
    });
  };
}

/** Runs `work` with files that are all on disk. */
async function onDisk(
  files: readonly OutgoingFile[],
  signal: AbortSignal,
  work: (files: readonly SpooledFile[]) => Promise<void>,
): Promise<void> {
  for (const { name } of files) checkFileName(name);
  if (files.every(({ local }) => local !== undefined)) {
    return work(files.map(({ name, local }) => ({ ...local!, name })));
  }
  const folder = await mkdtemp(join(tmpdir(), 'tillstream-send-'));
  try {
    const spooled: SpooledFile[] = [];
    for (const file of files) spooled.push(await spool(folder, file, signal));
    await work(spooled);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function spool(folder: string, file: OutgoingFile, signal: AbortSignal) {
  if (file.local !== undefined) return { ...file.local, name: file.name };
  const source = file.open();
  const chunks = async function* () {
    for await (const data of source as AsyncIterable<Buffer>) yield { data, rows: 0 };
  };
  try {
    return await spoolFile(folder, file.name, chunks(), signal);
  } finally {
    source.destroy();
  }
}

/** An e-mail's receipt names several files; each gets its own. */
function receiptsOf(delivered: DeliveredFile, files: readonly SpooledFile[]): Receipt[] {
  const { destination, detail, recipients, verified, unverified, capabilities } = delivered;
  const names = delivered.file.split(', ');
  const one = files.filter(({ name }) => name === delivered.file);
  const named = one.length > 0 ? one : files.filter(({ name }) => names.includes(name));
  return named.map(({ name, bytes, sha256 }) => ({
    destination,
    file: name,
    bytes,
    sha256,
    outcome: 'delivered',
    verified: verified ?? [],
    unverified: unverified ?? [],
    capabilities: capabilities ?? {},
    said: detail,
    ...(recipients !== undefined && { recipients }),
  }));
}
