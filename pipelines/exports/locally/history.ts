import { z } from 'zod';
import {
  closeExport,
  exportedBytes,
  listExports,
  type MadeExport,
  madeExports,
  type RecordedExport,
} from '../../../sinks/postgres/exports.ts';
import { statement } from '../../../sinks/postgres/statement.ts';
import type { Warehouse } from '../../../sinks/postgres/warehouse.ts';
import type { DelimitedLayout } from '../../../transforms/layout.ts';
import type { FeedLine } from '../../../transforms/locally/diff.ts';
import type { StoreFeed } from '../../../transforms/locally/guards.ts';
import type { ReasonCount } from '../../../transforms/locally/reason.ts';

/** What the warehouse stores of a feed beside its bytes. */
export interface FeedTotals {
  readonly as_of: Date;
  readonly stores: readonly StoreFeed[];
  readonly counts: readonly ReasonCount[];
  /** The layout of the files, so that they can be read again. */
  readonly layout: DelimitedLayout;
}

const totals = z.object({
  as_of: z.coerce.date(),
  stores: z.array(
    z.object({
      locallyId: z.string(),
      locationNumbers: z.array(z.string()),
      name: z.string(),
      file: z.string(),
      rows: z.number(),
      units: z.number(),
      removedRows: z.number(),
    }),
  ),
  layout: z.object({
    kind: z.literal('delimited'),
    columns: z.array(z.object({ name: z.string(), from: z.string() })),
    delimiter: z.string(),
    quoting: z.enum(['when_needed', 'never']),
    header: z.boolean(),
    lineEnd: z.enum(['\n', '\r\n']),
    encoding: z.enum(['utf-8', 'ascii']),
  }),
});

/** A delivered feed as the warehouse stores it. */
export interface DeliveredFeed {
  readonly recorded: RecordedExport;
  readonly totals: z.infer<typeof totals>;
}

/** The feed that was delivered last. */
export async function lastDelivered(warehouse: Warehouse): Promise<DeliveredFeed | undefined> {
  const filter = { statuses: ['delivered'], limit: 1 } as const;
  const [recorded] = await listExports(warehouse, 'locally', filter);
  return recorded && asDelivered(recorded);
}

/** Reads one delivered feed with all that is stored of it. */
export async function deliveredFeed(
  warehouse: Warehouse,
  { exportId }: MadeExport,
): Promise<DeliveredFeed> {
  const [recorded] = await listExports(warehouse, 'locally', { exportId });
  return asDelivered(recorded!);
}

function asDelivered(recorded: RecordedExport): DeliveredFeed {
  return { recorded, totals: totals.parse(recorded.totals) };
}

/** Deletes the bytes of feeds made before `before`, except those the next feed is compared with. */
export async function pruneFeeds(warehouse: Warehouse, before: Date): Promise<void> {
  await warehouse.query(statement('exports/locally/prune'), [before]);
}

/**
 * Closes feeds whose run died while it sent them.
 *
 * Locally may or may not have them, so they count as not delivered. The products they recorded
 * stay recorded. No other run is sending: a run locks its merchant.
 */
export async function closeInterrupted(warehouse: Warehouse): Promise<void> {
  const interrupted = await madeExports(warehouse, { kind: 'locally', statuses: ['sending'] });
  for (const { exportId } of interrupted) {
    const message = 'Its run ended while sending, so Locally may or may not have it.';
    await closeExport(warehouse, exportId, 'failed', [], message);
  }
}

/**
 * Reads the lines of a store from the stored bytes of a feed, by the layout it had then.
 *
 * Memory holds one chunk. Yields nothing where the feed had no such store.
 */
export async function* storedLines(
  warehouse: Warehouse,
  { recorded, totals }: DeliveredFeed,
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
  const bytes = exportedBytes(warehouse, recorded.exportId, store.file);
  for await (const line of linesOf(bytes, lineEnd)) {
    if (isHeader) {
      isHeader = false;
      continue;
    }
    // No cell needs quotes: see sql/exports/locally/rows.sql.
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
