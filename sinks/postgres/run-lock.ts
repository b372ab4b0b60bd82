import { localTime } from '../../transforms/day.ts';
import { WarehouseError } from '../../transforms/errors.ts';
import { isLockTimeout, sessionInWords } from './lock-watch.ts';
import type { OpenTransaction } from './open-transaction.ts';
import { statement } from './statement.ts';
import type { Warehouse } from './warehouse.ts';
import { placeOf } from './warehouse-error.ts';

/** The lock that keeps other runs off a merchant. */
export interface RunLock {
  /** The server process that holds it. */
  readonly pid: number;
  /** Aborts when it is lost, with a `WarehouseError` as its reason: from then on another run may begin. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

const BEAT_EVERY_MS = 5_000;
/** A server that has not answered a beat for so long answers nothing else either. */
const ANSWER_WITHIN_MS = 45_000;
/** Without a beat for so long the server gives the lock back: the machine of that run is gone, or stands still. */
const EXPIRES_AFTER_MS = 120_000;
const TAKE_WITHIN_MS = 60_000;

/**
 * Takes the merchant's lock: a table of its own, locked by a transaction that is open as long as the run works. It writes
 * nothing and keeps no snapshot, so it is in nobody's way; it works behind a pooler; a role that may only read cannot take
 * it; and it is gone with the connection, or when the beat stops.
 *
 * @param timezone in which a message tells when another run began
 * @throws WarehouseError when another run holds the merchant
 */
export async function takeRunLock(warehouse: Warehouse, timezone: string): Promise<RunLock> {
  const transaction = await warehouse.begin({ idleTimeoutMs: EXPIRES_AFTER_MS, isKept: true });
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
  const timer = setInterval(() => void beat(), BEAT_EVERY_MS).unref();
  return {
    pid: transaction.pid,
    lost: loss.signal,
    release: async () => {
      clearInterval(timer);
      client.off('error', lose);
      if (loss.signal.aborted) return transaction.abandon();
      // Only when the server has answered the next run can begin at once.
      await answered(transaction, undefined, ANSWER_WITHIN_MS).catch(() => transaction.abandon());
    },
  };
}

/** Asks in the transaction, or rolls it back; rejects when no answer comes in time. */
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
    const asked = text === undefined ? transaction.rollBack() : transaction.client.query(text);
    await Promise.race([asked, late.promise]);
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
      problem: `The warehouse at ${placeOf(url)} cannot be used: the connection that keeps other runs off ${schema} broke, so this run stopped at once`,
      found: (cause as Error).message,
      next: 'What was not finished is rolled back. See that the database runs and nothing cuts its connections, then run the command again.',
    },
    cause,
  );
}
