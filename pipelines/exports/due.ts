import { statement } from '../../sinks/postgres/statement.ts';
import type { Warehouse } from '../../sinks/postgres/warehouse.ts';
import { localDate } from '../../transforms/day.ts';
import {
  type DueExport,
  dueExports,
  type ExportHistory,
  type ExportKind,
  type NextExport,
  nextExports,
} from '../../transforms/due.ts';
import type { Configuration } from '../settings/schema.ts';

/** What is due of a merchant's exports, the oldest first, and what comes next. */
export interface Due {
  readonly due: readonly DueExport[];
  readonly next: readonly NextExport[];
}

/** Records since when the configuration has its exports; what is due is counted from there. */
export async function recordExports(
  warehouse: Warehouse,
  configuration: Configuration,
  now: Date,
): Promise<void> {
  const today = localDate(now, configuration.timezone);
  await warehouse.query(statement('status/export-since'), [exportsOf(configuration), today]);
}

/** Finds what is due now, from the export ledger alone. */
export async function findDue(
  warehouse: Warehouse,
  configuration: Configuration,
  now: Date,
): Promise<Due> {
  const kinds = exportsOf(configuration);
  const histories = (
    await warehouse.query<ExportHistory>(statement('status/export-attempts'))
  ).filter(({ kind }) => kinds.includes(kind));
  const startDay = configuration.management_one?.month_starts_on;
  const zones = Object.values(configuration.locations).flatMap(({ timezone }) => timezone ?? []);
  const today = localDate(now, configuration.timezone);
  const options = {
    today,
    earliestToday: [today, ...zones.map(zone => localDate(now, zone))].toSorted()[0]!,
    ...(startDay !== undefined && { startDay }),
  };
  return { due: dueExports(histories, options), next: nextExports(histories, options) };
}

function exportsOf({ locally, management_one }: Configuration): readonly ExportKind[] {
  return [
    ...(locally === undefined ? [] : (['locally'] as const)),
    ...(management_one === undefined ? [] : (['management_one'] as const)),
  ];
}
