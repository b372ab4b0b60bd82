import { createHash } from 'node:crypto';
import { Writable } from 'node:stream';
import { type Client, FTPError } from 'basic-ftp';
import type { OutgoingFile } from '../delivery.ts';
import { temporaryName, temporaryNameFor } from '../local-file.ts';
import { during, FtpFailure } from './fault.ts';
import type { FtpOptions } from './options.ts';
import { store } from './store.ts';

/** What an upload that failed may have left on the server, to be put right by {@link tidyUp}. */
export interface Leftovers {
  /** Names of half uploads. */
  readonly parts: Set<string>;
  /** The half upload that the next try goes on with. */
  resumable: string | undefined;
  /** Name under which the old file waits while the new one takes its place. */
  aside: string | undefined;
}

/**
 * Puts one file on the server: under a temporary name, measured, then renamed over the old one.
 *
 * Returns what is known about its size there, for the receipt. Throws `FtpFailure`; `leftovers` then says what to tidy.
 */
export async function uploadWhole(
  client: Client,
  file: OutgoingFile,
  options: FtpOptions,
  leftovers: Leftovers,
): Promise<string> {
  const isRenamed = options.viaTemporaryName ?? true;
  const name = isRenamed ? (leftovers.resumable ?? temporaryName(file.name)) : file.name;
  const from = await during('upload', options, () => whereToGoOn(client, name, file, leftovers));
  if (isRenamed) {
    leftovers.parts.add(name);
    leftovers.resumable = name;
  }
  await during('upload', options, () => store(client, file.path, name, from));
  const bytes = await during('verify', options, () => sizeOf(client, name));
  // Half a file of the wrong length, or with the wrong bytes, is nothing to go on with.
  if (bytes !== undefined && bytes !== file.bytes) {
    leftovers.resumable = undefined;
    throw cutShort(file, bytes);
  }
  if (from > 0) await during('verify', options, () => verifyFeed(client, name, file, leftovers));
  if (isRenamed) {
    await during('rename', options, () => putInPlace(client, name, file.name, leftovers));
    leftovers.parts.delete(name);
  }
  leftovers.resumable = undefined;
  const resumed = from > 0 ? `, resumed after ${from} and read back` : '';
  return bytes === undefined
    ? `transfer complete${resumed}; the server tells no sizes`
    : `transfer complete, ${bytes} bytes there${resumed}`;
}

/** Bytes of a half upload that are there already; 0 where there is none, or the server does not tell. */
async function whereToGoOn(
  client: Client,
  name: string,
  file: OutgoingFile,
  { resumable }: Leftovers,
): Promise<number> {
  if (resumable !== name) return 0;
  const there = (await sizeOf(client, name)) ?? 0;
  return there < file.bytes ? there : 0;
}

/** A resumed file is fetched again and hashed: its size alone does not prove that the halves fit. */
async function verifyFeed(
  client: Client,
  name: string,
  file: OutgoingFile,
  leftovers: Leftovers,
): Promise<void> {
  const hash = createHash('sha256');
  await client.downloadTo(
    new Writable({ write: (chunk, _encoding, done) => done(hash.update(chunk) && null) }),
    name,
  );
  if (hash.digest('hex') === file.sha256) return;
  leftovers.resumable = undefined;
  throw new FtpFailure({
    code: 'FTP_CUT_SHORT',
    reason: 'what the server holds after resuming is not what was sent',
    said: 'other bytes there',
    next: 'Run the command again; if it stays so, ask whoever runs the server.',
    isTemporary: true,
  });
}

/**
 * Bytes of a file there, or undefined when it is not there or the server tells neither size nor list.
 *
 * An answer to SIZE that is no number counts as none: some servers answer a size of 0 without the 0.
 */
async function sizeOf(client: Client, name: string): Promise<number | undefined> {
  try {
    return await client.size(name);
  } catch (error) {
    if (client.closed) throw error;
  }
  try {
    return (await client.list()).find(each => each.name === name)?.size;
  } catch (error) {
    if (client.closed) throw error;
    return undefined;
  }
}

/** Some servers refuse to rename onto a file that exists. The old one is then moved aside, not deleted. */
async function putInPlace(
  client: Client,
  part: string,
  name: string,
  leftovers: Leftovers,
): Promise<void> {
  try {
    await client.rename(part, name);
    return;
  } catch (error) {
    const isRefused = error instanceof FTPError && error.code >= 500;
    if (!isRefused || (await sizeOf(client, name)) === undefined) throw error;
  }
  const aside = temporaryNameFor(name);
  // Set before the command: should the answer be lost, the old file may already have moved.
  leftovers.aside = aside;
  await client.rename(name, aside);
  await client.rename(part, name);
  await client.remove(aside, true);
  leftovers.aside = undefined;
}

/**
 * Puts the old file back if nothing took its place, and removes half uploads, but the one that the next try goes on
 * with. Throws whatever the client throws.
 */
export async function tidyUp(client: Client, name: string, leftovers: Leftovers): Promise<void> {
  try {
    await putBack(client, name, leftovers);
  } finally {
    for (const part of leftovers.parts) {
      if (part === leftovers.resumable) continue;
      await client.remove(part, true);
      leftovers.parts.delete(part);
    }
  }
}

async function putBack(client: Client, name: string, leftovers: Leftovers): Promise<void> {
  if (leftovers.aside === undefined) return;
  const isInPlace = (await sizeOf(client, name)) !== undefined;
  if (isInPlace) await client.remove(leftovers.aside, true);
  else await client.rename(leftovers.aside, name);
  leftovers.aside = undefined;
}

function cutShort(file: OutgoingFile, bytes: number): FtpFailure {
  return new FtpFailure({
    code: 'FTP_CUT_SHORT',
    reason: 'the server holds another number of bytes than were sent',
    said: `${bytes} bytes there, ${file.bytes} sent`,
    next: 'Run the command again; if it stays so, ask whoever runs the server.',
    isTemporary: true,
  });
}
