import type pg from 'pg';
import { defer, from } from 'rxjs';
import { statement } from '../../sinks/postgres/statement.ts';
import { transaction } from '../../sinks/postgres/warehouse.ts';
import { daysOf } from '../../transforms/day.ts';
import { type Agreement, COMPARED, type LeftOver } from '../../transforms/management-one/checks.ts';
import { type ClassDecision, decideClass } from '../../transforms/management-one/classes.ts';
import {
  type ClassFigures,
  figuresOf,
  isAllZero,
} from '../../transforms/management-one/figures.ts';
import type { Misfit, Stray } from '../../transforms/management-one/problems.ts';
import type { Month } from '../../transforms/month.ts';
import type { ManagementOneConfiguration } from '../configuration/management-one.ts';
import type { Work } from '../work.ts';
import type { Answer } from './answers.ts';
import { exportedLocations } from './locations.ts';
import { stockDays, tablesOf } from './refresh.ts';
import type { MonthTotals } from './result.ts';
import { settled } from './until.ts';

/** Everything that one look at the warehouse says about a month. */
export interface MonthFigures {
  readonly rows: readonly ClassFigures[];
  readonly totals: MonthTotals;
  /** By class code as items have it. */
  readonly decisions: ReadonlyMap<string, ClassDecision>;
  readonly misfits: readonly Misfit[];
  readonly strays: readonly Stray[];
  readonly agreement: readonly Agreement[];
  readonly leftOver: readonly LeftOver[];
  readonly quarantined: readonly { stream: string; rows: number; reason: string }[];
}

/** Computes the month in one transaction, so that the file and its checks are of the same figures. */
export function figuresOfMonth(
  work: Work,
  settings: ManagementOneConfiguration,
  month: Month,
  answers: readonly Answer[],
  signal: AbortSignal,
): Promise<MonthFigures> {
  work.report({ kind: 'stage', title: `Computing ${month.label}` });
  const figures = transaction(work.warehouse, client =>
    defer(() => from(compute(client, work, settings, month, answers))),
  );
  return settled(figures, signal, `computing ${month.label}`);
}

async function compute(
  client: pg.PoolClient,
  work: Work,
  settings: ManagementOneConfiguration,
  month: Month,
  answers: readonly Answer[],
): Promise<MonthFigures> {
  const ask = async <Row extends pg.QueryResultRow>(
    file: string,
    values: readonly unknown[],
  ): Promise<Row[]> => {
    const { rows } = await client.query<Row>(statement(`exports/management-one/${file}`), [
      ...values,
    ]);
    return rows;
  };
  await gatherFacts(client, work, settings, month);

  const { numbers, theirs, known } = exportedLocations(work.configuration);
  const codes = await ask<{ code: string }>('codes', []);
  const decisions = new Map(codes.map(({ code }) => [code, decideClass(code, settings)]));
  const inFile = [...decisions.values()].filter(({ into }) => into !== undefined);
  const rawCodes = inFile.map(({ code }) => code);
  const fit = inFile.filter(({ problem }) => problem === undefined).map(({ code }) => code);
  const handedOver = settings.sales === 'location_sales' ? 'sold' : 'handed_over';

  const rows = await ask('rows', [numbers, theirs, rawCodes, inFile.map(({ into }) => into)]);
  return {
    rows: rows
      .map(row => ({
        location: row.Location as string,
        classCode: row.ClassCode as string,
        figures: figuresOf(row),
      }))
      .filter(({ figures }) => !isAllZero(figures)),
    totals: totalsOf(await ask('totals', [numbers, theirs, rawCodes])),
    decisions,
    misfits: await ask<Misfit & pg.QueryResultRow>('misfits', [numbers, fit]),
    strays: await ask<Stray & pg.QueryResultRow>('strays', [known]),
    agreement: await ask<Agreement & pg.QueryResultRow>('agreement', [
      answers.map(({ location }) => location),
      answers.map(({ metric }) => metric),
      answers.map(({ amount }) => amount),
      Object.keys(COMPARED),
    ]),
    leftOver: await ask<LeftOver & pg.QueryResultRow>('roll-forward', [numbers, handedOver]),
    quarantined: await ask('quarantined', [
      tablesOf(settings),
      [...new Set([...daysOf(month), ...stockDays(month)])],
    ]),
  };
}

async function gatherFacts(
  client: pg.PoolClient,
  { configuration }: Work,
  settings: ManagementOneConfiguration,
  month: Month,
): Promise<void> {
  const zones = Object.entries(configuration.locations).flatMap(([number, { timezone }]) =>
    timezone === undefined ? [] : [[number, timezone] as const],
  );
  const { sales, inventory } = settings;
  const isSource = sales === 'source_sales';
  const names = {
    sales: isSource ? 'source_sales_daily' : 'sales_daily',
    margins: isSource ? 'source_sales_margin_daily' : 'sales_margin_daily',
    units: `qty_${inventory}`,
    cost: `cost_${inventory}`,
    retail: `price_${inventory}`,
  };
  const field = configuration.item_fields.class_code.replace(/^custom@/, '');
  await client.query(statement('exports/management-one/create-facts'));
  await client.query(statement('exports/management-one/facts', names), [
    month.start,
    month.end,
    stockDays(month)[0],
    configuration.timezone,
    zones.map(([number]) => number),
    zones.map(([, zone]) => zone),
    field,
  ]);
  if (isSource) {
    await client.query(statement('exports/management-one/handed-over'), [
      month.start,
      month.end,
      field,
    ]);
  }
  // Postgres knows nothing of a new temporary table; without this a large month may be planned badly.
  await client.query('analyze _month_facts');
}

function totalsOf(rows: readonly pg.QueryResultRow[]): MonthTotals {
  const sum = (isInFile: boolean) =>
    figuresOf(rows.find(row => row.is_sum && row.is_in_file === isInFile) ?? NOTHING);
  return {
    locations: rows
      .filter(row => row.is_in_file && !row.is_sum)
      .map(row => ({ location: row.Location as string, figures: figuresOf(row) })),
    file: sum(true),
    leftOut: sum(false),
  };
}

const NOTHING: Readonly<Record<string, string>> = new Proxy({}, { get: () => '0' });
