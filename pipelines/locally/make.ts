import type { OutgoingFile } from '../../sinks/outgoing.ts';
import { type ConnectionPair, handOver, onOneSnapshot } from '../../sinks/postgres/snapshot.ts';
import { statement } from '../../sinks/postgres/statement.ts';
import { localTime } from '../../transforms/day.ts';
import type { Check, Problem } from '../../transforms/findings.ts';
import {
  checkAge,
  checkDrops,
  checkFigures,
  checkNotEmpty,
  checkStores,
  type LastFeed,
  type StoreFeed,
  whyHeld,
} from '../../transforms/locally/guards.ts';
import type { ReasonCount } from '../../transforms/locally/reason.ts';
import { unexplainedCheck, unreadCheck } from '../../transforms/locally/unread.ts';
import { today } from '../slices.ts';
import { untilAborted } from '../stopping.ts';
import type { Work } from '../work.ts';
import { cancelSalesOrders } from './cancel-sales-orders.ts';
import { writeFiles } from './files.ts';
import { type Findings, findingsOf } from './findings.ts';
import { writeFurtherFeeds } from './further-feeds.ts';
import { noteOfLastSync } from './last-sync.ts';
import { messageProblems } from './messages.ts';
import { type OpenOrder, openOrders, processEvents } from './orders.ts';
import { type Inventory, refreshInventory, refreshSales } from './refresh.ts';
import { createSalesOrders, salesOrdersToCancel } from './sales-orders.ts';
import { feedOf, upcKey } from './settings.ts';
import { stageFeed } from './stage.ts';
import { checkUpcField, upcFieldOf, upcOptions } from './upc-field.ts';

/** A feed that is complete on disk. */
export interface Made {
  readonly asOf: Date;
  readonly stockAsOf: Date;
  readonly files: readonly OutgoingFile[];
  readonly stores: readonly StoreFeed[];
  readonly counts: readonly ReasonCount[];
  readonly problems: readonly Problem[];
  readonly checks: readonly Check[];
  /** Why it may not leave. */
  readonly heldBecause: string | undefined;
  /** What was wrong and is sent all the same, because somebody said so. */
  readonly forcedAgainst: string | undefined;
}

export interface Making {
  /** Where the files go. */
  readonly folder: string;
  readonly isForced: boolean;
  /** Nothing is made in Heartland either. */
  readonly isDryRun: boolean;
  /** Whether it goes to Locally, if no check fails. */
  readonly isMeantForLocally: boolean;
  /** What was delivered last. */
  readonly last: readonly LastFeed[];
}

/**
 * Reads the warehouse as it is at one moment, writes the files and checks them.
 *
 * @throws IncompleteError when the inventory was too old and could not be pulled whole
 */
export async function makeFeed(work: Work, making: Making, signal: AbortSignal): Promise<Made> {
  const inventory = await refreshInventory(work, signal);
  const unanswered = await takeOrders(work, making.isDryRun, signal);
  const { timezone } = work.configuration;
  // Before the two connections are taken: whoever holds some and waits for another one may wait for ever behind a pooler.
  const noted = await noteOfLastSync(work.warehouse, timezone, inventory.asOf);
  work.report({ kind: 'stage', title: 'Making the feed' });
  let working: Promise<unknown> = Promise.resolve();
  try {
    const made = await untilAborted(
      onOneSnapshot(work.warehouse, pair => {
        const made = make(pair, work, inventory, making, signal);
        working = made;
        return made;
      }),
      signal,
      'Making the feed',
    );
    const { problems, checks } = made;
    return { ...made, problems: [...unanswered, ...problems], checks: [...checks, ...noted] };
  } finally {
    // After an abort the last write to disk may still be under way.
    await working.catch(() => {});
  }
}

/** Messages with a problem that are shown on the screen; the report has them all. */
const SHOWN = 5;

/** Works in what Locally sent, sees what the tills sold since, and tells which orders a store must still answer. */
async function takeOrders(
  work: Work,
  isDryRun: boolean,
  signal: AbortSignal,
): Promise<readonly Problem[]> {
  const { orders } = feedOf(work.configuration);
  if (orders === undefined) return [];
  const { warehouse, configuration } = work;
  const now = work.now();
  await processEvents(warehouse, configuration, orders, signal, { now });
  const messages = await messageProblems(warehouse, configuration, orders, now);
  const troubles = messages
    .slice(0, SHOWN)
    .map(({ description, found }) => `${description}. ${found ?? ''}`);
  if (messages.length > SHOWN) {
    troubles.push(`… and ${messages.length - SHOWN} more messages from Locally: see the report.`);
  }
  if (!isDryRun) {
    troubles.push(...(await createSalesOrders(work, signal)));
    troubles.push(...(await cancelSalesOrders(work, signal)));
  }
  for (const text of troubles) work.report({ kind: 'warning', text });
  const open = await openOrders(warehouse, orders, work.now());
  if (open.length > 0) await refreshSales(work, signal);
  return [
    ...open
      .filter(({ answer }) => answer === 'soon' || answer === 'overdue')
      .map(order => unanswered(order, work.configuration.timezone)),
    ...(await salesOrdersToCancel(work)),
    ...messages,
  ];
}

function unanswered(order: OpenOrder, timezone: string): Problem {
  return {
    kind: 'order_unanswered',
    treatment: 'noted',
    itemNumber: undefined,
    description: `Order ${order.orderId} of store ${order.locallyId ?? '(unknown)'}, UPC ${order.upc}`,
    locationNumber: undefined,
    found: order.status,
    atStake: { units: order.qty },
    fix: `Answer it at Locally ${order.answer === 'overdue' ? 'now: the time was over' : 'before'} at ${localTime(order.respondBy, timezone)}.`,
  };
}

async function make(
  pair: ConnectionPair,
  work: Work,
  { asOf, stockAsOf, stores }: Inventory,
  { folder, isForced, isMeantForLocally, last }: Making,
  signal: AbortSignal,
): Promise<Made> {
  const { configuration } = work;
  const [client, second] = pair;
  const moments = { now: work.now(), asOf };
  const upcField = await upcFieldOf(client, configuration);
  const upcs = upcOptions(configuration, upcField);
  await Promise.all(pair.map(each => stageFeed(each, configuration, stores, upcs, moments)));
  const written = await writeFiles(pair, work, stores, folder, signal);
  await handOver('locally_noted', second, client);
  const further = await writeFurtherFeeds(client, configuration, folder, signal);
  const findings = await findingsOf(client, configuration, stores, upcs);

  const unexplained = await unexplainedOf(client, work, findings);

  const { guards: limits } = feedOf(configuration);
  const always = [...checkNotEmpty(written.stores), ...checkFigures(written.notNumbers)];
  const unlessForced = [
    checkAge(asOf, work.now(), limits, configuration.timezone),
    ...checkStores(written.stores, last, limits),
    ...checkDrops(written.stores, last, limits),
    ...unexplained,
  ];
  const forcedAgainst = isForced ? whyHeld(unlessForced) : undefined;
  const heldBecause = whyHeld(isForced ? always : [...always, ...unlessForced]);
  if (isMeantForLocally && heldBecause === undefined) {
    await client.query('analyze locally_noted');
    // Before sending, because a run that dies while it sends may have been heard; a product too many on the list costs
    // one row with a zero.
    await client.query(statement('exports/locally-remember'), [today(work)]);
  }
  const checks = [
    ...always,
    ...unlessForced,
    ...checkUpcField(upcField),
    ...unreadCheck(findings.unread),
  ];
  const files = [...written.files, ...further.files];
  const counts = [...findings.counts, ...further.counts];
  const { problems } = findings;
  const found = { counts, problems, checks, heldBecause, forcedAgainst };
  return { asOf, stockAsOf, stores: written.stores, files, ...found };
}

/** Whether products would be sent as gone that may be in a row which could not be read. */
async function unexplainedOf(
  client: ConnectionPair[0],
  { configuration }: Work,
  { unread }: Findings,
): Promise<readonly Check[]> {
  if (unread.length === 0) return [];
  const { rows } = await client.query<{ products: number; upc: string | null }>(
    statement('exports/locally-unexplained'),
    [upcKey(configuration)],
  );
  return unexplainedCheck(unread, rows[0]!);
}
