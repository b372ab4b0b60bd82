import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { OutgoingFile } from '../../sinks/delivery.ts';
import { spoolFile } from '../../sinks/spool.ts';

/** Creates a folder for one test, removed after it. */
export async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tillstream-sinks-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Writes a finished file with the given content. */
export async function outgoing(name: string, content: string | Uint8Array): Promise<OutgoingFile> {
  const folder = await freshFolder();
  return spoolFile(folder, name, [{ data: content, rows: 1 }], new AbortController().signal);
}

/** Bytes that any text conversion would change: all values, CR, LF, dots at line starts. */
export function awkwardBytes(length: number): Buffer {
  return Buffer.concat([Buffer.from('a\r\n.\r\n..b\n\rc\0é\x1a\r'), randomBytes(length)]);
}
