import type pg from 'pg';
import { defer, from } from 'rxjs';
import { statement } from '../../sinks/postgres/statement.ts';
import { transaction } from '../../sinks/postgres/warehouse.ts';
import { daysOf } from '../../transforms/day.ts';
import { type Agreement, COMPARED } from '../../transforms/management-one/checks/agreement.ts';
import type { OrderApart, PriceApart } from '../../transforms/management-one/checks/goods.ts';
import type { LeftOver } from '../../transforms/management-one/checks/movements.ts';
import { type ClassDecision, decideClass } from '../../transforms/management-one/classes.ts';
import {
  type ClassFigures,
  exactFigures,
  shownFigures,
} from '../../transforms/management-one/figures.ts';
import { isNothing } from '../../transforms/management-one/file.ts';
import type { Misfit, Stray } from '../../transforms/management-one/problems.ts';
import { decimalsOf } from '../../transforms/management-one/style.ts';
import type { Month } from '../../transforms/month.ts';
import type { ManagementOneConfiguration } from '../configuration/management-one.ts';
import type { Work } from '../work.ts';
import type { Answer } from './answers.ts';
import { gatherFacts } from './facts.ts';
import { exportedLocations } from './locations.ts';
import { type Part, partsOf, stockDays, tablesOf } from './refresh.ts';
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
  /** Units that no inventory transaction explains. */
  readonly unexplained: readonly LeftOver[];
  readonly ordersApart: readonly OrderApart[];
  readonly pricesApart: readonly PriceApart[];
  /** What each column must sum to as it is written. */
  readonly written: readonly { metric: string; amount: string }[];
  /** Parts of the month that this run has not pulled whole; there should be none. */
  readonly missing: readonly Part[];
  readonly partCount: number;
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

  const { numbers, theirs } = exportedLocations(work.configuration);
  const codes = await ask<{ code: string }>('codes', []);
  const decisions = new Map(codes.map(({ code }) => [code, decideClass(code, settings)]));
  const inFile = [...decisions.values()].filter(({ into }) => into !== undefined);
  const rawCodes = inFile.map(({ code }) => code);
  const fit = inFile.filter(({ problem }) => problem === undefined).map(({ code }) => code);
  const parts = partsOf(settings, month);
  const handedOver = settings.sales === 'location_sales' ? 'sold' : 'handed_over';

  const intoCodes = inFile.map(({ into }) => into);
  const rows = await ask('rows', [numbers, theirs, rawCodes, intoCodes]);
  return {
    rows: rows
      .map(row => ({
        location: row.Location as string,
        classCode: row.ClassCode as string,
        figures: exactFigures(row),
      }))
      .filter(row => !isNothing(row)),
    totals: totalsOf(await ask('totals', [numbers, theirs, rawCodes])),
    decisions,
    misfits: await ask<Misfit & pg.QueryResultRow>('misfits', [numbers, fit]),
    strays: await ask<Stray & pg.QueryResultRow>('strays', [numbers]),
    agreement: await ask<Agreement & pg.QueryResultRow>('agreement', [
      answers.map(({ level }) => level),
      answers.map(({ location }) => location),
      answers.map(({ code }) => code),
      answers.map(({ metric }) => metric),
      answers.map(({ amount }) => amount),
      Object.keys(COMPARED),
    ]),
    leftOver: await ask<LeftOver & pg.QueryResultRow>('roll-forward', [numbers, handedOver]),
    unexplained: await ask<LeftOver & pg.QueryResultRow>('stock-changes', [numbers]),
    ordersApart: await ask<OrderApart & pg.QueryResultRow>('orders', []),
    pricesApart: await ask<PriceApart & pg.QueryResultRow>('prices', []),
    written: await ask('written', [
      ...[numbers, theirs, rawCodes, intoCodes],
      decimalsOf('EndUnits', settings.layout),
      decimalsOf('EndCost', settings.layout),
    ]),
    missing: await ask('pulled', [
      work.runId,
      parts.map(({ stream }) => stream),
      parts.map(({ slice }) => slice),
    ]),
    partCount: parts.length,
    quarantined: await ask('quarantined', [
      tablesOf(settings),
      [...new Set([...daysOf(month), ...stockDays(month)])],
    ]),
  };
}

function totalsOf(rows: readonly pg.QueryResultRow[]): MonthTotals {
  const sum = (isInFile: boolean) =>
    shownFigures(exactFigures(rows.find(row => row.is_sum && row.is_in_file === isInFile) ?? {}));
  return {
    locations: rows
      .filter(row => row.is_in_file && !row.is_sum)
      .map(row => ({ location: row.Location as string, figures: shownFigures(exactFigures(row)) })),
    file: sum(true),
    leftOut: sum(false),
  };
}
