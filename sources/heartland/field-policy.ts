import { isRecord } from '../../transforms/validate.ts';
import type { ChildStream, Stream } from './streams/stream.ts';
import type { Page } from './walks/walk.ts';

/**
 * Takes from a page all that must not be kept, before anything else looks at it: whatever happens to a row after
 * this, in a table, in quarantine or in a message, it has nothing left to give away.
 */
export function limited(stream: Stream, page: Omit<Page, 'ordinal'>): Omit<Page, 'ordinal'> {
  const children = Object.fromEntries(
    (stream.children ?? []).map(child => [
      child.name,
      limitedRows(child, page.children[child.name] ?? []),
    ]),
  );
  // What was embedded went to its own table, with limits of its own.
  const embedded = (stream.children ?? []).map(child => child.path);
  return { rows: limitedRows(stream, page.rows, embedded), children };
}

/** The same for rows that come from elsewhere, as from a quarantine that was filled under other rules. */
export function limitedRows(
  table: Stream | ChildStream,
  rows: readonly unknown[],
  embedded: readonly string[] = [],
): readonly unknown[] {
  const { only, never = [] } = table;
  const always = 'parentKey' in table ? [table.parentKey] : [];
  const dropped = new Set([...never, ...embedded]);
  if (only === undefined && dropped.size === 0) return rows;
  const kept = only && new Set([...only, ...always]);
  return rows.map(row => {
    // What is no record cannot be limited.
    if (!isRecord(row)) return kept === undefined ? row : null;
    return Object.fromEntries(
      Object.entries(row).filter(
        ([key]) => !dropped.has(key) && (kept === undefined || kept.has(key)),
      ),
    );
  });
}
