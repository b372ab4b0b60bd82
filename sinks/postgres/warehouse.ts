import pg from 'pg';
import { catchError, concat, defer, mergeMap, Observable, throwError, toArray } from 'rxjs';
import { LockWatch } from './lock-watch.ts';
import { OpenTransaction } from './open-transaction.ts';
import type { TransactionSettings } from './pinned-settings.ts';
import { AddressPool } from './pool.ts';
import { isConnectionLoss, warehouseError } from './warehouse-error.ts';

/** One merchant's schema in a Postgres database. */
export interface Warehouse {
  /** Bare connections. They know nothing of the schema: what touches it goes through {@link Warehouse.begin}. */
  readonly pool: pg.Pool;
  /** The merchant's name. */
  readonly schema: string;
  /** Its connection URL; it holds the password, so it is not for showing. */
  readonly url: string;
  /**
   * Runs one query in a transaction of its own.
   *
   * @throws WarehouseError
   */
  query<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /**
   * Begins a transaction that sees the merchant's schema alone; whoever asks for it ends it.
   *
   * @throws WarehouseError
   */
  begin(options?: TransactionOptions): Promise<OpenTransaction>;
  /** Rolls back all that is under way but the run's lock; whoever waits for an answer gets `reason`. */
  breakOff(reason: Error): void;
  close(): Promise<void>;
}

export interface WarehouseOptions {
  /** `postgres://user:password@host:port/database`. */
  readonly url: string;
  readonly schema: string;
  /** Connections at most. */
  readonly connections: number;
  /** Whether somebody waits for an answer on the screen, who should rather hear that there is none. */
  readonly isForLooking?: boolean;
}

export interface TransactionOptions {
  readonly isolation?: TransactionSettings['isolation'];
  /** Another transaction's snapshot to read from; needs `repeatable read`. */
  readonly snapshot?: string;
  readonly lockTimeoutMs?: number;
  /** The server rolls it back when it has heard nothing for so long. */
  readonly idleTimeoutMs?: number;
  /** Broken off when it has not ended after so long. */
  readonly endWithinMs?: number;
  /** Whether {@link Warehouse.breakOff} leaves it alone. */
  readonly isKept?: boolean;
}

const CONNECT_TIMEOUT_MS = 10_000;
/** Long enough for our own transactions to get out of each other's way. */
const LOCK_TIMEOUT_MS = { working: 10_000, looking: 5_000 };
/** A pull waits for Heartland in its transaction; much longer than that means that nobody is there any more. */
const IDLE_TIMEOUT_MS = 6 * 3_600_000;
/** While a run works its lock is watched all the time, which finds a server that does not answer. */
const END_WITHIN_MS = { query: 60_000, transaction: 300_000 };
/** An idle connection may have been closed by the server or a firewall; one that was just made has not. */
const BEGIN_ATTEMPTS = 3;
const CLOSE_WITHIN_MS = 2000;

/** Opens a pool of connections. Connects when first used. */
export function openWarehouse(options: WarehouseOptions): Warehouse {
  const { url, schema, connections, isForLooking = false } = options;
  const clients = new Set<pg.Client>();
  const transactions = new Map<OpenTransaction, { readonly isKept: boolean }>();
  let broken = Promise.withResolvers<never>();
  broken.promise.catch(() => {});
  const pool = new AddressPool(url, {
    max: connections,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    // Firewalls forget connections that say nothing for a while.
    keepAlive: true,
    keepAliveInitialDelayMillis: 30_000,
    application_name: 'tillstream',
    Client: trackedIn(clients),
  });
  // A broken idle connection is replaced by the pool; the next query tells if the server is really gone.
  pool.on('error', () => {});
  // The same while a connection is in use but waits for us, as between two pages: its next query says it.
  pool.on('connect', client => client.on('error', () => {}));
  const watch = new LockWatch(pool);
  const lockTimeoutMs = isForLooking ? LOCK_TIMEOUT_MS.looking : LOCK_TIMEOUT_MS.working;
  const warehouse: Warehouse = { pool, schema, url, query, begin, breakOff, close };
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

  async function begin(asked: TransactionOptions = {}): Promise<OpenTransaction> {
    const { isolation = 'read committed', snapshot, isKept = false } = asked;
    const settings: TransactionSettings = {
      schema,
      isolation,
      snapshot,
      lockTimeoutMs: asked.lockTimeoutMs ?? lockTimeoutMs,
      idleTimeoutMs: asked.idleTimeoutMs ?? IDLE_TIMEOUT_MS,
    };
    const endWithinMs = asked.endWithinMs ?? (isForLooking ? END_WITHIN_MS.transaction : undefined);
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
            transactions.set(opening, { isKept });
          },
        );
      } catch (error) {
        // Nothing has been done yet.
        if (attempt === BEGIN_ATTEMPTS || !isConnectionLoss(error)) throw error;
      }
    }
  }

  /** A connection from the pool; one that comes when nobody waits any more goes back. */
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

  function breakOff(reason: Error): void {
    for (const [transaction, { isKept }] of [...transactions])
      if (!isKept) transaction.abandon(reason);
    broken.reject(reason);
    broken = Promise.withResolvers<never>();
    broken.promise.catch(() => {});
  }

  /** A server that does not answer does not say good-bye either: then its connections are cut. */
  async function close(): Promise<void> {
    const cut = Promise.withResolvers<void>();
    const timer = setTimeout(() => {
      for (const client of clients) client.connection.stream.destroy();
      cut.resolve();
    }, CLOSE_WITHIN_MS);
    const gone = [...clients].map(client => new Promise(resolve => client.once('end', resolve)));
    await Promise.race([pool.end().then(() => Promise.all(gone)), cut.promise]);
    clearTimeout(timer);
  }
}

/** A client that is in `clients` from the moment it begins to connect until it is gone. */
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
 * Nothing of it is seen by others before the end.
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
    // What the commit answers is not for the reader; what came before it is held back until it is certain.
    toArray(),
    mergeMap(results => results.slice(0, -1) as T[]),
    catchError(error => throwError(() => open.explain(error))),
  );
}
