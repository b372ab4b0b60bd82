/**
 * What is due again because items are gone: those that were merged into another have given it their sales and their
 * movements of stock, in every day there ever was (Heartland API, Items › Merge items), and nothing else tells of it.
 */
import type { Cursor } from '../../sinks/postgres/cursors.ts';
import { statement } from '../../sinks/postgres/statement.ts';
import type { Stream } from '../../sources/heartland/streams/stream.ts';
import type { Work } from '../run/work.ts';

/** Slices that hold rows of items which were found gone after they were pulled. */
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

/** Whether records that never change by themselves belong to an item that was found gone after they were last pulled. */
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
