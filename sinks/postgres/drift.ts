import { whyNotStorable } from '../../transforms/copy-text.ts';
import type { Queryable } from './pull-connection.ts';
import { statement } from './statement.ts';

/** Characters of a name that are noted; it is part of a key. */
const LONGEST = 200;

function shortened(field: string): string {
  return field.length <= LONGEST ? field : `${field.slice(0, LONGEST).toWellFormed()}…`;
}

/** Writes down the fields that came and that the catalogue does not know; their values are in `_extra`. */
export async function noteDrift(
  client: Queryable,
  stream: string,
  fields: ReadonlySet<string>,
  runId: string,
): Promise<void> {
  // A row with a field whose name cannot be stored is in quarantine.
  const names = [...fields].filter(field => whyNotStorable(field) === undefined).map(shortened);
  if (names.length === 0) return;
  await client.query(statement('warehouse/note-drift'), [stream, runId, names]);
}
