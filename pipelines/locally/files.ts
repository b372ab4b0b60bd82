import type pg from 'pg';
import type { OutgoingFile } from '../../sinks/outgoing.ts';
import { statement } from '../../sinks/postgres/statement.ts';
import { type Chunk, spoolFile } from '../../sinks/spool.ts';
import { HeldError } from '../../transforms/errors.ts';
import { checkLayout, renderHeader } from '../../transforms/layout.ts';
import type { StoreFeed } from '../../transforms/locally/guards.ts';
import type { Configuration } from '../configuration/schema.ts';
import { rowsOfCursor } from './cursor.ts';
import type { Store } from './refresh.ts';
import { feedOf, fileNameOf, layoutOf } from './settings.ts';

/** The files of a feed, complete on disk, and what is in them store by store. */
export interface FeedFiles {
  readonly files: readonly OutgoingFile[];
  readonly stores: readonly StoreFeed[];
}

/** Lines of a feed, finished by Postgres: a row of JavaScript for each was measured four times slower. */
interface LinesRow {
  readonly text: string;
  readonly rows: number;
  readonly units: string;
  readonly gone_rows: number;
  /** A UPC with a figure that is not a number. */
  readonly wrong: string | null;
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
  const query = statement('exports/locally-rows', {
    columns: layout.columns.map(column => column.from),
  });
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
    await client.query(query, [locallyId, layout.delimiter, layout.lineEnd]);
    for await (const batch of rowsOfCursor<LinesRow>(client, 'locally_feed')) {
      for (const { text, rows, units, gone_rows, wrong } of batch) {
        if (wrong !== null) throw notANumber(locallyId, wrong);
        tally.rows += rows;
        tally.units += Number(units);
        tally.goneRows += gone_rows;
        yield { data: text, rows };
      }
    }
  }
}

function notANumber(locallyId: string, upc: string): HeldError {
  return new HeldError('FIGURE_NOT_A_NUMBER', {
    problem: `The quantity or the price of UPC ${upc} in store ${locallyId} is not a number`,
    next: 'Look for its items in the warehouse, and sync them again with --full; nothing was sent.',
  });
}
