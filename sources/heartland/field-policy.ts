import { isRecord } from '../../transforms/validate.ts';
import type { ChildStream, Stream } from './streams/stream.ts';
import type { Page } from './walks/walk.ts';

/**
 * Removes the excluded fields from a page, before anything else reads it.
 *
 * Whatever happens to a row afterwards, in a table, in quarantine or in a message, it cannot reveal them.
 */
export function applyFieldPolicy(
  stream: Stream,
  page: Omit<Page, 'ordinal'>,
): Omit<Page, 'ordinal'> {
  const children = Object.fromEntries(
    (stream.children ?? []).map(child => [
      child.name,
      applyFieldPolicyToRows(child, page.children[child.name] ?? []),
    ]),
  );
  // Embedded rows went to their own table, which has its own field policy.
  const embedded = (stream.children ?? []).map(child => child.path);
  return { rows: applyFieldPolicyToRows(stream, page.rows, embedded), children };
}

/** Removes the excluded fields from rows, such as quarantined rows that arrived under another policy. */
export function applyFieldPolicyToRows(
  table: Stream | ChildStream,
  rows: readonly unknown[],
  embedded: readonly string[] = [],
): readonly unknown[] {
  const { include, exclude = [] } = table;
  const always = 'parentKey' in table ? [table.parentKey] : [];
  const excluded = new Set([...exclude, ...embedded]);
  if (include === undefined && excluded.size === 0) return rows;
  const included = include && new Set([...include, ...always]);
  return rows.map(row => {
    // A value that is not a record has no fields to choose from.
    if (!isRecord(row)) return included === undefined ? row : null;
    return Object.fromEntries(
      Object.entries(row).filter(
        ([key]) => !excluded.has(key) && (included === undefined || included.has(key)),
      ),
    );
  });
}
