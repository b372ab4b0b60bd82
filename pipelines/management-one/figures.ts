import type pg from 'pg';
import { defer, from } from 'rxjs';
import { transaction } from '../../sinks/postgres/warehouse.ts';
import { daysOf } from '../../transforms/day.ts';
import type { Agreement } from '../../transforms/management-one/checks/agreement.ts';
import type { OrderApart, PriceApart } from '../../transforms/management-one/checks/goods.ts';
import type { LeftOver } from '../../transforms/management-one/checks/movements.ts';
import { exactFigures, type Figures } from '../../transforms/management-one/figures.ts';
import type { Misfit, Stray } from '../../transforms/management-one/problems.ts';
import { decimalsOf } from '../../transforms/management-one/style.ts';
import type { Month } from '../../transforms/month.ts';
import type { ManagementOneConfiguration } from '../configuration/management-one.ts';
import { untilAborted } from '../stopping.ts';
import type { Work } from '../work.ts';
import { agreementWith } from './agreement.ts';
import type { Answer } from './answers.ts';
import { gatherFacts } from './facts.ts';
import { type Part, partsOf, stockDays, tablesOf } from './refresh.ts';
import { ask, type MonthRows, rowsOfMonth } from './rows.ts';

/** Everything that one look at the warehouse says about a month. */
export interface MonthFigures extends MonthRows {
  readonly misfits: readonly Misfit[];
  readonly strays: readonly Stray[];
  readonly agreement: readonly Agreement[];
  readonly leftOver: readonly LeftOver[];
  /** Units that no inventory transaction explains. */
  readonly unexplained: readonly LeftOver[];
  readonly ordersApart: readonly OrderApart[];
  readonly pricesApart: readonly PriceApart[];
  /** What each column must sum to as it is written. */
  readonly written: Figures;
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
  return untilAborted(figures, signal, `Computing ${month.label}`);
}

async function compute(
  client: pg.PoolClient,
  { configuration, runId }: Work,
  settings: ManagementOneConfiguration,
  month: Month,
  answers: readonly Answer[],
): Promise<MonthFigures> {
  await gatherFacts(client, configuration, settings, month);
  const inFile = await rowsOfMonth(client, configuration, settings);
  const { decisions, codes } = inFile;
  const { numbers } = inFile.locations;
  const fit = codes.written.filter(code => decisions.get(code)?.problem === undefined);
  const parts = partsOf(settings, month);
  const sold = settings.sales === 'location_sales' ? 'sold' : 'handed_over';
  return {
    ...inFile,
    misfits: await ask<Misfit & pg.QueryResultRow>(client, 'misfits', [numbers, fit]),
    strays: await ask<Stray & pg.QueryResultRow>(client, 'strays', [numbers]),
    agreement: await agreementWith(client, answers),
    leftOver: await ask<LeftOver & pg.QueryResultRow>(client, 'roll-forward', [numbers], {
      sold_units: `${sold}_units`,
      sold_cost: `${sold}_cost`,
    }),
    unexplained: await ask<LeftOver & pg.QueryResultRow>(client, 'stock-changes', [numbers]),
    ordersApart: await ask<OrderApart & pg.QueryResultRow>(client, 'orders'),
    pricesApart: await ask<PriceApart & pg.QueryResultRow>(client, 'prices'),
    written: await writtenSums(client, [
      decimalsOf('EndUnits', settings.layout),
      decimalsOf('EndCost', settings.layout),
    ]),
    missing: await ask(client, 'pulled', [
      runId,
      parts.map(({ stream }) => stream),
      parts.map(({ slice }) => slice),
    ]),
    partCount: parts.length,
    quarantined: await ask(client, 'quarantined', [
      tablesOf(settings),
      [...new Set([...daysOf(month), ...stockDays(month)])],
    ]),
  };
}

/** What each column must sum to: the one row of the answer. */
async function writtenSums(client: pg.PoolClient, values: readonly unknown[]): Promise<Figures> {
  const [row] = await ask(client, 'written', values);
  return exactFigures(row ?? {});
}
