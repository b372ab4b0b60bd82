import type { Stream } from '../sources/heartland/stream.ts';
import type { Work } from './work.ts';

/**
 * The first run that pulled a stream by the definition it has now: what earlier runs pulled answers another question,
 * and is due again. Notes the definition when it is a new one.
 */
export async function firstRunOf({ warehouse, runId }: Work, stream: Stream): Promise<string> {
  const { walk } = stream;
  if (walk.kind !== 'by_page' || walk.slicedBy === 'nothing' || walk.definition === undefined) {
    return '0';
  }
  const [known] = await warehouse.query<{ position: string; run_id: string }>(
    'select position, run_id from _cursors where stream = $1',
    [stream.name],
  );
  if (known?.position === walk.definition) return known.run_id;
  await warehouse.query(
    `insert into _cursors (stream, position, run_id) values ($1, $2, $3)
     on conflict (stream) do update set position = excluded.position, run_id = excluded.run_id`,
    [stream.name, walk.definition, runId],
  );
  return runId;
}
