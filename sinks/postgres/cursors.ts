import type { Queryable } from './pull-connection.ts';
import type { Warehouse } from './warehouse.ts';

/** How far an incremental stream was read. */
export interface Cursor {
  /** An instant as ISO 8601, or an id, whichever the stream is read by. */
  readonly position: string;
  /** When all keys were last compared, which finds deletions; undefined if never. */
  readonly sweptAt: Date | undefined;
  /** The run that moved it last. */
  readonly runId: string;
}

/** The stream's cursor, or undefined before its first complete pull. */
export async function readCursor(
  warehouse: Warehouse,
  stream: string,
): Promise<Cursor | undefined> {
  const [row] = await warehouse.query<{ position: string; swept_at: Date | null; run_id: string }>(
    'select position, swept_at, run_id from _cursors where stream = $1',
    [stream],
  );
  return row && { position: row.position, sweptAt: row.swept_at ?? undefined, runId: row.run_id };
}

/**
 * Moves the cursor, in the transaction that merged the rows it stands for.
 *
 * @param sweptAt when all keys were compared, if this pull did; by this machine's clock, which later measures its age
 */
export async function moveCursor(
  client: Queryable,
  stream: string,
  position: string,
  sweptAt: Date | undefined,
  runId: string,
): Promise<void> {
  await client.query(
    `insert into _cursors (stream, position, swept_at, run_id)
     values ($1, $2, $3, $4)
     on conflict (stream) do update
        set position = excluded.position, swept_at = coalesce(excluded.swept_at, _cursors.swept_at),
            run_id = excluded.run_id`,
    [stream, position, sweptAt, runId],
  );
}
