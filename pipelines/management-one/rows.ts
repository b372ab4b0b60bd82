import type pg from 'pg';
import { type Names, statement } from '../../sinks/postgres/statement.ts';
import { type ClassDecision, decideClass } from '../../transforms/management-one/classes.ts';
import {
  type ClassFigures,
  exactFigures,
  shownFigures,
} from '../../transforms/management-one/figures.ts';
import type { ManagementOneConfiguration } from '../configuration/management-one.ts';
import type { Configuration } from '../configuration/schema.ts';
import { type ExportedLocations, exportedLocations } from './locations.ts';
import type { MonthTotals } from './result.ts';

/** What of the gathered facts is in the file, and under which location and class. */
export interface MonthRows {
  readonly rows: readonly ClassFigures[];
  readonly totals: MonthTotals;
  /** By class code as items have it. */
  readonly decisions: ReadonlyMap<string, ClassDecision>;
  readonly locations: ExportedLocations;
  /** Class codes as items have them that are in the file, and the class that each counts under. */
  readonly codes: { readonly written: readonly string[]; readonly into: readonly string[] };
}

/** Asks a statement of `sql/exports/management-one/`. */
export async function ask<Row extends pg.QueryResultRow>(
  client: pg.PoolClient,
  file: string,
  values: readonly unknown[] = [],
  names: Names = {},
): Promise<Row[]> {
  const { rows } = await client.query<Row>(statement(`exports/management-one/${file}`, names), [
    ...values,
  ]);
  return rows;
}

/** Sums the gathered facts by location and class, in the transaction that gathered them. */
export async function rowsOfMonth(
  client: pg.PoolClient,
  configuration: Pick<Configuration, 'locations'>,
  settings: ManagementOneConfiguration,
): Promise<MonthRows> {
  const locations = exportedLocations(configuration);
  const found = await ask<{ code: string }>(client, 'codes');
  const decisions = new Map(found.map(({ code }) => [code, decideClass(code, settings)]));
  const inFile = [...decisions.values()].filter(({ into }) => into !== undefined);
  const codes = { written: inFile.map(({ code }) => code), into: inFile.map(({ into }) => into!) };
  const { numbers, theirs } = locations;

  await ask(client, 'create-lines', [numbers, theirs, codes.written, codes.into]);
  const rows = await ask(client, 'rows');
  return {
    rows: rows.map(row => ({
      location: row.Location as string,
      classCode: row.ClassCode as string,
      figures: exactFigures(row),
    })),
    totals: totalsOf(await ask(client, 'totals', [numbers, theirs, codes.written])),
    decisions,
    locations,
    codes,
  };
}

function totalsOf(rows: readonly pg.QueryResultRow[]): MonthTotals {
  const shown = (row: pg.QueryResultRow) => shownFigures(exactFigures(row));
  const sum = (isInFile: boolean) =>
    shown(rows.find(row => row.is_sum && row.is_in_file === isInFile) ?? {});
  return {
    locations: rows
      .filter(row => row.is_in_file && !row.is_sum)
      .map(row => ({ location: row.Location as string, figures: shown(row) })),
    file: sum(true),
    leftOut: sum(false),
  };
}
