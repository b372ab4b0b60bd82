import type pg from 'pg';
import type { OutgoingFile } from '../../../sinks/delivery.ts';
import { type ConnectionPair, handOver, onOneSnapshot } from '../../../sinks/postgres/snapshot.ts';
import { statement } from '../../../sinks/postgres/statement.ts';
import { localTime } from '../../../transforms/day.ts';
import type { Check, Problem } from '../../../transforms/findings.ts';
import {
  checkAge,
  checkDrops,
  checkFigures,
  checkNotEmpty,
  checkStores,
  type LastFeed,
  type StoreFeed,
  whyHeld,
} from '../../../transforms/locally/guards.ts';
import type { ReasonCount } from '../../../transforms/locally/reason.ts';
import { unexplainedCheck, unreadCheck } from '../../../transforms/locally/unread.ts';
import { cancelSalesOrders, salesOrdersToCancel } from '../../orders/cancel-sales-orders.ts';
import { createSalesOrders } from '../../orders/create-sales-orders.ts';
import { messageProblems, openOrders, unansweredProblems } from '../../orders/open-orders.ts';
import { processEvents } from '../../orders/process-events.ts';
import { lastFailedSync } from '../../run/last-failed-sync.ts';
import { untilAborted } from '../../run/stopping.ts';
import type { Work } from '../../run/work.ts';
import { today } from '../../sync/slices.ts';
import { writeFiles, writeFurtherFeeds } from './files.ts';
import { type Findings, findingsOf } from './findings.ts';
import { type Inventory, refreshInventory, refreshSales } from './refresh.ts';
import { feedOf, upcKey } from './settings.ts';
import { stageFeed } from './stage.ts';
import { checkUpcField, upcFieldOf, upcOptions } from './upc-field.ts';

/** A feed whose files are complete on disk. */
export interface Made {
  /** The oldest of the pulls that it was made from. */
  readonly asOf: Date;
  /** The oldest pull of the stock of a mapped location. */
  readonly stockAsOf: Date;
  readonly files: readonly OutgoingFile[];
  readonly stores: readonly StoreFeed[];
  /** How many items each reason left out or changed. */
  readonly counts: readonly ReasonCount[];
  readonly problems: readonly Problem[];
  readonly checks: readonly Check[];
  /** Why it must not be sent. */
  readonly heldBecause: string | undefined;
  /** The failed checks that `--force` overruled. */
  readonly forcedAgainst: string | undefined;
}

export interface Making {
  /** Folder for the files. */
  readonly folder: string;
  /** Whether checks may be overruled. */
  readonly isForced: boolean;
  /** In a dry run nothing is created in Heartland either. */
  readonly isDryRun: boolean;
  /** Whether it goes to Locally, if no check fails. */
  readonly isMeantForLocally: boolean;
  /** The stores of the last delivered feed. */
  readonly last: readonly LastFeed[];
}

/**
 * Makes the feed: refreshes the inventory, processes orders, writes the files and checks them.
 *
 * The files are made from one snapshot of the warehouse.
 *
 * @throws IncompleteError when the inventory was too old and could not be pulled completely
 */
export async function makeFeed(work: Work, making: Making, signal: AbortSignal): Promise<Made> {
  const inventory = await refreshInventory(work, signal);
  const orderProblems = await handleOrders(work, making.isDryRun, signal);
  const notes = await noteOfLastSync(work, inventory.asOf);
  work.report({ kind: 'stage', title: 'Making the feed' });
  const made = await makeOnSnapshot(work, inventory, making, signal);
  return {
    ...made,
    problems: [...orderProblems, ...made.problems],
    checks: [...made.checks, ...notes],
  };
}

/** Messages from Locally shown on the screen; the report has them all. */
const SHOWN = 5;

/**
 * Processes what Locally sent, creates and cancels sales orders, and pulls the latest sales.
 *
 * @returns orders that a store must answer, and everything else about orders for a person to do
 */
async function handleOrders(
  work: Work,
  isDryRun: boolean,
  signal: AbortSignal,
): Promise<readonly Problem[]> {
  const { warehouse, configuration } = work;
  const { orders } = feedOf(configuration);
  if (orders === undefined) return [];
  const now = work.now();
  await processEvents(warehouse, configuration, orders, signal, { now });
  const messages = await messageProblems(warehouse, configuration, orders, now);
  warnOfMessages(work, messages);
  if (!isDryRun) {
    warn(work, await createSalesOrders(work, signal));
    warn(work, await cancelSalesOrders(work, signal));
  }
  const open = await openOrders(warehouse, orders, work.now());
  if (open.length > 0) await refreshSales(work, signal);
  const unanswered = unansweredProblems(open, configuration.timezone);
  return [...unanswered, ...(await salesOrdersToCancel(work)), ...messages];
}

function warnOfMessages(work: Work, messages: readonly Problem[]): void {
  const shown = messages.slice(0, SHOWN);
  warn(
    work,
    shown.map(({ description, found }) => `${description}. ${found ?? ''}`),
  );
  const more = messages.length - shown.length;
  if (more === 0) return;
  const count = more.toLocaleString('en-US');
  warn(work, [`… and ${count} more messages from Locally: see the report.`]);
}

function warn(work: Work, texts: readonly string[]): void {
  for (const text of texts) work.report({ kind: 'warning', text });
}

/**
 * A note where the last sync could pull nothing at all, for example because the token is refused.
 * A feed whose stock is recent enough sends Heartland no request and would not notice. A pull that
 * began and failed needs no note: it is pulled again.
 *
 * @param asOf when the oldest data of the feed was pulled
 */
async function noteOfLastSync(
  { warehouse, configuration }: Work,
  asOf: Date,
): Promise<readonly Check[]> {
  const sync = await lastFailedSync(warehouse, asOf);
  if (sync === undefined) return [];
  const startedAt = localTime(sync.started_at, configuration.timezone);
  return [
    {
      name: 'the last sync',
      result: 'note',
      figure: `run ${sync.run_id} could pull nothing, at ${startedAt}`,
      detail: sync.because,
    },
  ];
}

/** Takes two connections; nothing else may wait for a third meanwhile (a pooler may have none). */
async function makeOnSnapshot(
  work: Work,
  inventory: Inventory,
  making: Making,
  signal: AbortSignal,
): Promise<Made> {
  let working: Promise<unknown> = Promise.resolve();
  try {
    return await untilAborted(
      onOneSnapshot(work.warehouse, pair => {
        const made = make(pair, work, inventory, making, signal);
        working = made;
        return made;
      }),
      signal,
      'Making the feed',
    );
  } finally {
    // After an abort the last write to disk may still be running.
    await working.catch(() => {});
  }
}

async function make(
  pair: ConnectionPair,
  work: Work,
  { asOf, stockAsOf, stores }: Inventory,
  making: Making,
  signal: AbortSignal,
): Promise<Made> {
  const { configuration } = work;
  const [client, second] = pair;
  const moments = { now: work.now(), asOf };
  const upcField = await upcFieldOf(client, configuration);
  const upcs = upcOptions(configuration, upcField);
  await Promise.all(pair.map(each => stageFeed(each, configuration, stores, upcs, moments)));
  const written = await writeFiles(pair, work, stores, making.folder, signal);
  await handOver('locally_noted', second, client);
  const further = await writeFurtherFeeds(client, configuration, making.folder, signal);
  const findings = await findingsOf(client, configuration, stores, upcs);
  const unexplained = await unexplainedChecks(client, work, findings);
  const outcome = outcomeOf(
    [...checkNotEmpty(written.stores), ...checkFigures(written.notNumbers)],
    [...checkAgainstLast(work, asOf, written.stores, making.last), ...unexplained],
    [...checkUpcField(upcField), ...unreadCheck(findings.unread)],
    making.isForced,
  );
  if (making.isMeantForLocally && outcome.heldBecause === undefined) {
    await recordProducts(client, today(work));
  }
  return {
    asOf,
    stockAsOf,
    stores: written.stores,
    files: [...written.files, ...further.files],
    counts: [...findings.counts, ...further.counts],
    problems: findings.problems,
    ...outcome,
  };
}

/** The checks of the inventory's age, and of the stores compared with the last feed. */
function checkAgainstLast(
  work: Work,
  asOf: Date,
  stores: readonly StoreFeed[],
  last: readonly LastFeed[],
): readonly Check[] {
  const { guards: limits } = feedOf(work.configuration);
  return [
    checkAge(asOf, work.now(), limits, work.configuration.timezone),
    ...checkStores(stores, last, limits),
    ...checkDrops(stores, last, limits),
  ];
}

/** Whether products would be sent as removed that may be in a row which could not be read. */
async function unexplainedChecks(
  client: pg.PoolClient,
  { configuration }: Work,
  { unread }: Findings,
): Promise<readonly Check[]> {
  if (unread.length === 0) return [];
  const { rows } = await client.query<{ products: number; upc: string | null }>(
    statement('exports/locally/unexplained'),
    [upcKey(configuration)],
  );
  return unexplainedCheck(unread, rows[0]!);
}

/** @param always checks that `--force` cannot overrule, unlike those of `unlessForced` */
function outcomeOf(
  always: readonly Check[],
  unlessForced: readonly Check[],
  notes: readonly Check[],
  isForced: boolean,
): Pick<Made, 'checks' | 'heldBecause' | 'forcedAgainst'> {
  return {
    checks: [...always, ...unlessForced, ...notes],
    heldBecause: whyHeld(isForced ? always : [...always, ...unlessForced]),
    forcedAgainst: isForced ? whyHeld(unlessForced) : undefined,
  };
}

/**
 * Records which products Locally has after this feed. Done before sending, because a run that dies
 * while it sends may have delivered; a product too many costs one row with a zero.
 */
async function recordProducts(client: pg.PoolClient, date: string): Promise<void> {
  await client.query('analyze locally_noted');
  await client.query(statement('exports/locally/save-lines'), [date]);
}
