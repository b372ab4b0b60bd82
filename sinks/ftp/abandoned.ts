import type { Client } from 'basic-ftp';
import type { OutgoingFile } from '../delivery.ts';
import { isTemporaryNameOf } from '../local-file.ts';

/**
 * Removes what an earlier run that was killed left of these files: uploads under their temporary names, which nobody
 * goes on with, and older files that were moved aside for them. A server that does not list or remove them keeps them,
 * and that harms nobody.
 */
export async function removeAbandoned(
  client: Client,
  files: readonly OutgoingFile[],
): Promise<void> {
  try {
    for (const { name } of await client.list()) {
      if (files.some(file => isTemporaryNameOf(file.name, name))) await client.remove(name, true);
    }
  } catch {
    // A hidden file too many is no reason to call a delivery failed.
  }
}
