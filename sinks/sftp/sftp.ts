import { access } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DeliveryError } from '../../transforms/errors.ts';
import { interrupted } from '../../transforms/interruption.ts';
import { inAttempts } from '../attempts.ts';
import type { Deliver, OutgoingFile, Receipt } from '../delivery.ts';
import { checkFileName } from '../file-name.ts';
import { isTemporaryNameOf, onDisk, temporaryName, temporaryNameFor } from '../local-file.ts';
import { SftpFailure } from './fault.ts';
import { type SftpOptions, sftpAddress } from './options.ts';
import { SftpSession } from './session.ts';

/** Tidying is worth this long: nobody should wait longer for a Ctrl-C. */
const TIDY_TIMEOUT_MS = 3000;

/** What an upload that failed may have left on the server. */
interface Leftovers {
  /** Names of half uploads. */
  readonly parts: Set<string>;
  /** The half upload that the next try goes on with. */
  resumable: string | undefined;
  /** Name under which the old file waits while the new one takes its place. */
  aside: string | undefined;
}

/**
 * Delivers files by SFTP, in order, over one connection to a server whose key is known.
 *
 * Each file is uploaded whole under a temporary name, measured, and renamed, so the server always holds the old file
 * or the new one. After a broken or stalled connection it goes on where it stopped, and reads the file back. Throws
 * `DeliveryError` naming the file, the server and what had arrived before, or `InterruptedError` after an abort; either
 * way half uploads are removed as far as the server lets us.
 */
export function deliverBySftp(options: SftpOptions): Deliver {
  return async (files, signal) => {
    for (const file of files) {
      checkFileName(file.name);
      await onDisk(dirname(file.path), file.name, () => access(file.path));
    }
    const receipts: Receipt[] = [];
    let session: SftpSession | undefined;
    const open = async () => {
      if (session?.isOpen) return session;
      session?.close();
      session = await SftpSession.open(options, signal);
      return session;
    };
    try {
      for (const file of files) {
        receipts.push(await handOver(file, options, open, receipts, signal));
      }
      await removeAbandoned(files, open);
      return receipts;
    } finally {
      session?.close();
    }
  };
}

/**
 * Removes what an earlier run that was killed left of these files. They have arrived by now, so nothing that goes wrong
 * here is worth a word: a hidden file too many harms nobody.
 */
async function removeAbandoned(
  files: readonly OutgoingFile[],
  open: () => Promise<SftpSession>,
): Promise<void> {
  try {
    const session = await open();
    for (const name of await session.list()) {
      if (files.some(file => isTemporaryNameOf(file.name, name))) await session.remove(name);
    }
  } catch {}
}

async function handOver(
  file: OutgoingFile,
  options: SftpOptions,
  open: () => Promise<SftpSession>,
  arrived: readonly Receipt[],
  signal: AbortSignal,
): Promise<Receipt> {
  const { attempts = 4, backoffMs = 1000 } = options;
  const leftovers: Leftovers = { parts: new Set(), resumable: undefined, aside: undefined };
  const isTemporary = (error: unknown) => error instanceof SftpFailure && error.fault.isTemporary;
  try {
    const bytes = await inAttempts({ most: attempts, backoffMs }, signal, isTemporary, async () => {
      const session = await open();
      await tidyUp(session, file.name, leftovers);
      return uploadWhole(session, file, options, leftovers);
    });
    return {
      file: file.name,
      destination: sftpAddress(options, file.name),
      bytes: file.bytes,
      detail: `transfer complete, ${bytes} bytes there`,
    };
  } catch (error) {
    await tidyInTheEnd(file, options, leftovers);
    if (signal.aborted) throw interrupted(`Sending "${file.name}"`, aftermath(leftovers));
    if (error instanceof SftpFailure) throw notDelivered(error, file, options, arrived, leftovers);
    throw error;
  }
}

async function uploadWhole(
  session: SftpSession,
  file: OutgoingFile,
  { viaTemporaryName: isRenamed = true }: SftpOptions,
  leftovers: Leftovers,
): Promise<number> {
  const name = isRenamed ? (leftovers.resumable ?? temporaryName(file.name)) : file.name;
  const from = leftovers.resumable === undefined ? 0 : await whereToGoOn(session, name, file);
  if (isRenamed) {
    leftovers.parts.add(name);
    leftovers.resumable = name;
  }
  await session.upload(file.path, name, from);
  const bytes = await session.size(name);
  // Its size alone does not prove that the halves of a resumed file fit.
  if (bytes !== file.bytes || (from > 0 && (await session.sha256(name)) !== file.sha256)) {
    leftovers.resumable = undefined;
    throw cutShort(file, bytes);
  }
  if (isRenamed) {
    await putInPlace(session, name, file.name, leftovers);
    leftovers.parts.delete(name);
  }
  leftovers.resumable = undefined;
  return bytes;
}

/** Chunks travel side by side, so the last ones of a half upload may be there without those before them. */
const UNSURE_BYTES = 64 * 32_768;

/** Bytes of a half upload that can be trusted; 0 to start anew. */
async function whereToGoOn(
  session: SftpSession,
  name: string,
  file: OutgoingFile,
): Promise<number> {
  const there = (await session.size(name)) ?? 0;
  return there > file.bytes ? 0 : Math.max(0, there - UNSURE_BYTES);
}

/** Plain SFTP refuses to rename onto a file that exists. The old one is then moved aside, not deleted. */
async function putInPlace(
  session: SftpSession,
  part: string,
  name: string,
  leftovers: Leftovers,
): Promise<void> {
  try {
    await session.rename(part, name);
    return;
  } catch (error) {
    if (!session.isOpen || (await session.size(name)) === undefined) throw error;
  }
  const aside = temporaryNameFor(name);
  // Set before the command: should the answer be lost, the old file may already have moved.
  leftovers.aside = aside;
  await session.rename(name, aside);
  await session.rename(part, name);
  await session.remove(aside);
  leftovers.aside = undefined;
}

/** Puts the old file back if nothing took its place, and removes half uploads. */
async function tidyUp(session: SftpSession, name: string, leftovers: Leftovers): Promise<void> {
  if (leftovers.aside !== undefined) {
    const isMoved = (await session.size(leftovers.aside, 'tidy')) !== undefined;
    const isInPlace = (await session.size(name, 'tidy')) !== undefined;
    if (isMoved && isInPlace) await session.remove(leftovers.aside);
    else if (isMoved) await session.rename(leftovers.aside, name, 'tidy');
    leftovers.aside = undefined;
  }
  for (const part of leftovers.parts) {
    if (part === leftovers.resumable) continue;
    await session.remove(part);
    leftovers.parts.delete(part);
  }
}

/** On a connection of its own, because the one that failed may be hanging. What it cannot mend stays in `leftovers`. */
async function tidyInTheEnd(
  file: OutgoingFile,
  options: SftpOptions,
  leftovers: Leftovers,
): Promise<void> {
  leftovers.resumable = undefined;
  if (leftovers.parts.size === 0 && leftovers.aside === undefined) return;
  const timeoutMs = Math.min(TIDY_TIMEOUT_MS, options.timeoutMs ?? TIDY_TIMEOUT_MS);
  let session: SftpSession | undefined;
  try {
    session = await SftpSession.open({ ...options, timeoutMs }, AbortSignal.timeout(2 * timeoutMs));
    await tidyUp(session, file.name, leftovers);
  } catch {
    // The fault that brought us here is the one to report; what is left is named with it.
  } finally {
    session?.close();
  }
}

function cutShort(file: OutgoingFile, bytes: number | undefined): SftpFailure {
  return new SftpFailure({
    code: 'SFTP_CUT_SHORT',
    reason: 'the server holds another number of bytes than were sent',
    said: `${bytes ?? 'no'} bytes there, ${file.bytes} sent`,
    next: 'Run the command again; if it stays so, ask whoever runs the server.',
    isTemporary: true,
  });
}

function notDelivered(
  { fault }: SftpFailure,
  file: OutgoingFile,
  options: SftpOptions,
  arrived: readonly Receipt[],
  leftovers: Leftovers,
): DeliveryError {
  const before = arrived.map(receipt => receipt.file).join(', ') || 'none';
  return new DeliveryError(fault.code, {
    problem: `"${file.name}" was not delivered to ${sftpAddress(options)}: ${fault.reason}`,
    found: fault.said,
    next: `${fault.next} Delivered before it: ${before}. ${aftermath(leftovers)}.`,
  });
}

function aftermath({ parts, aside }: Leftovers): string {
  if (aside !== undefined) return `The old file waits on the server as ${aside}`;
  return parts.size === 0
    ? 'Nothing half done was left behind'
    : `Left behind on the server, to be removed by hand: ${[...parts].join(', ')}`;
}
