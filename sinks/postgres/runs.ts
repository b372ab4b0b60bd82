import { localTime } from '../../transforms/day.ts';
import { WarehouseError } from '../../transforms/errors.ts';
import type { Queryable } from './pull-connection.ts';
import { statement } from './statement.ts';
import type { Warehouse } from './warehouse.ts';
import { placeOf } from './warehouse-error.ts';

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

const RUN_LOCK = 0x7112;

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
  const client = await warehouse.pool.connect();
  const abandon = (error: unknown) => {
    client.release(true);
    throw error;
  };
  const lock = await client
    .query<{ free: boolean }>('select pg_try_advisory_lock($1, hashtext($2)) as free', [
      RUN_LOCK,
      warehouse.schema,
    ])
    .catch(abandon);
  if (!lock.rows[0]!.free) {
    const other = await client
      .query(
        "select run_id, command, started_at from _runs where status = 'running' order by run_id desc limit 1",
      )
      .catch(abandon);
    const known = other.rows[0];
    abandon(
      new WarehouseError('ALREADY_RUNNING', {
        problem: `Another tillstream is at work on ${warehouse.schema}${known === undefined ? '' : ` (run ${known.run_id}, ${known.command}, since ${localTime(known.started_at, timezone)})`}`,
        next: 'Wait until it has ended, then run the command again.',
      }),
    );
  }
  await markDeadRuns(client).catch(abandon);
  const { rows } = await client
    .query<{ run_id: string }>('insert into _runs (command) values ($1) returning run_id', [
      command,
    ])
    .catch(abandon);
  const runId = rows[0]!.run_id;
  const loss = new AbortController();
  client.on('error', cause => loss.abort(lockLost(warehouse, cause)));
  return {
    runId,
    lost: loss.signal,
    close: async (status, exitCode, message) => {
      try {
        // The server may be well although that one connection broke.
        await (loss.signal.aborted ? warehouse.pool : client).query(
          'update _runs set status = $2, exit_code = $3, message = $4, finished_at = now() where run_id = $1',
          [runId, status, exitCode, message],
        );
      } finally {
        client.release(true);
      }
    },
  };
}

function lockLost({ schema, url }: Warehouse, cause: Error): WarehouseError {
  return new WarehouseError(
    'LOCK_LOST',
    {
      problem: `The warehouse at ${placeOf(url)} cannot be used: the connection that keeps other runs off ${schema} broke, so this run stopped at once`,
      found: cause.message,
      next: 'What was not finished is rolled back. See that the database runs and nothing cuts its connections, then run the command again.',
    },
    cause,
  );
}

/**
 * Gives runs that were killed their last words. A run holds its merchant's lock as long as it lives, so one that is marked
 * as running while nobody else holds the lock is dead.
 */
export async function markDeadRuns(db: Pick<Queryable, 'query'>): Promise<void> {
  await db.query(statement('warehouse/mark-dead-runs'), [RUN_LOCK]);
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
