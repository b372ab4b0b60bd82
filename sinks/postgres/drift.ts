import type { Queryable } from './pull-connection.ts';
import { statement } from './statement.ts';

/** Writes down the fields that came and that the catalogue does not know; their values are in `_extra`. */
export async function noteDrift(
  client: Queryable,
  stream: string,
  fields: ReadonlySet<string>,
  runId: string,
): Promise<void> {
  if (fields.size === 0) return;
  await client.query(statement('warehouse/note-drift'), [stream, runId, [...fields]]);
}
