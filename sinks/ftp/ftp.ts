import { access } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DeliveryError } from '../../transforms/errors.ts';
import { interrupted } from '../../transforms/interruption.ts';
import { inAttempts } from '../attempts.ts';
import type { Deliver, OutgoingFile, Receipt } from '../delivery.ts';
import { checkFileName } from '../file-name.ts';
import { onDisk } from '../local-file.ts';
import { removeAbandoned } from './abandoned.ts';
import { FtpConnection } from './connection.ts';
import { during, FtpFailure } from './fault.ts';
import { type FtpOptions, ftpAddress } from './options.ts';
import { type Leftovers, tidyUp, uploadWhole } from './upload.ts';

/** Tidying is worth this long: nobody should wait longer for a Ctrl-C. */
const TIDY_TIMEOUT_MS = 3000;

/**
 * Delivers files by FTP or FTPS, in order, over one connection.
 *
 * Each file is uploaded whole under a temporary name, measured, and renamed, so the server always holds the old file
 * or the new one. After a broken or stalled connection it goes on where it stopped, and reads the file back; after a
 * refused log-in, a full disk or a missing permission it does not try again. Throws `DeliveryError` naming the file, the
 * server and what had arrived before, or `InterruptedError` after an abort; either way half uploads are removed as far as
 * the server lets us.
 */
export function deliverByFtp(options: FtpOptions): Deliver {
  return async (files, signal) => {
    for (const file of files) {
      checkFileName(file.name);
      await onDisk(dirname(file.path), file.name, () => access(file.path));
    }
    const receipts: Receipt[] = [];
    const connection = new FtpConnection(options, signal);
    try {
      for (const file of files) {
        receipts.push(await handOver(file, options, connection, receipts, signal));
      }
      await tidyAfterKilled(files, connection);
      return receipts;
    } finally {
      connection.close();
    }
  };
}

/** The files have arrived by now, so nothing that goes wrong here is worth a word. */
async function tidyAfterKilled(
  files: readonly OutgoingFile[],
  connection: FtpConnection,
): Promise<void> {
  const client = await connection.client().catch(() => undefined);
  if (client !== undefined) await removeAbandoned(client, files);
}

async function handOver(
  file: OutgoingFile,
  options: FtpOptions,
  connection: FtpConnection,
  arrived: readonly Receipt[],
  signal: AbortSignal,
): Promise<Receipt> {
  const { attempts = 4, backoffMs = 1000 } = options;
  const leftovers: Leftovers = { parts: new Set(), resumable: undefined, aside: undefined };
  try {
    const detail = await inAttempts(
      { most: attempts, backoffMs },
      signal,
      isTemporary,
      async () => {
        const client = await connection.client();
        await during('rename', options, () => tidyUp(client, file.name, leftovers));
        return await uploadWhole(client, file, options, leftovers);
      },
    );
    const destination = ftpAddress(options, file.name);
    return { file: file.name, destination, bytes: file.bytes, detail };
  } catch (error) {
    await tidyInTheEnd(file, options, leftovers);
    if (signal.aborted) {
      throw interrupted(
        `Sending "${file.name}"`,
        `${before(arrived)}. ${aftermath(file, leftovers)}`,
      );
    }
    if (error instanceof FtpFailure) throw notDelivered(error, file, options, arrived, leftovers);
    throw error;
  }
}

function isTemporary(error: unknown): boolean {
  return error instanceof FtpFailure && error.fault.isTemporary;
}

/** On a connection of its own, because the one that failed may be hanging. What it cannot mend stays in `leftovers`. */
async function tidyInTheEnd(
  file: OutgoingFile,
  options: FtpOptions,
  leftovers: Leftovers,
): Promise<void> {
  leftovers.resumable = undefined;
  if (leftovers.parts.size === 0 && leftovers.aside === undefined) return;
  const timeoutMs = Math.min(TIDY_TIMEOUT_MS, options.timeoutMs ?? TIDY_TIMEOUT_MS);
  const signal = AbortSignal.timeout(2 * timeoutMs);
  const connection = new FtpConnection({ ...options, timeoutMs }, signal);
  try {
    await tidyUp(await connection.client(), file.name, leftovers);
  } catch {
    // The fault that brought us here is the one to report; what is left is named with it.
  } finally {
    connection.close();
  }
}

function notDelivered(
  { fault }: FtpFailure,
  file: OutgoingFile,
  options: FtpOptions,
  arrived: readonly Receipt[],
  leftovers: Leftovers,
): DeliveryError {
  return new DeliveryError(fault.code, {
    problem: `"${file.name}" was not delivered to ${ftpAddress(options)}: ${fault.reason}`,
    found: fault.said,
    next: `${fault.next} ${before(arrived)}. ${aftermath(file, leftovers)}.`,
  });
}

function before(arrived: readonly Receipt[]): string {
  return `Delivered before it: ${arrived.map(receipt => receipt.file).join(', ') || 'none'}`;
}

function aftermath({ name }: OutgoingFile, { parts, aside }: Leftovers): string {
  const left = [
    ...(aside === undefined ? [] : [`If "${name}" is gone there, rename "${aside}" to it`]),
    ...(parts.size === 0 ? [] : [`Half a file is left there, remove it: ${[...parts].join(', ')}`]),
  ];
  return left.join('. ') || 'Nothing half done was left behind';
}
