import type pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { statement } from '../../../../sinks/postgres/statement.ts';
import { copiedRow } from '../../../../transforms/copy-text.ts';
import { type ClassDecision, decideClass } from '../../../../transforms/management-one/classes.ts';
import type { Line } from '../../../../transforms/management-one/line.ts';
import type { Month } from '../../../../transforms/month.ts';
import type { ManagementOneConfiguration } from '../../../settings/management-one.ts';
import type { Configuration } from '../../../settings/schema.ts';
import { stockDays } from '../refresh.ts';
import { type Partition, runStatement } from './partitions.ts';

/** What a month is computed from. */
export interface Subject {
  readonly configuration: Configuration;
  readonly settings: ManagementOneConfiguration;
  readonly month: Month;
}

/** The class that each class code of the items counts under. */
export interface Classes {
  readonly decisions: ReadonlyMap<string, ClassDecision>;
  /** Codes whose figures are in the file, and the class of each in the same order. */
  readonly codesInFile: readonly string[];
  readonly classesInFile: readonly string[];
}

/** Lines as they come from the warehouse, some at a time. */
export type Lines = AsyncIterable<readonly Line[]>;

/** Decides for each class code of the items where its figures go. */
export async function decideClasses(
  { configuration, settings }: Subject,
  client: pg.PoolClient,
): Promise<Classes> {
  const rows = await runStatement<{ code: string }>(client, 'codes', [classField(configuration)]);
  const decisions = new Map(rows.map(({ code }) => [code, decideClass(code, settings)]));
  const inFile = [...decisions.values()].filter(({ into }) => into !== undefined);
  return {
    decisions,
    codesInFile: inFile.map(({ code }) => code),
    classesInFile: inFile.map(({ into }) => into!),
  };
}

/**
 * Fills `_month_cells` and `_month_lines` on the partition's connection.
 *
 * Cells are by location and class code; lines by location and class, as they are in the file. Both
 * last as long as the transaction.
 */
export async function createLines(
  subject: Subject,
  partition: Partition,
  { codesInFile, classesInFile }: Classes,
): Promise<void> {
  const { client, numbers, fileNumbers, firstNumbers, isFirst } = partition;
  await createCells(client, '_month_cells', subject, [firstNumbers, isFirst, null, null]);
  await runStatement(client, 'create-lines', [numbers, fileNumbers, codesInFile, classesInFile]);
}

/**
 * Fills `_month_details` and the view `_month_at_stake`: figures by location and item that do not map.
 *
 * @param mapped exported locations and valid class codes, whose figures are left out
 */
export async function createDetails(
  subject: Subject,
  client: pg.PoolClient,
  mapped: { readonly numbers: readonly string[]; readonly codes: readonly string[] },
): Promise<void> {
  await createCells(client, '_month_details', subject, [null, null, mapped.numbers, mapped.codes]);
  await runStatement(client, 'create-at-stake');
}

async function createCells(
  client: pg.PoolClient,
  table: string,
  { configuration, settings, month }: Subject,
  which: readonly unknown[],
): Promise<void> {
  const zones = Object.entries(configuration.locations).flatMap(([number, { timezone }]) =>
    timezone === undefined ? [] : [[number, timezone] as const],
  );
  const isSource = settings.sales === 'source_sales';
  await runStatement(
    client,
    'create-cells',
    [
      month.start,
      month.end,
      stockDays(month)[0],
      configuration.timezone,
      zones.map(([number]) => number),
      zones.map(([, zone]) => zone),
      classField(configuration),
      isSource,
      ...which,
    ],
    {
      table,
      sales: isSource ? 'source_sales_daily' : 'sales_daily',
      margins: isSource ? 'source_sales_margin_daily' : 'sales_margin_daily',
      ...stockColumns(settings),
    },
  );
}

/** Streams `_month_lines` in the order of the file, no faster than the reader takes them. */
export async function* copiedLines(client: pg.PoolClient): AsyncGenerator<readonly Line[]> {
  const rows = client.query(copyTo(statement('exports/management-one/copy-lines')));
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of rows) {
    const texts = (rest + decoder.decode(chunk as Buffer, { stream: true })).split('\n');
    rest = texts.pop()!;
    if (texts.length > 0) yield texts.map(copiedRow);
  }
}

/** Key of the custom field with the class code. */
function classField({ item_fields: fields }: Pick<Configuration, 'item_fields'>): string {
  return fields.class_code.replace(/^custom@/, '');
}

/** The stock columns that go into the file: on hand, or owned. */
export function stockColumns({ inventory }: ManagementOneConfiguration) {
  return { units: `qty_${inventory}`, cost: `cost_${inventory}`, retail: `price_${inventory}` };
}
