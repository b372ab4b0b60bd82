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
import type { Configuration } from '../configuration/schema.ts';
import { feedOf, quantityColumn, upcKey } from './settings.ts';
import { upcOptions } from './stage.ts';

/** What was left out or changed, and why. */
export interface Findings {
  readonly counts: readonly ReasonCount[];
  /** For each reason those with most at stake; the counts are of all. */
  readonly problems: readonly Problem[];
}

/** Problems of a kind that are listed. */
const LISTED = 200;

/** Reads the findings of the staged feed. */
export async function findingsOf(
  client: pg.PoolClient,
  configuration: Configuration,
): Promise<Findings> {
  const quantity = quantityColumn(feedOf(configuration));
  await client.query(statement('exports/locally-findings', { quantity }));
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
  return {
    counts: counts.rows.map(({ kind, items, units }) => reasonCount(kind, items, units)),
    problems: [
      ...elsewhere.rows.map(locationProblem),
      ...details.rows.map(finding => problemOf(finding, upcOptions())),
    ],
  };
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
