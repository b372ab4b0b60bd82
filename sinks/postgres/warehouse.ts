import pg from 'pg';
import {
  catchError,
  concat,
  defer,
  mergeMap,
  Observable,
  skip,
  switchMap,
  throwError,
  toArray,
} from 'rxjs';
import { warehouseError } from './warehouse-error.ts';

/** One merchant's schema in a Postgres database. */
export interface Warehouse {
  readonly pool: pg.Pool;
  /** The merchant's name. */
  readonly schema: string;
  /** Its connection URL; it holds the password, so it is not for showing. */
  readonly url: string;
  /**
   * Runs a query outside of any transaction.
   *
   * @throws WarehouseError
   */
  query<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

export interface WarehouseOptions {
  /** `postgres://user:password@host:port/database`. */
  readonly url: string;
  readonly schema: string;
  /** Connections at most. */
  readonly connections: number;
}

/** Opens a pool whose connections see the merchant's schema alone. Connects when first used. */
export function openWarehouse({ url, schema, connections }: WarehouseOptions): Warehouse {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: 10_000,
    // One connection holds the merchant's lock and says nothing for hours: firewalls forget such connections.
    keepAlive: true,
    application_name: 'tillstream',
    // Instants without an offset are UTC in Heartland's answers; the exports must not depend on a server's setting.
    onConnect: async client => {
      await client.query(
        `set search_path to ${pg.escapeIdentifier(schema)}; set timezone to 'UTC'; set client_min_messages to warning`,
      );
    },
  });
  // A broken idle connection is replaced by the pool; the next query tells if the server is really gone.
  pool.on('error', () => {});
  // The same while a connection is in use but waits for us, as between two pages: its next query says it.
  pool.on('connect', client => client.on('error', () => {}));
  return {
    pool,
    schema,
    url,
    query: async (text, values = []) => {
      try {
        return (await pool.query(text, [...values])).rows;
      } catch (error) {
        throw warehouseError(error, url);
      }
    },
    close: () => pool.end(),
  };
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
): Observable<T> {
  return connection(warehouse.pool).pipe(
    switchMap(client => committing(client, work)),
    catchError(error =>
      throwError(() => warehouseError(error, warehouse.pool.options.connectionString)),
    ),
  );
}

/** A connection from the pool, for the subscriber to release; one that comes when nobody waits any more goes back. */
function connection(pool: pg.Pool): Observable<pg.PoolClient> {
  return new Observable(subscriber => {
    pool.connect().then(
      client => {
        if (subscriber.closed) client.release();
        subscriber.next(client);
        subscriber.complete();
      },
      error => subscriber.error(error),
    );
  });
}

function committing<T>(
  client: pg.PoolClient,
  work: (client: pg.PoolClient) => Observable<T>,
): Observable<T> {
  return new Observable(subscriber => {
    let open = true;
    // Destroying the connection is the one sure way back: Postgres rolls back, whatever was going on in it.
    const abandon = () => {
      if (open) client.release(true);
      open = false;
    };
    const commit = async () => {
      await client.query('commit');
      open = false;
      client.release();
    };
    const steps = concat(
      client.query('begin'),
      defer(() => work(client)),
      defer(commit),
    ).pipe(
      skip(1),
      // What the commit answers is not for the reader; what came before it is held back until it is certain.
      toArray(),
      mergeMap(results => results.slice(0, -1) as T[]),
    );
    const running = steps.subscribe(subscriber);
    return () => {
      running.unsubscribe();
      abandon();
    };
  });
}
