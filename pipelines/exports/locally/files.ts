import type pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { OutgoingFile } from '../../../sinks/delivery.ts';
import { makeFolder, onDisk } from '../../../sinks/local-file.ts';
import { statement } from '../../../sinks/postgres/statement.ts';
import { type Chunk, spoolFile } from '../../../sinks/spool.ts';
import { addDays } from '../../../transforms/day.ts';
import {
  checkLayout,
  type DelimitedLayout,
  type LayoutRow,
  renderHeader,
  renderRow,
} from '../../../transforms/layout.ts';
import type { NotANumber, StoreFeed } from '../../../transforms/locally/guards.ts';
import { type ProductItem, productRow } from '../../../transforms/locally/product.ts';
import { type ReasonCount, reasonCount } from '../../../transforms/locally/reason.ts';
import type { Work } from '../../run/work.ts';
import type { Configuration } from '../../settings/schema.ts';
import { today } from '../../sync/slices.ts';
import type { Store } from './refresh.ts';
import { feedOf, fileNameOf, layoutOf } from './settings.ts';
import { rowsOfCursor } from './stage.ts';

/** The files of a feed, complete on disk, and what each store has in them. */
export interface FeedFiles {
  readonly files: readonly OutgoingFile[];
  readonly stores: readonly StoreFeed[];
  /** One product of each store that has figures which are not numbers. */
  readonly notNumbers: readonly NotANumber[];
}

/** What Postgres counted while it wrote a store's lines. */
interface MadeRow {
  readonly rows: number;
  readonly units: string;
  readonly removed_rows: number;
  /** A UPC with a figure that is not a number. */
  readonly wrong: string | null;
}

/**
 * Writes the staged feed: a file for each store, or one for all.
 *
 * The feed is staged on each of the connections, and they share the files. Lines are written as
 * they come from Postgres, so memory holds one chunk at a time.
 */
export async function writeFiles(
  clients: readonly pg.PoolClient[],
  work: Work,
  stores: readonly Store[],
  folder: string,
  signal: AbortSignal,
): Promise<FeedFiles> {
  const { configuration } = work;
  const feed = feedOf(configuration);
  const layout = checkLayout(layoutOf(feed));
  const start = (feed.layout.bom ? '\uFEFF' : '') + renderHeader(layout);
  const nameOf = (store: Store) => fileNameOf(feed, configuration, store.locallyId);
  const names = [...new Set(stores.map(nameOf))];
  const filled = new Map<Store, StoreFeed>();
  const files = new Map<string, OutgoingFile>();
  const notNumbers: NotANumber[] = [];

  await onDisk(folder, names[0]!, () => makeFolder(folder, 0o700));
  // Each connection takes the next file when it finished one; after a failure none does.
  const waiting = names.values().drop(0);
  const ended = await Promise.allSettled(clients.map(write));
  for (const end of ended) if (end.status === 'rejected') throw end.reason;
  return {
    files: names.map(name => files.get(name)!),
    stores: stores.map(store => filled.get(store)!),
    notNumbers,
  };

  async function write(client: pg.PoolClient): Promise<void> {
    // An error ends the iterator for all connections (`drop` makes one that can be ended).
    for (const name of waiting) {
      const inFile = stores.filter(store => nameOf(store) === name);
      files.set(name, await spoolFile(folder, name, chunksOf(client, inFile), signal));
    }
  }

  async function* chunksOf(client: pg.PoolClient, inFile: readonly Store[]): AsyncGenerator<Chunk> {
    yield { data: start, rows: 0 };
    for (const store of inFile) yield* storeChunks(client, store);
  }

  async function* storeChunks(client: pg.PoolClient, store: Store): AsyncGenerator<Chunk> {
    const { locallyId, locationNumbers, name } = store;
    const copy = statement('exports/locally/rows', {
      store: locallyId,
      columns: layout.columns.map(column => column.from),
      delimiter: layout.delimiter,
      before: addDays(today(work), -feed.zero_days),
    });
    for await (const data of client.query(copyTo(copy)) as AsyncIterable<Buffer>) {
      yield { data: layout.lineEnd === '\n' ? data : crlf(data), rows: 0 };
    }
    const { rows: counted } = await client.query<MadeRow>(
      'select rows, units::text, removed_rows, wrong from locally_made where locally_id = $1',
      [locallyId],
    );
    const { rows, units, removed_rows: removedRows, wrong } = counted[0]!;
    if (wrong !== null) notNumbers.push({ locallyId, upc: wrong });
    const file = nameOf(store);
    const of = { locallyId, locationNumbers, name, file };
    filled.set(store, { ...of, rows, units: Number(units), removedRows });
    yield { data: '', rows };
  }
}

/** Replaces LF by CRLF, byte by byte. */
function crlf(lines: Buffer): Buffer {
  return Buffer.from(lines.toString('latin1').replaceAll('\n', '\r\n'), 'latin1');
}

/** Files beside the stores' inventory, from the same staged items and stock. */
export interface FurtherFeeds {
  readonly files: readonly OutgoingFile[];
  readonly counts: readonly ReasonCount[];
}

const PRODUCT_COLUMNS = ['upc', 'name', 'image', 'description', 'url', 'price'];
/** The order is Locally's (Ship-to-Store page, "Available to Sell"). */
const AVAILABLE_COLUMNS = ['upc', 'qty', 'percent', 'shipping', 'country'];

/** Writes the product feed and the available-to-sell file, where they are configured. */
export async function writeFurtherFeeds(
  client: pg.PoolClient,
  configuration: Configuration,
  folder: string,
  signal: AbortSignal,
): Promise<FurtherFeeds> {
  const { product_feed: products, ship_to_store: available } = feedOf(configuration);
  const named = (name: string) => name.replaceAll('{merchant}', configuration.merchant);
  const files: OutgoingFile[] = [];
  const counts: ReasonCount[] = [];
  if (products !== undefined) {
    let withoutLink = 0;
    const links = { url: products.url, image: products.image };
    const rows = (item: ProductItem) => {
      const row = productRow(item, links);
      if (row === undefined) withoutLink++;
      return row;
    };
    await client.query(statement('exports/locally/products'));
    const lines = linesOf(client, PRODUCT_COLUMNS, rows);
    files.push(await spoolFile(folder, named(products.file_name), lines, signal));
    if (withoutLink > 0) counts.push(reasonCount('no_buy_link', withoutLink, '0'));
  }
  if (available !== undefined) {
    const { stores = null, percent, shipping, country } = available;
    await client.query(statement('exports/locally/available-to-sell'), [
      stores,
      String(percent),
      String(shipping),
      country,
    ]);
    const lines = linesOf(client, AVAILABLE_COLUMNS, (row: Record<string, string>) => row);
    files.push(await spoolFile(folder, named(available.file_name), lines, signal));
  }
  return { files, counts };
}

async function* linesOf<Row extends pg.QueryResultRow>(
  client: pg.PoolClient,
  columns: readonly string[],
  rowOf: (row: Row) => LayoutRow | undefined,
): AsyncGenerator<Chunk> {
  const layout: DelimitedLayout = {
    kind: 'delimited',
    columns: columns.map(name => ({ name, from: name })),
    delimiter: ',',
    quoting: 'when_needed',
    header: true,
    lineEnd: '\n',
    encoding: 'utf-8',
  };
  yield { data: renderHeader(layout), rows: 0 };
  for await (const batch of rowsOfCursor<Row>(client, 'locally_products')) {
    const rows = batch.map(rowOf).filter(row => row !== undefined);
    yield { data: rows.map(row => renderRow(layout, row)).join(''), rows: rows.length };
  }
}
