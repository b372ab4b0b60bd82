import { isRecord } from '../../transforms/validate.ts';
import type { ChildStream, Stream } from './stream.ts';
import type { Page } from './walk.ts';

/**
 * Takes from a page all that must not be kept, before anything else looks at it: whatever happens to a row after
 * this, in a table, in quarantine or in a message, it has nothing left to give away.
 */
export function limited(stream: Stream, page: Omit<Page, 'ordinal'>): Omit<Page, 'ordinal'> {
  const children = Object.fromEntries(
    (stream.children ?? []).map(child => [
      child.name,
      limit(page.children[child.name] ?? [], child, [child.parentKey]),
    ]),
  );
  // What was embedded went to its own table, with limits of its own.
  const embedded = (stream.children ?? []).map(child => child.path);
  return { rows: limit(page.rows, stream, [], embedded), children };
}

function limit(
  rows: readonly unknown[],
  { only, never = [] }: Stream | ChildStream,
  always: readonly string[],
  embedded: readonly string[] = [],
): readonly unknown[] {
  const dropped = new Set([...never, ...embedded]);
  if (only === undefined && dropped.size === 0) return rows;
  const kept = only && new Set([...only, ...always]);
  return rows.map(row =>
    isRecord(row)
      ? Object.fromEntries(
          Object.entries(row).filter(
            ([key]) => !dropped.has(key) && (kept === undefined || kept.has(key)),
          ),
        )
      : row,
  );
}
