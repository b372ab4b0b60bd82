/** A merchant's whole day, and everything that the warehouse then has of it, to be compared with another's. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lastValueFrom } from 'rxjs';
import { locally } from '../../pipelines/exports/locally/locally.ts';
import { managementOne } from '../../pipelines/exports/management-one/management-one.ts';
import { chosenStreams } from '../../pipelines/run/configured-streams.ts';
import { sync } from '../../pipelines/sync/sync.ts';
import { openWarehouse } from '../../sinks/postgres/warehouse.ts';
import { parseMonth } from '../../transforms/month.ts';
import { LENIENT } from '../management-one/month.ts';
import { afterFile } from '../setup/after-file.ts';
import { CLASSES } from '../stand-ins/heartland/catalogue-facts.ts';
import { type Heartland, startHeartland } from '../stand-ins/heartland/server.ts';
import { freshMerchant, freshWork } from './fresh-work.ts';

const NOW = new Date('2026-11-04T18:00:00Z');
const STARTS_ON = '2026-10-01';

const AGAIN = ['items', 'tickets', 'inventory_values'];
const MAIL = {
  email: { from: 'ops@acme.example', to: ['m1@m1.example'], smtp: 'smtp://127.0.0.1:1' },
};

/** How far a stream was read, where that is a moment: it goes with the clock. */
const INSTANT_POSITION = /"position": "\d{4}-[^"]*Z"/;

/** Rows of each table as text, and the files that were exported, by name. */
export type Picture = Readonly<Record<string, readonly string[]>>;

/** An account of one month and a few days. */
export async function smallMonth(seed: number): Promise<Heartland> {
  const heartland = await startHeartland({ asOf: '2026-11-03', months: 1, seed });
  afterFile(() => heartland.close());
  return heartland;
}

/**
 * Syncs a new merchant, some of it twice, and makes both exports, through one address of a database.
 *
 * @param directUrl the same database without anything in between, from which the picture is taken
 */
export async function wholePicture(
  heartland: Heartland,
  url: string,
  directUrl: string,
): Promise<Picture> {
  const folder = await mkdtemp(join(tmpdir(), 'tillstream-picture-'));
  // What it comes to may be awaited by several tests.
  afterFile(() => rm(folder, { recursive: true, force: true }));
  const merchant = freshMerchant();
  const fresh = await freshWork({
    heartland,
    merchant,
    now: NOW,
    warehouseUrl: url,
    configuration: {
      data_folder: folder,
      history: { from: STARTS_ON },
      heartland: { in_flight: 2 },
      locations: Object.fromEntries(
        heartland.ledger.locations.map(({ publicId, zone }) => [
          publicId,
          {
            ...(['1', '2'].includes(publicId) && { locally_id: `1${publicId}` }),
            ...(zone !== 'America/Chicago' && { timezone: zone }),
          },
        ]),
      ),
      // Nothing is sent: the files go into a folder.
      locally: { deliver: { host: '127.0.0.1', port: 1, user: 'u', password: 'long-enough' } },
      management_one: { client_id: '4321', class_codes: Object.keys(CLASSES), ...LENIENT, ...MAIL },
    },
  });
  const files: Record<string, string[]> = {};
  const { signal } = new AbortController();
  try {
    const streams = chosenStreams(fresh.work.configuration);
    await lastValueFrom(sync(fresh.work, streams));
    // What is there already is merged, not copied.
    const again = streams.filter(({ name }) => AGAIN.includes(name));
    await lastValueFrom(sync(fresh.work, again, { full: true }));
    const feed = await locally(fresh.work, { out: join(folder, 'feed') }, signal);
    const month = { month: parseMonth('2026-10'), out: join(folder, 'month') };
    const { files: months } = await managementOne(fresh.work, month, signal);
    for (const { name } of feed.files)
      files[name] = [await readFile(join(folder, 'feed', name), 'utf8')];
    for (const { name } of months)
      files[name] = [await readFile(join(folder, 'month', name), 'utf8')];
  } finally {
    await fresh.close();
  }
  return { ...files, ...(await tables(directUrl, merchant)) };
}

/** All that the merchant's schema holds, but for when it was written. */
async function tables(url: string, merchant: string): Promise<Picture> {
  const warehouse = openWarehouse({ url, schema: merchant, connections: 1 });
  try {
    const relations = await warehouse.query<{ name: string }>(
      `select relname as name from pg_class
       where relnamespace = $1::regnamespace and relkind in ('r', 'v') and relname <> '_migrations'
       order by relname`,
      [merchant],
    );
    const found: Record<string, readonly string[]> = {};
    for (const { name } of relations) {
      const rows = await warehouse.query<{ row: string }>(
        `select (to_jsonb(kept) - array['_loaded_at', 'started_at', 'finished_at', 'first_seen', 'quarantined_at', 'made_at', 'applied_at',
                                        'delivered_at', 'resolved_at', 'swept_at', 'seconds', 'data_as_of', 'receipts',
                                        'attempts', 'sha256', 'merchant'])::text as row
         from "${name}" as kept order by 1`,
      );
      found[name] = rows.map(({ row }) => row.replace(INSTANT_POSITION, '"position": …'));
    }
    return found;
  } finally {
    await warehouse.close();
  }
}
