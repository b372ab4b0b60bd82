import { localTime } from '../../transforms/day.ts';
import { WarehouseError } from '../../transforms/errors.ts';
import { isLockTimeout, sessionInWords } from './lock-watch.ts';
import type { OpenTransaction } from './open-transaction.ts';
import { statement } from './statement.ts';
import type { Warehouse } from './warehouse.ts';
import { placeOf } from './warehouse-error.ts';

/** The lock that prevents other runs on a merchant. */
export interface RunLock {
  /** The server process that holds it. */
  readonly pid: number;
  /** Aborts when the lock is lost, with a `WarehouseError` as its reason: then another run may begin. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

const HEARTBEAT_MS = 5_000;
/** A server that does not answer a heartbeat in this time counts as lost. */
const ANSWER_WITHIN_MS = 45_000;
/** The server releases the lock after this time without a heartbeat: the machine of that run is down. */
const EXPIRES_AFTER_MS = 120_000;
const TAKE_WITHIN_MS = 60_000;

/**
 * Takes the merchant's lock: the table `_run_lock`, locked by a transaction that stays open as long as the run.
 *
 * The transaction writes nothing and holds no snapshot, so it does not block others; it works behind a pooler; a read-only
 * role cannot take the lock; and the lock ends with the connection, or when the heartbeat stops.
 *
 * @param timezone of the times in messages
 * @throws WarehouseError if another run holds the lock
 */
export async function takeRunLock(warehouse: Warehouse, timezone: string): Promise<RunLock> {
  const transaction = await warehouse.begin({
    idleTimeoutMs: EXPIRES_AFTER_MS,
    survivesAbort: true,
  });
  const { client } = transaction;
  const loss = new AbortController();
  const lose = (cause: unknown) => loss.abort(lockLost(warehouse, cause));
  try {
    client.on('error', lose);
    await answered(transaction, 'lock table _run_lock in exclusive mode nowait', TAKE_WITHIN_MS);
  } catch (error) {
    transaction.abandon();
    throw isLockTimeout(error)
      ? await alreadyRunning(warehouse, timezone)
      : transaction.explain(error);
  }
  let isBeating = false;
  const beat = async () => {
    if (isBeating || loss.signal.aborted) return;
    isBeating = true;
    await answered(transaction, 'select', ANSWER_WITHIN_MS).catch(lose);
    isBeating = false;
  };
  const timer = setInterval(() => void beat(), HEARTBEAT_MS).unref();
  return {
    pid: transaction.pid,
    lost: loss.signal,
    release: async () => {
      clearInterval(timer);
      client.off('error', lose);
      if (loss.signal.aborted) return transaction.abandon();
      // Waits for the answer, so that the next run can begin at once.
      await answered(transaction, undefined, ANSWER_WITHIN_MS).catch(() => transaction.abandon());
    },
  };
}

/** Runs a statement, or rolls back if there is none; rejects if no answer comes in time. */
async function answered(
  transaction: OpenTransaction,
  text: string | undefined,
  withinMs: number,
): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new Error(`no answer for ${withinMs / 1000} seconds`)),
    withinMs,
  ).unref();
  try {
    const answer = text === undefined ? transaction.rollBack() : transaction.client.query(text);
    await Promise.race([answer, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

async function alreadyRunning(warehouse: Warehouse, timezone: string): Promise<WarehouseError> {
  const { schema } = warehouse;
  const [holder] = await warehouse.query<{
    readonly holder: number;
    readonly user_name: string | null;
    readonly program: string | null;
    readonly address: string | null;
    readonly since: Date | null;
    readonly is_ours: boolean;
    readonly run: string | null;
    readonly command: string | null;
    readonly started_at: Date | null;
  }>(statement('warehouse/run-lock-holder'));
  if (holder !== undefined && !holder.is_ours)
    return new WarehouseError('ALREADY_RUNNING', {
      problem: `Another session holds the lock of ${schema}, so no run can begin`,
      found: sessionInWords(holder),
      next: `Let it end its transaction, or end it with: select pg_terminate_backend(${holder.holder}); then run the command again.`,
    });
  const run =
    holder === undefined || holder.run === null
      ? ''
      : ` (run ${holder.run}, ${holder.command}, since ${localTime(holder.started_at!, timezone)})`;
  return new WarehouseError('ALREADY_RUNNING', {
    problem: `Another run is in progress on ${schema}${run}`,
    next: 'Wait until it ends, then run the command again.',
  });
}

function lockLost({ schema, url }: Warehouse, cause: unknown): WarehouseError {
  return new WarehouseError(
    'LOCK_LOST',
    {
      problem: `The warehouse at ${placeOf(url)} cannot be used: the connection that holds the run lock of ${schema} broke, so this run stopped`,
      found: (cause as Error).message,
      next: 'Unfinished work was rolled back. Check that the database runs and nothing cuts its connections, then run the command again.',
    },
    cause,
  );
}
