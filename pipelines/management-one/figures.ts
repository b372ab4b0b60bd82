import type pg from 'pg';
import { daysOf } from '../../transforms/day.ts';
import type { Agreement } from '../../transforms/management-one/checks/agreement.ts';
import type { OrderApart, PriceApart } from '../../transforms/management-one/checks/goods.ts';
import type { LeftOver } from '../../transforms/management-one/checks/movements.ts';
import { decideClass } from '../../transforms/management-one/classes.ts';
import type { Figures } from '../../transforms/management-one/figures.ts';
import type { Misfit, Paper, Stray } from '../../transforms/management-one/problems.ts';
import type { Month } from '../../transforms/month.ts';
import type { ManagementOneConfiguration } from '../configuration/management-one.ts';
import { untilAborted } from '../stopping.ts';
import type { Work } from '../work.ts';
import { ask } from './ask.ts';
import { classField, createDetails, type Subject, stockColumns } from './cells.ts';
import { agreementOf, largestFirst, sumOfFigures, totalsOf } from './combined-figures.ts';
import { type Classes, createLines, figuresOfHalf } from './half-figures.ts';
import type { Answers } from './heartland-figures.ts';
import { copiedLines, type Lines } from './lines.ts';
import { inHalves, type LocationHalves } from './location-halves.ts';
import { exportedLocations } from './locations.ts';
import { type Part, partsOf, stockDays, tablesOf } from './refresh.ts';
import type { MonthTotals } from './result.ts';

/** Everything that one look at the warehouse says about a month, beside its lines. */
export interface MonthFigures {
  readonly totals: MonthTotals;
  /** By class code as items have it. */
  readonly decisions: Classes['decisions'];
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

/**
 * Computes the month as it is at one moment, so that the file and its checks are of the same figures.
 *
 * @param use takes the lines of the file, in their order, as they come
 */
export async function figuresOfMonth<T>(
  work: Work,
  settings: ManagementOneConfiguration,
  month: Month,
  answers: Promise<Answers>,
  use: (lines: Lines) => Promise<T>,
  signal: AbortSignal,
): Promise<{ readonly figures: MonthFigures; readonly used: T }> {
  work.report({ kind: 'stage', title: `Computing ${month.label}` });
  const { configuration, runId } = work;
  const subject = { configuration, settings, month };
  let using: Promise<unknown> = Promise.resolve();
  const computing = inHalves(work.warehouse, exportedLocations(configuration), halves =>
    compute(halves, subject, runId, answers, lines => {
      const used = use(lines);
      using = used;
      return used;
    }),
  );
  try {
    return await untilAborted(computing, signal, `Computing ${month.label}`);
  } finally {
    // After a failure or an abort the last write to disk may still be under way.
    await using.catch(() => {});
  }
}

/** While the lines of one half are written, the other half is asked for everything else. */
async function compute<T>(
  [first, rest]: LocationHalves,
  subject: Subject,
  runId: string,
  answers: Promise<Answers>,
  use: (lines: Lines) => Promise<T>,
) {
  const classes = await decideClasses(subject, first.client);
  const firstIsRead = Promise.withResolvers<void>();
  const creatingFirst = createLines(subject, first, classes);
  const figuresOfRest = createLines(subject, rest, classes).then(() =>
    figuresOfHalf(subject, rest, classes, answers),
  );
  const figuresOfFirst = firstIsRead.promise.then(async () => ({
    ...(await figuresOfHalf(subject, first, classes, answers)),
    sources: await sourcesOf(subject, first.client, runId),
  }));
  async function* lines(): Lines {
    await creatingFirst;
    yield* copiedLines(first.client);
    firstIsRead.resolve();
    await figuresOfRest;
    yield* copiedLines(rest.client);
  }
  const [used, one, other] = await Promise.all([
    use(lines()),
    figuresOfFirst,
    figuresOfRest,
    // So that its failure is heard of where no line was asked for, as when there is no folder to write to.
    creatingFirst,
  ]);
  const figures: MonthFigures = {
    totals: totalsOf([...one.totals, ...other.totals]),
    decisions: classes.decisions,
    agreement: agreementOf([...one.agreement, ...other.agreement]),
    leftOver: largestFirst([...one.leftOver, ...other.leftOver]),
    unexplained: largestFirst([...one.unexplained, ...other.unexplained]),
    written: sumOfFigures([one.written, other.written]),
    ...(await problemsOf(subject, [first, rest], classes)),
    ...one.sources,
  };
  return { figures, used };
}

/** Where the figures of each class code that items have go. */
export async function decideClasses(
  { configuration, settings }: Subject,
  client: pg.PoolClient,
): Promise<Classes> {
  const found = await ask<{ code: string }>(client, 'codes', [classField(configuration)]);
  const decisions = new Map(found.map(({ code }) => [code, decideClass(code, settings)]));
  const inFile = [...decisions.values()].filter(({ into }) => into !== undefined);
  return {
    decisions,
    written: inFile.map(({ code }) => code),
    into: inFile.map(({ into }) => into!),
  };
}

/** Items that fit no class and locations that are not exported. In most months there are none. */
async function problemsOf(
  subject: Subject,
  [first, rest]: LocationHalves,
  { decisions, written }: Classes,
): Promise<Pick<MonthFigures, 'misfits' | 'strays'>> {
  const { client } = first;
  const numbers = [...first.numbers, ...rest.numbers];
  const codes = written.filter(code => decisions.get(code)?.problem === undefined);
  const looks = await Promise.all(
    [first, rest].map(half =>
      ask<{ is_all_in_order: boolean }>(half.client, 'is-all-in-order', [numbers, codes]),
    ),
  );
  if (looks.flat().every(look => look.is_all_in_order)) return { misfits: [], strays: [] };
  await createDetails(subject, client, { numbers, codes });
  const strays = await ask<Stray>(client, 'strays', [numbers]);
  const papers = strays.some(({ location }) => location === '')
    ? await papersWithoutLocation(subject, client)
    : [];
  return {
    misfits: await ask<Misfit>(client, 'misfits', [numbers, codes]),
    strays: strays.map(stray => (stray.location === '' ? { ...stray, papers } : stray)),
  };
}

function papersWithoutLocation({ configuration, month }: Subject, client: pg.PoolClient) {
  const days = [month.start, month.end, configuration.timezone];
  return ask<Paper>(client, 'papers-without-location', days);
}

/** What the month's sources themselves have to say: orders and prices that disagree, and what did not arrive. */
async function sourcesOf({ settings, month }: Subject, client: pg.PoolClient, runId: string) {
  const parts = partsOf(settings, month);
  const tables = tablesOf(settings);
  const { units, retail } = stockColumns(settings);
  return {
    ordersApart: await ask<OrderApart>(client, 'orders'),
    pricesApart: await ask<PriceApart>(client, 'prices', stockDays(month), { units, retail }),
    missing: await ask<Part>(client, 'pulled', [
      runId,
      parts.map(({ stream }) => stream),
      parts.map(({ slice }) => slice),
    ]),
    partCount: parts.length,
    quarantined: await ask<{ stream: string; rows: number; reason: string }>(
      client,
      'quarantined',
      [tables.byDay, [...new Set([...daysOf(month), ...stockDays(month)])], tables.records],
    ),
  };
}
