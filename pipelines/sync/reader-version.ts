import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { columnsOf } from '../../transforms/columns.ts';
import { fingerprint } from '../../transforms/seen-pages.ts';
import type { LoadingOptions } from './loading.ts';

const TRANSFORMS = fileURLToPath(new URL('../../transforms/', import.meta.url));
let code: string | undefined;

/**
 * Names everything that decides what becomes of an answer: the table's columns, what is left out or filled in, and our
 * own code that reads it. Only while this is the same are the same bytes the same rows; a version number would have to be
 * remembered by whoever changes that code.
 */
export function readingFingerprint({ row, ignored, slice, isStamped }: LoadingOptions): string {
  code ??= fingerprint(
    ...readdirSync(TRANSFORMS)
      .filter(name => name.endsWith('.ts'))
      .toSorted()
      .map(name => readFileSync(TRANSFORMS + name)),
  );
  return fingerprint(code, JSON.stringify([columnsOf(row), ignored, slice, isStamped]));
}
