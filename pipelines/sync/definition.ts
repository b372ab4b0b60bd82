import type { ChildStream, Stream } from '../../sources/heartland/streams/stream.ts';
import type { Work } from '../run/work.ts';

/**
 * The first run that pulled a stream by the definition it has now: what earlier runs pulled lacks columns that are
 * wanted now, answers another question, or begins elsewhere in the history, and is due again. Notes the definition when it
 * is a new one.
 *
 * @returns the run's id; 0 where nothing limits or defines the stream, nor ever did
 */
export async function firstRunOf(work: Work, stream: Stream): Promise<bigint> {
  const { warehouse, runId } = work;
  const definition = definitionOf(stream, work.configuration.history.from);
  const [known] = await warehouse.query<{ definition: string; run_id: string }>(
    'select definition, run_id from _stream_definitions where stream = $1',
    [stream.name],
  );
  if (known === undefined && definition === '') return 0n;
  if (known?.definition === definition) return BigInt(known.run_id);
  await warehouse.query(
    `insert into _stream_definitions (stream, definition, run_id) values ($1, $2, $3)
     on conflict (stream) do update set definition = excluded.definition, run_id = excluded.run_id`,
    [stream.name, definition, runId],
  );
  return BigInt(runId);
}

function definitionOf(
  { walk, children = [], ...own }: Stream,
  historyFrom: string | undefined,
): string {
  if (walk.kind === 'by_page' && walk.slicedBy !== 'nothing') return walk.definition ?? '';
  const limits = [own, ...children].filter(isLimited).map(({ name, only, never }) => ({
    name,
    only,
    never,
  }));
  // Where nothing is said, the history begins later every month, which makes nothing due.
  const from = walk.kind === 'by_key' && walk.fromHistoryStart ? historyFrom : undefined;
  const parts = [...limits, ...(from === undefined ? [] : [{ from }])];
  return parts.length === 0 ? '' : JSON.stringify(parts);
}

function isLimited({ only, never }: Pick<ChildStream, 'only' | 'never'>): boolean {
  return only !== undefined || never !== undefined;
}
