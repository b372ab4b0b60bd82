import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { defer, from, type Observable, switchMap } from 'rxjs';
import { transaction, type Warehouse } from './warehouse.ts';

/** Two connections in separate transactions with the same snapshot of the warehouse. */
export type ConnectionPair = readonly [one: pg.PoolClient, other: pg.PoolClient];

/**
 * Runs `job` with two connections that share a snapshot, so that two processors of the server share the work.
 *
 * Both are committed when `job` succeeds, and both rolled back when it fails or is unsubscribed from. Neither sees what the
 * other writes; each has its own temporary tables, see {@link handOver} (PostgreSQL, Snapshot Synchronization Functions).
 *
 * @returns the result of `job`, once it is committed
 */
export function onOneSnapshot<T>(
  warehouse: Warehouse,
  job: (pair: ConnectionPair) => Promise<T>,
): Observable<T> {
  const isolation = 'repeatable read';
  return transaction(
    warehouse,
    one =>
      defer(() => from(exportSnapshot(one))).pipe(
        switchMap(snapshot =>
          transaction(warehouse, other => defer(() => job([one, other])), { isolation, snapshot }),
        ),
      ),
    { isolation },
  );
}

/** Copies the rows of one connection's temporary table to the other's table of that name. */
export async function handOver(
  table: string,
  from: pg.PoolClient,
  to: pg.PoolClient,
): Promise<void> {
  const name = from.escapeIdentifier(table);
  await pipeline(
    from.query(copyTo(`copy ${name} to stdout (format binary)`)),
    to.query(copyFrom(`copy ${name} from stdin (format binary)`)),
  );
}

/** Exports the transaction's snapshot for another transaction, as long as this one is open. */
async function exportSnapshot(client: pg.PoolClient): Promise<string> {
  const { rows } = await client.query<{ snapshot: string }>(
    'select pg_export_snapshot() as snapshot',
  );
  return rows[0]!.snapshot;
}
