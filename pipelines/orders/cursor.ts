import type pg from 'pg';

/** Rows in memory at a time. */
const BATCH = 2000;

/**
 * The rows of a cursor that is open in the client's transaction, a batch at a time; closed when they are read.
 * Other statements may run in between, which a cursor of the driver would not allow.
 */
export async function* rowsOfCursor<Row extends pg.QueryResultRow>(
  client: pg.PoolClient,
  cursor: 'locally_item_master' | 'locally_products' | 'upc_field',
): AsyncGenerator<readonly Row[]> {
  for (;;) {
    const { rows } = await client.query<Row>(`fetch ${BATCH} from ${cursor}`);
    if (rows.length > 0) yield rows;
    if (rows.length < BATCH) break;
  }
  await client.query(`close ${cursor}`);
}
