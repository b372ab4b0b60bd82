import type pg from 'pg';
import { statement } from '../../sinks/postgres/statement.ts';
import type { Problem } from '../../transforms/findings.ts';
import {
  type Finding,
  problemOf,
  type Reason,
  type ReasonCount,
  reasonCount,
} from '../../transforms/locally/reason.ts';
import { type UnreadRow, unreadProblems } from '../../transforms/locally/unread.ts';
import type { UpcOptions } from '../../transforms/upc.ts';
import type { LocallyConfiguration } from '../configuration/locally.ts';
import type { Configuration } from '../configuration/schema.ts';
import type { Store } from './refresh.ts';
import { feedOf, quantityColumn, upcKey } from './settings.ts';

/** What was left out or changed, and why. */
export interface Findings {
  readonly counts: readonly ReasonCount[];
  /** For each reason those with most at stake; the counts are of all. */
  readonly problems: readonly Problem[];
  /** Rows of the feed's items and stock that could not be read. */
  readonly unread: readonly UnreadRow[];
}

/** Problems of a kind that are listed. */
const LISTED = 200;

/** Reads the findings of the staged feed. */
export async function findingsOf(
  client: pg.PoolClient,
  configuration: Configuration,
  stores: readonly Store[],
  upcs: UpcOptions,
): Promise<Findings> {
  const feed = feedOf(configuration);
  const quantity = quantityColumn(feed);
  const locationIds = stores.flatMap(store => store.locations.map(location => location.id));
  await client.query(statement('exports/locally-held', { quantity }), [locationIds]);
  await client.query(statement('exports/locally-findings', { quantity }), [locationIds]);
  if (holdsBack(feed)) await client.query(statement('exports/locally-findings-safety'));
  if (feed.orders !== undefined) {
    await client.query(statement('exports/locally-findings-orders'));
  }
  const counts = await client.query<{ kind: Reason; items: number; units: string }>(
    statement('exports/locally-finding-counts'),
  );
  const details = await client.query<Finding>(statement('exports/locally-finding-details'), [
    upcKey(configuration),
    LISTED,
  ]);
  const elsewhere = await client.query<LocationLeftOut>(
    statement('exports/locally-locations-left-out', { quantity }),
  );
  const quarantined = await client.query<UnreadRow>(statement('exports/locally-quarantined'), [
    locationIds,
  ]);
  return {
    counts: counts.rows.map(({ kind, items, units }) => reasonCount(kind, items, units)),
    unread: quarantined.rows,
    problems: [
      ...unreadProblems(quarantined.rows),
      ...elsewhere.rows.map(locationProblem),
      ...details.rows.map(finding => problemOf(finding, upcs)),
    ],
  };
}

function holdsBack({ safety_stock: safety }: LocallyConfiguration): boolean {
  const byName = [safety.stores, safety.classes, safety.items].flatMap(Object.values);
  return [safety.default, ...byName].some(pieces => pieces > 0);
}

interface LocationLeftOut {
  readonly location_number: string;
  readonly name: string | null;
  readonly units: string;
}

function locationProblem({ location_number, name, units }: LocationLeftOut): Problem {
  return {
    kind: 'location_not_sent',
    treatment: 'left_out',
    itemNumber: undefined,
    description: name ?? undefined,
    locationNumber: location_number,
    found: undefined,
    atStake: { units },
    fix: `Nothing, unless it is a store on Locally: then give location "${location_number}" its locally_id in the configuration.`,
  };
}
