import type { Queryable } from './pull-connection.ts';
import { takeRunLock } from './run-lock.ts';
import { statement } from './statement.ts';
import type { Warehouse } from './warehouse.ts';

export type RunStatus =
  | 'running'
  | 'done'
  | 'incomplete'
  | 'failed'
  | 'held'
  | 'undelivered'
  | 'interrupted';

/** What a run did with one slice of one stream. Counts are rows. */
export interface StreamRecord {
  readonly stream: string;
  readonly slice: string;
  readonly status: 'complete' | 'incomplete' | 'failed';
  readonly attempts: number;
  readonly claimed: number | undefined;
  readonly seen: number;
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
  readonly quarantined: number;
  readonly position?: string | undefined;
  readonly startedAt: Date;
  readonly message?: string | undefined;
}

/** One command at work on one merchant; nobody else works on that merchant until it is closed. */
export interface Run {
  readonly runId: string;
  /**
   * Aborts when the connection breaks that holds the merchant's lock, with a `WarehouseError` as its reason: from then on
   * another run may begin.
   */
  readonly lost: AbortSignal;
  close(status: RunStatus, exitCode: number, message: string): Promise<void>;
}

/**
 * Opens a run: takes the merchant's lock, marks runs that were found dead, and writes the new one down.
 *
 * @param timezone in which a message tells when another run began
 * @throws WarehouseError when another run holds the merchant
 */
export async function openRun(
  warehouse: Warehouse,
  command: string,
  timezone: string,
): Promise<Run> {
  const lock = await takeRunLock(warehouse, timezone);
  try {
    await endLeftOver(warehouse, lock.pid);
    await markDeadRuns(warehouse, lock.pid);
    const [row] = await warehouse.query<{ run_id: string }>(
      'insert into _runs (command) values ($1) returning run_id',
      [command],
    );
    const runId = row!.run_id;
    return {
      runId,
      lost: lock.lost,
      close: async (status, exitCode, message) => {
        try {
          // The server may be well although the lock was lost.
          await warehouse.query(
            'update _runs set status = $2, exit_code = $3, message = $4, finished_at = now() where run_id = $1',
            [runId, status, exitCode, message],
          );
        } finally {
          await lock.release();
        }
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/**
 * Gives runs that were killed their last words. A run holds its merchant's lock as long as it lives, so one that is marked
 * as running while nobody else holds the lock is dead.
 *
 * @param pid the server process that holds the lock for whoever asks; left out, none does
 */
export async function markDeadRuns(warehouse: Warehouse, pid?: number): Promise<void> {
  await warehouse.query(statement('warehouse/mark-dead-runs'), [pid]);
}

/**
 * Ends what a dead run left in the warehouse: its machine is gone without a word, and behind a pooler nobody tells the server.
 * Whoever holds the lock knows that no other run lives.
 */
async function endLeftOver(warehouse: Warehouse, pid: number): Promise<void> {
  await warehouse.query(statement('warehouse/end-left-over'), [pid]);
}

/**
 * Writes down what was done with a slice, in the transaction that did it. A run that pulls a slice again adds up what it
 * changed.
 */
export async function recordStream(
  client: Queryable,
  runId: string,
  record: StreamRecord,
): Promise<void> {
  await client.query(
    `insert into _run_streams (run_id, stream, slice, status, attempts, claimed, seen, inserted, updated, deleted,
                               quarantined, position, started_at, message)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
     on conflict (run_id, stream, slice) do update
        set status = excluded.status, attempts = excluded.attempts, claimed = excluded.claimed, seen = excluded.seen,
            inserted = _run_streams.inserted + excluded.inserted,
            updated = _run_streams.updated + excluded.updated,
            deleted = _run_streams.deleted + excluded.deleted,
            quarantined = excluded.quarantined, position = excluded.position, started_at = excluded.started_at,
            finished_at = clock_timestamp(), message = excluded.message`,
    [
      runId,
      record.stream,
      record.slice,
      record.status,
      record.attempts,
      record.claimed,
      record.seen,
      record.inserted,
      record.updated,
      record.deleted,
      record.quarantined,
      record.position,
      record.startedAt,
      record.message,
    ],
  );
}
