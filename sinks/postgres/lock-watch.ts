import type pg from 'pg';
import { WarehouseError } from '../../transforms/errors.ts';
import { statement } from './statement.ts';
import { placeOf } from './warehouse-error.ts';

/** A session that blocks another one; what Postgres does not show is null. */
interface LockHolder {
  readonly pid: number;
  /** 0 for a prepared transaction. */
  readonly holder: number;
  readonly user_name: string | null;
  readonly program: string | null;
  readonly address: string | null;
  readonly since: Date | null;
}

/** Shorter than any lock timeout, so that every wait that fails has been seen. */
const LOOK_EVERY_MS = 1500;
/** `lock_not_available`: `lock_timeout` expired. */
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Finds the sessions that block our transactions.
 *
 * Postgres shows them only while a transaction waits, so open transactions are checked every {@link LOOK_EVERY_MS}.
 */
export class LockWatch {
  readonly #pool: pg.Pool;
  readonly #holders = new Map<number, LockHolder | undefined>();
  #timer: NodeJS.Timeout | undefined;
  #isLooking = false;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  /** Watches the transaction of a server process, until {@link remove}. */
  add(pid: number): void {
    this.#holders.set(pid, undefined);
    this.#timer ??= setInterval(() => void this.#look(), LOOK_EVERY_MS).unref();
  }

  remove(pid: number): void {
    this.#holders.delete(pid);
    if (this.#holders.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Explains a lock timeout with the session that held the lock; returns any other error unchanged. */
  explain(error: unknown, pid: number, url: string): unknown {
    if (!isLockTimeout(error)) return error;
    return lockedByAnother(error, this.#holders.get(pid), url);
  }

  async #look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      const pids = [...this.#holders.keys()];
      const { rows } = await this.#pool.query<LockHolder>(statement('warehouse/lock-holders'), [
        pids,
      ]);
      for (const row of rows) if (this.#holders.has(row.pid)) this.#holders.set(row.pid, row);
    } catch {
      // Only a convenience: if the server is down, the waiting transaction fails by itself.
    } finally {
      this.#isLooking = false;
    }
  }
}

/** Whether an error is a lock timeout, of Postgres or explained by us. */
export function isLockTimeout(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  return code === LOCK_NOT_AVAILABLE || code === 'WAREHOUSE_LOCKED';
}

function lockedByAnother(
  cause: unknown,
  holder: LockHolder | undefined,
  url: string,
): WarehouseError {
  const isSession = holder !== undefined && holder.holder > 0;
  return new WarehouseError(
    'WAREHOUSE_LOCKED',
    {
      problem: `The warehouse at ${placeOf(url)} is locked: another session holds a lock that this run needs`,
      found: holder === undefined ? undefined : sessionInWords(holder),
      next: `Nothing was changed. Let it end its transaction${isSession ? `, or end it with: select pg_terminate_backend(${holder.holder})` : ''}; then run the command again.`,
    },
    cause,
  );
}

/** A session in words, as far as Postgres shows it. */
export function sessionInWords(session: Omit<LockHolder, 'pid'>): string {
  const { holder, user_name: user, program, address, since } = session;
  if (holder === 0) return 'a prepared transaction (see pg_prepared_xacts)';
  return [
    `process ${holder}`,
    user === null ? undefined : `user ${user}`,
    program === null ? undefined : `program ${program}`,
    address === null ? undefined : `from ${address}`,
    since === null ? undefined : `in a transaction since ${since.toISOString()}`,
  ]
    .filter(part => part !== undefined)
    .join(', ');
}
