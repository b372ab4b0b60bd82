import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { defer } from 'rxjs';
import type { OutgoingFile, Receipt } from '../sinks/outgoing.ts';
import { closeExport, keepExport, type NewExport } from '../sinks/postgres/exports.ts';
import { statement } from '../sinks/postgres/statement.ts';
import { transaction } from '../sinks/postgres/warehouse.ts';
import { addDays } from '../transforms/day.ts';
import { HeldError } from '../transforms/errors.ts';
import type { Check, Problem } from '../transforms/findings.ts';
import { checkNotEmpty, type StoreFeed, whyHeld } from '../transforms/locally/guards.ts';
import type { ReasonCount } from '../transforms/locally/reason.ts';
import { deliveryOf } from './locally/deliver.ts';
import { writeFiles } from './locally/files.ts';
import { findingsOf } from './locally/findings.ts';
import { type Inventory, refreshInventory } from './locally/refresh.ts';
import { feedOf, layoutOf } from './locally/settings.ts';
import { stageFeed } from './locally/stage.ts';
import { today } from './slices.ts';
import { untilAborted } from './stopping.ts';
import type { Work } from './work.ts';

export interface LocallyRequest {
  /** Make the feed and check it; send and keep nothing. */
  readonly dryRun?: boolean;
  /** Write the files into this folder instead of sending them. */
  readonly out?: string;
  /** Send although a check says no. Never an empty file, nor one from incomplete data. */
  readonly force?: boolean;
}

/** One feed: what was made, what was left out, and where it went. */
export interface LocallyResult {
  readonly status: 'delivered' | 'saved' | 'dry_run';
  /** Under which it is kept; undefined after a dry run. */
  readonly exportId: string | undefined;
  /** The oldest of the pulls that it was made from. */
  readonly asOf: Date;
  readonly stores: readonly StoreFeed[];
  readonly files: readonly Omit<OutgoingFile, 'path'>[];
  /** How many items each reason left out or changed. */
  readonly counts: readonly ReasonCount[];
  readonly problems: readonly Problem[];
  readonly checks: readonly Check[];
  readonly receipts: readonly Receipt[];
}

/** A feed that is complete on disk. */
interface Made {
  readonly files: readonly OutgoingFile[];
  readonly stores: readonly StoreFeed[];
  readonly counts: readonly ReasonCount[];
  readonly problems: readonly Problem[];
  readonly checks: readonly Check[];
  /** Why it may not leave. */
  readonly heldBecause: string | undefined;
}

/** Feeds in which a product that is gone is sent as an explicit zero. */
const ZERO_DAYS = 30;

/**
 * The daily feed: what each store has, to Locally.
 *
 * Refreshes the inventory where it is too old, makes a whole snapshot of every mapped store, keeps the bytes, then
 * sends them. Unchanged content is sent too: Locally takes silence for a broken feed (72 hours: orders stop, 96
 * hours: the stock is hidden).
 *
 * @throws IncompleteError when the inventory could not be pulled whole; nothing was made
 * @throws HeldError when a check failed; the feed is kept as held, and nothing was sent
 * @throws DeliveryError when it could not be handed over; the feed is kept as failed
 */
export async function locally(
  work: Work,
  request: LocallyRequest,
  signal: AbortSignal,
): Promise<LocallyResult> {
  const feed = feedOf(work.configuration);
  const folder = join(work.configuration.data_folder, 'spool', `locally-${work.runId}`);

  work.report({ kind: 'stage', title: 'Refreshing the inventory' });
  const inventory = await refreshInventory(work, signal);
  try {
    work.report({ kind: 'stage', title: 'Making the feed' });
    const made = await makeFeed(work, inventory, request, folder, signal);
    if (request.dryRun) {
      if (made.heldBecause !== undefined) throw held(made.heldBecause);
      return resultOf('dry_run', undefined, []);
    }
    if (made.heldBecause !== undefined) {
      await keepExport(work.warehouse, work.runId, exportOf('held'), made.files);
      throw held(made.heldBecause);
    }

    const exportId = await keepExport(work.warehouse, work.runId, exportOf('sending'), made.files);
    work.report({ kind: 'stage', title: 'Sending the feed' });
    const receipts = await handOver(exportId);
    const status = request.out === undefined ? 'delivered' : 'saved';
    await closeExport(work.warehouse, exportId, status, receipts);
    return resultOf(status, exportId, receipts);

    async function handOver(id: string): Promise<readonly Receipt[]> {
      try {
        return await deliveryOf(feed, request.out)(made.files, signal);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        await closeExport(work.warehouse, id, 'failed', [], message);
        throw error;
      }
    }

    function exportOf(status: 'held' | 'sending'): NewExport {
      return {
        kind: 'locally',
        period: today(work),
        status,
        totals: totalsOf(inventory, made, layoutOf(feed)),
        checks: made.checks,
        problems: made.problems,
        ...(made.heldBecause !== undefined && { message: made.heldBecause }),
      };
    }

    function resultOf(
      status: LocallyResult['status'],
      exportId: string | undefined,
      receipts: readonly Receipt[],
    ): LocallyResult {
      const { stores, counts, problems, checks } = made;
      const files = made.files.map(({ path: _, ...file }) => file);
      const { asOf } = inventory;
      return { status, exportId, asOf, stores, files, counts, problems, checks, receipts };
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Reads the warehouse as it is at one moment, and writes the files. */
async function makeFeed(
  work: Work,
  inventory: Inventory,
  { dryRun = false, out }: LocallyRequest,
  folder: string,
  signal: AbortSignal,
): Promise<Made> {
  const { configuration } = work;
  let making: Promise<unknown> = Promise.resolve();
  try {
    return await untilAborted(
      transaction(work.warehouse, client =>
        defer(() => {
          const made = make(client);
          making = made;
          return made;
        }),
      ),
      signal,
      'Making the feed',
    );
  } finally {
    // After an abort the last write to disk may still be under way.
    await making.catch(() => {});
  }

  async function make(client: pg.PoolClient): Promise<Made> {
    await client.query('set transaction isolation level repeatable read');
    await stageFeed(client, configuration, inventory.stores);
    const { files, stores } = await writeFiles(
      client,
      configuration,
      inventory.stores,
      folder,
      signal,
    );
    const { counts, problems } = await findingsOf(client, configuration);
    const checks = checkNotEmpty(stores);
    const heldBecause = whyHeld(checks);
    const willBeSent = heldBecause === undefined && !dryRun && out === undefined;
    if (willBeSent) await rememberListed(client, inventory, today(work));
    return { files, stores, counts, problems, checks, heldBecause };
  }
}

/**
 * Writes down what Locally will know of each store. Before sending, because a run that dies while it sends may have
 * been heard; a product too many on the list costs one row with a zero.
 */
async function rememberListed(
  client: pg.PoolClient,
  { stores }: Inventory,
  day: string,
): Promise<void> {
  for (const { locallyId } of stores) {
    await client.query(statement('exports/locally-remember'), [locallyId, day]);
    await client.query(statement('exports/locally-forget'), [locallyId, addDays(day, -ZERO_DAYS)]);
  }
}

function totalsOf(inventory: Inventory, made: Made, layout: object): object {
  return { as_of: inventory.asOf, stores: made.stores, counts: made.counts, layout };
}

function held(because: string): HeldError {
  return new HeldError('FEED_HELD', {
    problem: `The feed was held, and nothing was sent: ${because}`,
    next: 'Mend what is named, then run the command again.',
  });
}
