/**
 * Finds slices that are due again because items were merged or deleted.
 *
 * A merged item hands its sales and stock movements of every day to another item (Heartland API, Items › Merge items), and
 * nothing else in the API shows it.
 */
import type { Cursor } from '../../sinks/postgres/cursors.ts';
import { statement } from '../../sinks/postgres/statement.ts';
import type { Stream } from '../../sources/heartland/streams/stream.ts';
import type { Work } from '../run/work.ts';

/** Slices with rows of items that were merged or deleted after the slice was pulled. */
export async function slicesOfMergedItems(
  { warehouse }: Work,
  { name, row, walk }: Stream,
): Promise<ReadonlySet<string>> {
  if (walk.kind !== 'by_page' || walk.slicedBy === 'nothing' || !('item_number' in row.shape))
    return new Set();
  const names = { table: name, slice: walk.sliceColumn };
  const rows = await warehouse.query<{ slice: string }>(
    statement('warehouse/slices-of-merged-items', names),
    [name],
  );
  return new Set(rows.map(({ slice }) => slice));
}

/** Whether a table of records that never change has some of an item merged or deleted since its last pull. */
export async function hasMergedItems(
  { warehouse }: Work,
  { name, row, walk }: Stream,
  { runId }: Cursor,
): Promise<boolean> {
  if (walk.kind !== 'by_key' || walk.changedBy !== 'id' || !('item_id' in row.shape)) return false;
  const [found] = await warehouse.query<{ has: boolean }>(
    statement('warehouse/has-merged-items', { table: name }),
    [runId],
  );
  return found!.has;
}
