import type pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { statement } from '../../../sinks/postgres/statement.ts';
import { copiedRow } from '../../../transforms/copy-text.ts';
import type { Line } from '../../../transforms/management-one/line.ts';

/** Lines as they come from the warehouse, some at a time. */
export type Lines = AsyncIterable<readonly Line[]>;

/** Reads `_month_lines` of a transaction, in the order of the file; it asks for no more than the reader takes. */
export async function* copiedLines(client: pg.PoolClient): AsyncGenerator<readonly Line[]> {
  const rows = client.query(copyTo(statement('exports/management-one/copy-lines')));
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of rows) {
    const texts = (rest + decoder.decode(chunk as Buffer, { stream: true })).split('\n');
    rest = texts.pop()!;
    if (texts.length > 0) yield texts.map(copiedRow);
  }
}
