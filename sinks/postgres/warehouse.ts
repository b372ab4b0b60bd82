import pg from 'pg';
import { catchError, concat, defer, mergeMap, Observable, throwError, toArray } from 'rxjs';
import { LockWatch } from './lock-watch.ts';
import { OpenTransaction } from './open-transaction.ts';
import type { TransactionSettings } from './pinned-settings.ts';
import { AddressPool } from './pool.ts';
import { isConnectionLoss, warehouseError } from './warehouse-error.ts';

/** One merchant's schema in a Postgres database. */
export interface Warehouse {
  /** Connections without settings. Statements on the schema go through {@link Warehouse.begin}. */
  readonly pool: pg.Pool;
  /** The merchant's name. */
  readonly schema: string;
  /** Its connection URL, with the password: never show it. */
  readonly url: string;
  /**
   * Runs one query in a transaction of its own.
   *
   * @throws WarehouseError
   */
  query<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /**
   * Begins a transaction in the merchant's schema; the caller ends it.
   *
   * @throws WarehouseError
   */
  begin(options?: TransactionOptions): Promise<OpenTransaction>;
  /** Rolls back all transactions but the run lock; callers that wait for an answer get `reason`. */
  abort(reason: Error): void;
  close(): Promise<void>;
}

export interface WarehouseOptions {
  /** `postgres://user:password@host:port/database`. */
  readonly url: string;
  readonly schema: string;
  /** Maximum of connections. */
  readonly connections: number;
  /** For interactive commands, which should fail soon rather than wait. */
  readonly isForLooking?: boolean;
}

export interface TransactionOptions {
  readonly isolation?: TransactionSettings['isolation'];
  /** Another transaction's snapshot to read from; needs `repeatable read`. */
  readonly snapshot?: string;
  readonly lockTimeoutMs?: number;
  /** The server rolls back after this time without a statement. */
  readonly idleTimeoutMs?: number;
  /** Aborted if it has not ended after this time. */
  readonly endWithinMs?: number;
  /** Whether {@link Warehouse.abort} spares it. */
  readonly survivesAbort?: boolean;
}

const CONNECT_TIMEOUT_MS = 10_000;
/** Long enough for our own transactions to wait for each other. */
const LOCK_TIMEOUT_MS = { working: 10_000, looking: 5_000 };
/** A pull waits for Heartland in its transaction; after a much longer time its client is down. */
const IDLE_TIMEOUT_MS = 6 * 3_600_000;
/** For interactive commands. During a run, the heartbeat of its lock finds a server that does not answer. */
const END_WITHIN_MS = { query: 60_000, transaction: 300_000 };
/** A server or firewall may have closed an idle connection; a new one is open. */
const BEGIN_ATTEMPTS = 3;
const CLOSE_WITHIN_MS = 2000;

/** Opens a pool of connections. Connects when first used. */
export function openWarehouse(options: WarehouseOptions): Warehouse {
  const { url, schema, connections, isForLooking = false } = options;
  const clients = new Set<pg.Client>();
  const transactions = new Map<OpenTransaction, { readonly survivesAbort: boolean }>();
  let broken = Promise.withResolvers<never>();
  broken.promise.catch(() => {});
  const pool = new AddressPool(url, {
    max: connections,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    // Firewalls drop connections that are silent for a while.
    keepAlive: true,
    keepAliveInitialDelayMillis: 30_000,
    application_name: 'tillstream',
    Client: trackedIn(clients),
  });
  // The pool replaces a broken idle connection; if the server is down, the next query fails.
  pool.on('error', () => {});
  // A connection in use may break while it waits for us, as between two pages: then its next query fails.
  pool.on('connect', client => client.on('error', () => {}));
  const watch = new LockWatch(pool);
  const lockTimeoutMs = isForLooking ? LOCK_TIMEOUT_MS.looking : LOCK_TIMEOUT_MS.working;
  const warehouse: Warehouse = { pool, schema, url, query, begin, abort, close };
  return warehouse;

  async function query<Row extends pg.QueryResultRow>(
    text: string,
    values: readonly unknown[] = [],
  ): Promise<Row[]> {
    return inTransaction(
      warehouse,
      async client => (await client.query<Row>(text, [...values])).rows,
      isForLooking ? { endWithinMs: END_WITHIN_MS.query } : {},
    );
  }

  async function begin(options: TransactionOptions = {}): Promise<OpenTransaction> {
    const { isolation = 'read committed', snapshot, survivesAbort = false } = options;
    const settings: TransactionSettings = {
      schema,
      isolation,
      snapshot,
      lockTimeoutMs: options.lockTimeoutMs ?? lockTimeoutMs,
      idleTimeoutMs: options.idleTimeoutMs ?? IDLE_TIMEOUT_MS,
    };
    const endWithinMs =
      options.endWithinMs ?? (isForLooking ? END_WITHIN_MS.transaction : undefined);
    for (let attempt = 1; ; attempt++) {
      const client = await connected();
      let transaction: OpenTransaction | undefined;
      const onEnd = () => transactions.delete(transaction!);
      try {
        return await OpenTransaction.begin(
          client,
          { url, watch, settings, endWithinMs, onEnd },
          opening => {
            transaction = opening;
            transactions.set(opening, { survivesAbort });
          },
        );
      } catch (error) {
        // Nothing has been done yet.
        if (attempt === BEGIN_ATTEMPTS || !isConnectionLoss(error)) throw error;
      }
    }
  }

  /** A connection from the pool; after an abort it is released when it arrives. */
  async function connected(): Promise<pg.PoolClient> {
    const connecting = pool.connect();
    try {
      return await Promise.race([connecting, broken.promise]);
    } catch (error) {
      void connecting.then(
        client => client.release(),
        () => {},
      );
      throw warehouseError(error, url);
    }
  }

  function abort(reason: Error): void {
    for (const [transaction, { survivesAbort }] of [...transactions])
      if (!survivesAbort) transaction.abandon(reason);
    broken.reject(reason);
    broken = Promise.withResolvers<never>();
    broken.promise.catch(() => {});
  }

  /** Closes all connections; if the server does not answer, cuts them. */
  async function close(): Promise<void> {
    const cut = Promise.withResolvers<void>();
    const timer = setTimeout(() => {
      for (const client of clients) client.connection.stream.destroy();
      cut.resolve();
    }, CLOSE_WITHIN_MS);
    const ended = [...clients].map(client => new Promise(resolve => client.once('end', resolve)));
    await Promise.race([pool.end().then(() => Promise.all(ended)), cut.promise]);
    clearTimeout(timer);
  }
}

/** A client class whose instances are in `clients` from their creation until their connection ends. */
function trackedIn(clients: Set<pg.Client>): typeof pg.Client {
  return class extends pg.Client {
    constructor(config?: string | pg.ClientConfig) {
      super(config);
      clients.add(this);
      this.once('end', () => clients.delete(this));
    }
  };
}

/** Runs `work` in one transaction: committed when it resolves, rolled back when it fails. */
export async function inTransaction<T>(
  warehouse: Warehouse,
  work: (client: pg.PoolClient) => Promise<T>,
  options?: TransactionOptions,
): Promise<T> {
  const transaction = await warehouse.begin(options);
  try {
    const result = await work(transaction.client);
    await transaction.commit();
    return result;
  } catch (error) {
    const explained = transaction.explain(error);
    transaction.abandon();
    throw explained;
  }
}

/**
 * Runs `work` in one transaction: committed when it completes, rolled back when it fails or is unsubscribed from.
 *
 * @returns what `work` emits, once it is committed; `work` should emit little
 */
export function transaction<T>(
  warehouse: Warehouse,
  work: (client: pg.PoolClient) => Observable<T>,
  options?: TransactionOptions,
): Observable<T> {
  return new Observable(subscriber => {
    const opening = warehouse.begin(options);
    void opening.then(
      open => {
        if (subscriber.closed) return open.abandon();
        const running = committed(open, work).subscribe({
          next: value => subscriber.next(value),
          error: error => subscriber.error(error),
          complete: () => subscriber.complete(),
        });
        subscriber.add(() => {
          running.unsubscribe();
          open.abandon();
        });
      },
      error => subscriber.error(error),
    );
  });
}

function committed<T>(
  open: OpenTransaction,
  work: (client: pg.PoolClient) => Observable<T>,
): Observable<T> {
  return concat(
    defer(() => work(open.client)),
    defer(() => open.commit()),
  ).pipe(
    // Results are emitted after the commit, without the commit's own.
    toArray(),
    mergeMap(results => results.slice(0, -1) as T[]),
    catchError(error => throwError(() => open.explain(error))),
  );
}
