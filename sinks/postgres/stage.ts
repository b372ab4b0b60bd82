import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { defer, type Observable } from 'rxjs';
import type { TableDescription } from './migrate.ts';
import { statement } from './statement.ts';

/** A temporary table for the rows of one pull, seen by its transaction alone until they are merged. */
export interface Stage {
  readonly name: string;
  readonly table: TableDescription;
  create(): Promise<void>;
  /** Empties it, to pull the slice again. */
  clear(): Promise<void>;
  /** Writes one page of COPY text; completes when Postgres has it. */
  copy(text: string): Observable<never>;
  /** Rows that arrived and how many different keys they have. */
  count(): Promise<{ rows: number; keys: number }>;
  /** The highest id among the rows, undefined when there are none. */
  highestId(): Promise<string | undefined>;
}

/** Prepares the staging of one table inside the transaction that `client` is in. */
export function stageFor(client: pg.PoolClient, table: TableDescription): Stage {
  const name = `_stage_${table.name}`;
  const names = {
    stage: name,
    table: table.name,
    columns: table.columns.map(column => column.name),
    key: table.key,
  };
  return {
    name,
    table,
    create: async () => {
      await client.query(statement('warehouse/create-stage', names));
    },
    clear: async () => {
      await client.query(statement('warehouse/clear-stage', names));
    },
    copy: text =>
      defer(async () => {
        if (text === '') return;
        // One write a page: one a row was measured five times slower.
        await pipeline(
          Readable.from([text]),
          client.query(copyFrom(statement('warehouse/copy', names))),
        );
      }) as Observable<never>,
    count: async () => {
      await client.query(statement('warehouse/analyze-stage', names));
      const { rows } = await client.query<{ rows: number; keys: number }>(
        statement('warehouse/count-stage', names),
      );
      return rows[0]!;
    },
    highestId: async () => {
      const { rows } = await client.query<{ id: string | null }>(
        statement('warehouse/highest-id', names),
      );
      return rows[0]!.id ?? undefined;
    },
  };
}
