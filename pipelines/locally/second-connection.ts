import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { defer } from 'rxjs';
import { transaction } from '../../sinks/postgres/warehouse.ts';
import { untilAborted } from '../stopping.ts';
import type { Work } from '../work.ts';

/**
 * Runs `job` with a second connection that sees the warehouse as `client`'s transaction does, so that two processors
 * share the work. What it writes is its own: temporary tables, gone when the job ends.
 */
export async function withSecondConnection<T>(
  work: Work,
  client: pg.PoolClient,
  signal: AbortSignal,
  job: (second: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const { rows } = await client.query<{ id: string }>('select pg_export_snapshot() as id');
  let working: Promise<unknown> = Promise.resolve();
  try {
    return await untilAborted(
      transaction(work.warehouse, second =>
        defer(() => {
          const ended = seeTheSame(second, rows[0]!.id).then(() => job(second));
          working = ended;
          return ended;
        }),
      ),
      signal,
      'Making the feed',
    );
  } finally {
    // After an abort the last write to disk may still be under way.
    await working.catch(() => {});
  }
}

async function seeTheSame(second: pg.PoolClient, snapshot: string): Promise<void> {
  await second.query('set transaction isolation level repeatable read');
  await second.query(`set transaction snapshot '${snapshot}'`);
}

/** Adds what one connection has in a temporary table to the table of that name of the other. */
export async function handOver(
  table: string,
  from: pg.PoolClient,
  to: pg.PoolClient,
): Promise<void> {
  await pipeline(
    from.query(copyTo(`copy ${table} to stdout (format binary)`)),
    to.query(copyFrom(`copy ${table} from stdin (format binary)`)),
  );
}
