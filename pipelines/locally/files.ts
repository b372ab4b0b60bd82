import type pg from 'pg';
import type { OutgoingFile } from '../../sinks/outgoing.ts';
import { statement } from '../../sinks/postgres/statement.ts';
import { type Chunk, spoolFile } from '../../sinks/spool.ts';
import { checkLayout, renderHeader, renderRow } from '../../transforms/layout.ts';
import type { StoreFeed } from '../../transforms/locally/guards.ts';
import { feedRow, type StockRow } from '../../transforms/locally/row.ts';
import type { Configuration } from '../configuration/schema.ts';
import { rowsOfCursor } from './cursor.ts';
import type { Store } from './refresh.ts';
import { feedOf, fileNameOf, layoutOf } from './settings.ts';

/** The files of a feed, complete on disk, and what is in them store by store. */
export interface FeedFiles {
  readonly files: readonly OutgoingFile[];
  readonly stores: readonly StoreFeed[];
}

/** Counts that grow while a store's rows are written. */
type Tally = { rows: number; units: number; goneRows: number };

/** Writes the staged feed: a file for each store, or one for all. Memory holds one batch of rows. */
export async function writeFiles(
  client: pg.PoolClient,
  configuration: Configuration,
  stores: readonly Store[],
  folder: string,
  signal: AbortSignal,
): Promise<FeedFiles> {
  const feed = feedOf(configuration);
  const layout = checkLayout(layoutOf(feed));
  const start = (feed.layout.bom ? '\uFEFF' : '') + renderHeader(layout);
  const nameOf = (store: Store) => fileNameOf(feed, configuration, store.locallyId);
  const tallies = new Map(stores.map(store => [store, { rows: 0, units: 0, goneRows: 0 }]));

  const files: OutgoingFile[] = [];
  for (const name of new Set(stores.map(nameOf))) {
    const inFile = stores.filter(store => nameOf(store) === name);
    files.push(await spoolFile(folder, name, chunksOf(inFile), signal));
  }
  return {
    files,
    stores: stores.map(store => ({
      locallyId: store.locallyId,
      locationNumbers: store.locationNumbers,
      name: store.name,
      file: nameOf(store),
      ...tallies.get(store)!,
    })),
  };

  async function* chunksOf(inFile: readonly Store[]): AsyncGenerator<Chunk> {
    if (start !== '') yield { data: start, rows: 0 };
    for (const store of inFile) yield* storeChunks(store, tallies.get(store)!);
  }

  async function* storeChunks({ locallyId }: Store, tally: Tally): AsyncGenerator<Chunk> {
    await client.query(statement('exports/locally-rows'), [locallyId]);
    for await (const batch of rowsOfCursor<StockRow & { is_gone: boolean }>(
      client,
      'locally_feed',
    )) {
      let text = '';
      for (const stock of batch) {
        const row = feedRow(locallyId, stock);
        text += renderRow(layout, row);
        tally.units += Number(row.qty);
        if (stock.is_gone) tally.goneRows++;
      }
      tally.rows += batch.length;
      yield { data: text, rows: batch.length };
    }
  }
}
