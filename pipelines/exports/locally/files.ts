import type pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { OutgoingFile } from '../../../sinks/delivery.ts';
import { makeFolder, onDisk } from '../../../sinks/local-file.ts';
import { statement } from '../../../sinks/postgres/statement.ts';
import { type Chunk, spoolFile } from '../../../sinks/spool.ts';
import { addDays } from '../../../transforms/day.ts';
import { checkLayout, renderHeader } from '../../../transforms/layout.ts';
import type { NotANumber, StoreFeed } from '../../../transforms/locally/guards.ts';
import type { Work } from '../../run/work.ts';
import { today } from '../../sync/slices.ts';
import type { Store } from './refresh.ts';
import { feedOf, fileNameOf, layoutOf } from './settings.ts';

/** The files of a feed, complete on disk, and what is in them store by store. */
export interface FeedFiles {
  readonly files: readonly OutgoingFile[];
  readonly stores: readonly StoreFeed[];
  /** Of each store that has such figures, one of them. */
  readonly notNumbers: readonly NotANumber[];
}

/** What Postgres counted while it made a store's lines. */
interface MadeRow {
  readonly rows: number;
  readonly units: string;
  readonly gone_rows: number;
  /** A UPC with a figure that is not a number. */
  readonly wrong: string | null;
}

/**
 * Writes the feed that is staged on each of the connections: a file for each store, or one for all. The lines pass
 * through as Postgres writes them, so memory holds what the network brings at a time.
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
  // Each connection takes the next file when it has done one; after a failure nobody takes another.
  const waiting = names.values().drop(0);
  const ended = await Promise.allSettled(clients.map(write));
  for (const end of ended) if (end.status === 'rejected') throw end.reason;
  return {
    files: names.map(name => files.get(name)!),
    stores: stores.map(store => filled.get(store)!),
    notNumbers,
  };

  async function write(client: pg.PoolClient): Promise<void> {
    // Leaving the loop by an error ends the iterator for all (`drop` makes one that can be ended).
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
    const copy = statement('exports/locally-rows', {
      store: locallyId,
      columns: layout.columns.map(column => column.from),
      delimiter: layout.delimiter,
      before: addDays(today(work), -feed.zero_days),
    });
    for await (const data of client.query(copyTo(copy)) as AsyncIterable<Buffer>) {
      yield { data: layout.lineEnd === '\n' ? data : crlf(data), rows: 0 };
    }
    const { rows: counted } = await client.query<MadeRow>(
      'select rows, units::text, gone_rows, wrong from locally_made where locally_id = $1',
      [locallyId],
    );
    const { rows, units, gone_rows: goneRows, wrong } = counted[0]!;
    if (wrong !== null) notNumbers.push({ locallyId, upc: wrong });
    const file = nameOf(store);
    const of = { locallyId, locationNumbers, name, file };
    filled.set(store, { ...of, rows, units: Number(units), goneRows });
    yield { data: '', rows };
  }
}

/** Lines as Postgres ends them, with the other line end; byte by byte, whatever they hold. */
function crlf(lines: Buffer): Buffer {
  return Buffer.from(lines.toString('latin1').replaceAll('\n', '\r\n'), 'latin1');
}
