/** Reads the certificates that a configuration names: `ca: ca.pem` becomes the text of that file. */
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Path } from '../../pipelines/settings/path.ts';
import type { Mistake } from './mistake.ts';

/** The sections that may have one; a filter or a list of the merchant's own may have any key. */
const SECTIONS = new Set(['heartland', 'api', 'verify', 'deliver', 'email', 'upload']);

const EXPECTED = 'expected one as PEM text, which begins with -----BEGIN CERTIFICATE-----';

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
    // A variable that is not set is told already.
    if (written === '') return written;
    if (written.includes('-----BEGIN')) {
      const text = pemOf(Buffer.from(written));
      if (text === undefined)
        mistakes.push({ path, says: `holds no certificate that can be read: ${EXPECTED}.` });
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
      const how = code === 'ENOENT' ? 'is not there' : `cannot be read (${code})`;
      mistakes.push({ path, says: `names the file "${file}", which ${how}.` });
    }
    return '';
  };

  return { tree: await read(tree, []), mistakes };
}

function mayHave(path: Path): boolean {
  return SECTIONS.has(String(path.findLast(key => typeof key === 'string')));
}

/** All that is in it where it is PEM; the one certificate where it is DER, as Windows saves it. */
function pemOf(bytes: Buffer): string | undefined {
  try {
    const first = new X509Certificate(bytes);
    return bytes.includes('-----BEGIN') ? bytes.toString('utf8') : first.toString();
  } catch {
    return undefined;
  }
}
