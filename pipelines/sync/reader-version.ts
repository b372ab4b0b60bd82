import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { type ColumnValue, columnsOf } from '../../transforms/columns.ts';
import { fingerprint } from '../../transforms/seen-pages.ts';

/** Set in the package, whose code is bundled: what `readerCode()` was when it was built. */
declare const BUILT_READER_CODE: string | undefined;

const IMPORTED = /\b(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g;
let reader: string | undefined;

/** Options for reading a table's rows. */
export interface ReaderOptions {
  readonly row: z.ZodObject;
  /** Keys that belong to other tables. */
  readonly ignored?: readonly string[];
  /** The slice's column and value; if left out, the whole table. */
  readonly slice?: ColumnValue | undefined;
  /** Whether we write the slice into the rows, because Heartland leaves it out. */
  readonly isStamped?: boolean;
}

/**
 * A hash of everything that turns an answer into rows: the columns, the options, and the code of the reader.
 *
 * While it is the same, the same bytes give the same rows. A version number raised by hand would be forgotten.
 */
export function readerVersion({ row, ignored, slice, isStamped }: ReaderOptions): string {
  reader ??= typeof BUILT_READER_CODE === 'string' ? BUILT_READER_CODE : readerCode();
  return fingerprint(reader, JSON.stringify([columnsOf(row), ignored, slice, isStamped]));
}

/** A hash of the module that reads answers into rows, and of all it imports. */
export function readerCode(): string {
  return codeVersion(new URL('../../transforms/answer-reader.ts', import.meta.url));
}

/** A hash of a module and of every local module that it imports, directly or not. */
export function codeVersion(entry: URL): string {
  const texts = new Map<string, string>();
  const waiting = [entry.href];
  for (let href = waiting.pop(); href !== undefined; href = waiting.pop()) {
    if (texts.has(href)) continue;
    const text = readFileSync(new URL(href), 'utf8');
    texts.set(href, text);
    for (const [, specifier] of text.matchAll(IMPORTED))
      waiting.push(new URL(specifier!, href).href);
  }
  const inOrder = [...texts].toSorted(([one], [other]) => (one < other ? -1 : 1));
  return fingerprint(...inOrder.map(([, text]) => text));
}
