import type pg from 'pg';
import { daysOf } from '../../../../transforms/day.ts';
import type {
  OrderDifference,
  PriceDifference,
} from '../../../../transforms/management-one/checks/goods.ts';
import type {
  SourceDocument,
  UnmappedItem,
  UnmappedLocation,
} from '../../../../transforms/management-one/problems.ts';
import { type Part, partsOf, stockDays, tablesOf } from '../refresh.ts';
import { type Classes, createDetails, type Subject, stockColumns } from './cells.ts';
import { type Partitions, runStatement } from './partitions.ts';

/** Items and locations with figures that do not map to the file. */
export interface Unmapped {
  readonly unmappedItems: readonly UnmappedItem[];
  readonly unmappedLocations: readonly UnmappedLocation[];
}

/** What the pulled data itself shows: contradictions, missing parts, rows in quarantine. */
export interface SourceFindings {
  readonly orderDifferences: readonly OrderDifference[];
  readonly priceDifferences: readonly PriceDifference[];
  /** Parts of the month that this run did not pull completely; there should be none. */
  readonly missing: readonly Part[];
  readonly partCount: number;
  readonly quarantined: readonly QuarantineCount[];
}

interface QuarantineCount {
  readonly stream: string;
  readonly rows: number;
  readonly reason: string;
}

/** Finds items without a valid class and locations that are not exported; most months have none. */
export async function findUnmapped(
  subject: Subject,
  [first, rest]: Partitions,
  { decisions, codesInFile }: Classes,
): Promise<Unmapped> {
  const { client } = first;
  const numbers = [...first.numbers, ...rest.numbers];
  const codes = codesInFile.filter(code => decisions.get(code)?.problem === undefined);
  const answers = await Promise.all(
    [first, rest].map(partition =>
      runStatement<{ is_mapped: boolean }>(partition.client, 'is-everything-mapped', [
        numbers,
        codes,
      ]),
    ),
  );
  if (answers.flat().every(({ is_mapped }) => is_mapped)) {
    return { unmappedItems: [], unmappedLocations: [] };
  }
  await createDetails(subject, client, { numbers, codes });
  const locations = await runStatement<UnmappedLocation>(client, 'unmapped-locations', [numbers]);
  const documents = locations.some(({ location }) => location === '')
    ? await documentsWithoutLocation(subject, client)
    : [];
  return {
    unmappedItems: await runStatement<UnmappedItem>(client, 'unmapped-items', [numbers, codes]),
    unmappedLocations: locations.map(unmapped =>
      unmapped.location === '' ? { ...unmapped, documents } : unmapped,
    ),
  };
}

function documentsWithoutLocation({ configuration, month }: Subject, client: pg.PoolClient) {
  const values = [month.start, month.end, configuration.timezone];
  return runStatement<SourceDocument>(client, 'documents-without-location', values);
}

/** Looks for contradictions, missing parts and quarantined rows in what the month is made of. */
export async function findingsOfSources(
  { settings, month }: Subject,
  client: pg.PoolClient,
  runId: string,
): Promise<SourceFindings> {
  const parts = partsOf(settings, month);
  const tables = tablesOf(settings);
  const { units, retail } = stockColumns(settings);
  const slices = [...new Set([...daysOf(month), ...stockDays(month)])];
  return {
    orderDifferences: await runStatement<OrderDifference>(client, 'order-differences'),
    priceDifferences: await runStatement<PriceDifference>(
      client,
      'price-differences',
      stockDays(month),
      { units, retail },
    ),
    missing: await runStatement<Part>(client, 'missing-parts', [
      runId,
      parts.map(({ stream }) => stream),
      parts.map(({ slice }) => slice),
    ]),
    partCount: parts.length,
    quarantined: await runStatement<QuarantineCount>(client, 'quarantined', [
      tables.byDay,
      slices,
      tables.records,
    ]),
  };
}
