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

/** The result of one slice of a stream in a run. Counts are rows. */
export interface StreamRecord {
  readonly stream: string;
  readonly slice: string;
  readonly status: 'complete' | 'incomplete' | 'failed';
  readonly attempts: number;
  readonly reportedTotal: number | undefined;
  readonly seen: number;
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
  readonly quarantined: number;
  readonly position?: string | undefined;
  readonly startedAt: Date;
  readonly message?: string | undefined;
}

/** One command running on one merchant; no other run can begin on that merchant until it is closed. */
export interface Run {
  readonly runId: string;
  /** Aborts when the run lock is lost, with a `WarehouseError` as its reason: then another run may begin. */
  readonly lost: AbortSignal;
  close(status: RunStatus, exitCode: number, message: string): Promise<void>;
}

/**
 * Opens a run: takes the merchant's lock, marks crashed runs, and records the new run.
 *
 * @param timezone of the times in messages
 * @throws WarehouseError if another run holds the lock
 */
export async function openRun(
  warehouse: Warehouse,
  command: string,
  timezone: string,
): Promise<Run> {
  const lock = await takeRunLock(warehouse, timezone);
  try {
    await endLeftoverSessions(warehouse, lock.pid);
    await markCrashedRuns(warehouse, lock.pid);
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
          // The server may still answer although the lock was lost.
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
 * Marks crashed runs: those recorded as running although no other session holds the lock.
 *
 * @param pid the server process that holds the lock for the caller; undefined if the caller does not hold it
 */
export async function markCrashedRuns(warehouse: Warehouse, pid?: number): Promise<void> {
  await warehouse.query(statement('warehouse/mark-crashed-runs'), [pid]);
}

/**
 * Ends sessions that a crashed run left in the warehouse.
 *
 * Behind a pooler the server does not notice that their client is down. Whoever holds the lock knows that no other run is
 * alive.
 */
async function endLeftoverSessions(warehouse: Warehouse, pid: number): Promise<void> {
  await warehouse.query(statement('warehouse/end-leftover-sessions'), [pid]);
}

/**
 * Records the result of a slice, in the transaction that pulled it.
 *
 * If a run pulls a slice again, its changes are added up.
 */
export async function recordStream(
  client: Queryable,
  runId: string,
  record: StreamRecord,
): Promise<void> {
  await client.query(
    `insert into _run_streams (run_id, stream, slice, status, attempts, reported_total, seen, inserted, updated, deleted,
                               quarantined, position, started_at, message)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
     on conflict (run_id, stream, slice) do update
        set status = excluded.status, attempts = excluded.attempts, reported_total = excluded.reported_total, seen = excluded.seen,
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
      record.reportedTotal,
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
