import { exportedBytes } from '../../../sinks/postgres/exports.ts';
import type { Warehouse } from '../../../sinks/postgres/warehouse.ts';
import type { FeedLine } from '../../../transforms/locally/diff.ts';
import type { DeliveredFeed } from './history.ts';

/**
 * The lines of a store in a feed as it was sent, read from its kept bytes by the layout it had then. Memory holds a
 * chunk. Nothing where the feed had no such store.
 */
export async function* keptLines(
  warehouse: Warehouse,
  { kept, totals }: DeliveredFeed,
  locallyId: string,
): AsyncGenerator<FeedLine> {
  const store = totals.stores.find(each => each.locallyId === locallyId);
  if (store === undefined) return;
  const { columns, delimiter, lineEnd, header } = totals.layout;
  const place = (field: string) => columns.findIndex(column => column.from === field);
  const at = {
    id: place('locally_id'),
    upc: place('upc'),
    qty: place('qty'),
    price: place('price'),
  };
  let isHeader = header;
  for await (const line of linesOf(exportedBytes(warehouse, kept.exportId, store.file), lineEnd)) {
    if (isHeader) {
      isHeader = false;
      continue;
    }
    // Nothing in a line needs quotes: sql/exports/locally-rows.sql.
    const cells = line.split(delimiter);
    if (at.id >= 0 && cells[at.id] !== locallyId) continue;
    yield { upc: cells[at.upc]!, qty: cells[at.qty]!, price: cells[at.price] };
  }
}

async function* linesOf(chunks: AsyncIterable<Uint8Array>, lineEnd: string) {
  // The decoder drops the byte order mark.
  const decoder = new TextDecoder('utf-8');
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(lineEnd);
    rest = lines.pop()!;
    yield* lines;
  }
  if (rest !== '') yield rest;
}
