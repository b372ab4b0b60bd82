/** Reads the certificate files of a configuration: `ca: ca.pem` becomes that file's text. */
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Path } from '../../pipelines/settings/path.ts';
import type { Mistake } from './mistake.ts';

/** Sections that may name a certificate; a filter may have any key, `ca` too. */
const SECTIONS = new Set(['heartland', 'api', 'verify', 'deliver', 'email', 'upload']);

const EXPECTED = 'expected a PEM certificate, which begins with -----BEGIN CERTIFICATE-----';

export interface WithCertificates {
  readonly tree: unknown;
  /** Files that cannot be read, or hold no certificate. */
  readonly mistakes: readonly Mistake[];
}

/** @param home the folder of the configuration file */
export async function withCertificates(tree: unknown, home: string): Promise<WithCertificates> {
  const mistakes: Mistake[] = [];

  const read = async (node: unknown, path: Path): Promise<unknown> => {
    if (Array.isArray(node))
      return Promise.all(node.map((item, index) => read(item, [...path, index])));
    if (typeof node !== 'object' || node === null) return node;
    const entries = Object.entries(node).map(async ([key, child]): Promise<[string, unknown]> => {
      const at = [...path, key];
      const isCertificate = key === 'ca' && typeof child === 'string' && mayHave(path);
      return [key, isCertificate ? await certificate(child, at) : await read(child, at)];
    });
    return Object.fromEntries(await Promise.all(entries));
  };

  const certificate = async (written: string, path: Path): Promise<string> => {
    // A variable that is not set is already reported.
    if (written === '') return written;
    if (written.includes('-----BEGIN')) {
      const text = pemOf(Buffer.from(written));
      if (text === undefined)
        mistakes.push({ path, says: `is not a readable certificate: ${EXPECTED}.` });
      return text ?? '';
    }
    const file = resolve(home, written);
    try {
      const text = pemOf(await readFile(file));
      if (text !== undefined) return text;
      mistakes.push({
        path,
        says: `names the file "${file}", which holds no certificate: ${EXPECTED}.`,
      });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const how = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`;
      mistakes.push({ path, says: `names the file "${file}", which ${how}.` });
    }
    return '';
  };

  return { tree: await read(tree, []), mistakes };
}

function mayHave(path: Path): boolean {
  if (path[0] === 'destinations') return path.length === 2;
  return SECTIONS.has(String(path.findLast(key => typeof key === 'string')));
}

/** The whole text of a PEM file; the one certificate of a DER file, as Windows saves it. */
function pemOf(bytes: Buffer): string | undefined {
  try {
    const first = new X509Certificate(bytes);
    return bytes.includes('-----BEGIN') ? bytes.toString('utf8') : first.toString();
  } catch {
    return undefined;
  }
}
