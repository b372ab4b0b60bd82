import { readCursor } from '../../sinks/postgres/cursors.ts';
import { statement } from '../../sinks/postgres/statement.ts';
import type { Stream } from '../../sources/heartland/stream.ts';
import { inventory_values } from '../../sources/heartland/streams/inventory.ts';
import { items, locations } from '../../sources/heartland/streams/master.ts';
import { invoices, tickets } from '../../sources/heartland/streams/sales-documents.ts';
import {
  ConfigurationError,
  HeldError,
  IncompleteError,
  SourceError,
} from '../../transforms/errors.ts';
import type { Configuration } from '../configuration/schema.ts';
import { placeOf } from '../configuration/written.ts';
import { chosenStreams } from '../configured-streams.ts';
import type { SliceRequest } from '../slices.ts';
import { untilAborted } from '../stopping.ts';
import { sync, whatIsIn } from '../sync.ts';
import type { Work } from '../work.ts';
import { feedOf, type MappedStore, mappedStores } from './settings.ts';

/** A mapped store with the locations it stands for. */
export interface Store extends MappedStore {
  readonly name: string;
  readonly locations: readonly { readonly id: string; readonly number: string }[];
}

export interface Inventory {
  readonly stores: readonly Store[];
  /** The oldest of all pulls that the feed is made from. */
  readonly asOf: Date;
  /** The oldest pull of the stock of a mapped location. */
  readonly stockAsOf: Date;
}

/**
 * Makes sure that the stock of every mapped location, the items and the locations are no older than
 * `locally.max_age_minutes`, and that no later pull of them failed.
 *
 * @throws IncompleteError when one of them could not be pulled whole
 * @throws HeldError when a mapped location is not in Heartland
 */
export async function refreshInventory(work: Work, signal: AbortSignal): Promise<Inventory> {
  const { max_age_minutes: maxAgeMinutes } = feedOf(work.configuration);
  const notBefore = new Date(work.now().getTime() - maxAgeMinutes * 60_000);

  for (const stream of [locations, items]) {
    const pulled = (await lastPulls(work, stream)).get('');
    if (isStale(pulled)) await pull(work, stream, {}, signal);
  }
  const stores = await storesIn(work);
  const ids = stores.flatMap(store => store.locations.map(location => location.id));
  const pulls = await lastPulls(work, inventory_values);
  const stale = ids.filter(id => isStale(pulls.get(id)));
  // Only the stores of the feed: a slice of this stream is a location.
  if (stale.length > 0) await pull(work, inventory_values, { days: stale }, signal);

  return { stores, ...(await oldestOf(work, ids)) };

  function isStale(pulled: LastPull | undefined): boolean {
    // One that is yet to come was dated by a clock that was wrong: its age is unknown.
    const isDated = pulled !== undefined && pulled.at <= work.now();
    // What could not be read may be good when it comes again.
    return maxAgeMinutes === 0 || !isDated || pulled.hasUnread || pulled.at < notBefore;
  }
}

/**
 * Pulls the tickets and invoices that changed, so that a sale settles its order. Only where they are pulled at all; that
 * it fails is told, and the orders go on holding their pieces back.
 */
export async function refreshSales(work: Work, signal: AbortSignal): Promise<void> {
  for (const stream of chosenStreams(work.configuration)) {
    const isSales = stream.name === tickets.name || stream.name === invoices.name;
    if (!isSales || (await readCursor(work.warehouse, stream.name)) === undefined) continue;
    try {
      await pull(work, stream, {}, signal);
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      const text = `Sales since the last orders are not known. ${error.message}`;
      work.report({ kind: 'warning', text });
    }
  }
}

async function pull(
  work: Work,
  stream: Stream,
  request: SliceRequest,
  signal: AbortSignal,
): Promise<void> {
  const results = await untilAborted(
    sync(work, [stream], request),
    signal,
    `Refreshing ${stream.name}`,
  );
  const failed = results.find(result => result.failure !== undefined);
  if (failed?.failure === undefined) return;
  const { failure } = failed;
  throw new IncompleteError(
    'FEED_INCOMPLETE',
    {
      problem: `No feed was made, because ${stream.name} could not be brought up to date`,
      next: `${failure.message} ${whatIsIn(failed)}`,
    },
    failure,
  );
}

async function storesIn(work: Work): Promise<readonly Store[]> {
  const rows = await work.warehouse.query<{ id: string; public_id: string; name: string | null }>(
    'select id, public_id, name from locations where _deleted_at is null order by id',
  );
  const byNumber = new Map(rows.map(row => [row.public_id, row]));
  const mapped = mappedStores(work.configuration);
  const stores = mapped.length > 0 ? mapped : [onlyStore(work, [...byNumber.keys()])];
  return stores.map(store => {
    const found = store.locationNumbers.map(number => {
      const row = byNumber.get(number);
      if (row === undefined) throw notInHeartland(work.configuration, number, [...byNumber.keys()]);
      return row;
    });
    return {
      ...store,
      name: found.map(row => row.name ?? row.public_id).join(', '),
      locations: found.map(row => ({ id: row.id, number: row.public_id })),
    };
  });
}

/**
 * A shop with one location may leave its Locally id out (set-up form, "Map Heartland Locations"): the merchant's name
 * then stands for it.
 */
function onlyStore({ configuration }: Work, numbers: readonly string[]): MappedStore {
  if (numbers.length === 1) {
    return { locallyId: configuration.merchant, locationNumbers: numbers };
  }
  throw new ConfigurationError('LOCALLY_ID_MISSING', {
    problem: 'No location has a locally_id, and Heartland has more than one location',
    found: numbers,
    next: 'Give each location that is on Locally its locally_id, under locations: in the configuration.',
  });
}

function notInHeartland(
  configuration: Configuration,
  number: string,
  known: readonly string[],
): HeldError {
  const place = placeOf(configuration, ['locations', number]);
  const where = place === undefined ? '' : ` (${place})`;
  return new HeldError('FEED_STORE_MISSING', {
    problem: `Location "${number}" has a locally_id${where}, but Heartland has no location of that number`,
    expected: `one of ${known.map(each => `"${each}"`).join(', ')}`,
    next: 'Mend the number under locations: in the configuration; nothing was sent.',
  });
}

async function oldestOf(
  work: Work,
  ids: readonly string[],
): Promise<Pick<Inventory, 'asOf' | 'stockAsOf'>> {
  const slices = await lastPulls(work, inventory_values);
  const stockAsOf = oldest(ids.map(id => slices.get(id)?.at));
  const others = [locations, items].map(
    async stream => (await lastPulls(work, stream)).get('')?.at,
  );
  return { asOf: oldest([stockAsOf, ...(await Promise.all(others))]), stockAsOf };
}

function oldest(moments: readonly (Date | undefined)[]): Date {
  return new Date(Math.min(...moments.map(at => at?.getTime() ?? 0)));
}

interface LastPull {
  readonly at: Date;
  /** Whether some row of it could not be read. */
  readonly hasUnread: boolean;
}

/** When each slice of a stream was last pulled completely; none that failed since. */
async function lastPulls(work: Work, stream: Stream): Promise<ReadonlyMap<string, LastPull>> {
  const rows = await work.warehouse.query<{ slice: string; started_at: Date; has_unread: boolean }>(
    statement('exports/last-complete'),
    [[stream.name]],
  );
  return new Map(rows.map(row => [row.slice, { at: row.started_at, hasUnread: row.has_unread }]));
}
