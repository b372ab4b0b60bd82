import type pg from 'pg';
import { type Names, statement } from '../../../sinks/postgres/statement.ts';

/** Asks a statement of `sql/exports/management-one/`. */
export async function ask<Row extends object>(
  client: pg.PoolClient,
  file: string,
  values: readonly unknown[] = [],
  names: Names = {},
): Promise<Row[]> {
  const { rows } = await client.query<Row & pg.QueryResultRow>(
    statement(`exports/management-one/${file}`, names),
    [...values],
  );
  return rows;
}
