import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { defer, from, type Observable, switchMap } from 'rxjs';
import { transaction, type Warehouse } from './warehouse.ts';

/** Two connections, each in a transaction of its own, that see the same moment of the warehouse. */
export type ConnectionPair = readonly [one: pg.PoolClient, other: pg.PoolClient];

/**
 * Runs `job` with two connections that see the same moment of the warehouse, so that two processors of the server share
 * the work (PostgreSQL, Snapshot Synchronization Functions). Both are committed when `job` is through, and both rolled
 * back when it fails or nobody waits for it any more. What one of them writes the other does not see; of a temporary
 * table each has its own, see {@link handOver}.
 *
 * @returns what `job` came to, once it is committed
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

/** Adds what one connection has in a temporary table to the table of that name of the other. */
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

/** Lets another transaction see what this one does, for as long as it lasts. */
async function exportSnapshot(client: pg.PoolClient): Promise<string> {
  const { rows } = await client.query<{ snapshot: string }>(
    'select pg_export_snapshot() as snapshot',
  );
  return rows[0]!.snapshot;
}
