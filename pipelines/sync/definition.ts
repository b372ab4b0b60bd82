import type { ChildStream, Stream } from '../../sources/heartland/streams/stream.ts';
import type { Work } from '../run/work.ts';

/**
 * Finds the first run that pulled a stream by its current definition, and records a new definition.
 *
 * Rows pulled by earlier runs are due again: they lack columns, answer another request, or begin at another date.
 *
 * @returns the run's id; 0 if the configuration does not and never did define the stream
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
  const limits = [own, ...children].filter(isLimited).map(({ name, include, exclude }) => ({
    name,
    include,
    exclude,
  }));
  // Unless it is configured, the start of the history moves every month, which makes nothing due.
  const from = walk.kind === 'by_key' && walk.fromHistoryStart ? historyFrom : undefined;
  const parts = [...limits, ...(from === undefined ? [] : [{ from }])];
  return parts.length === 0 ? '' : JSON.stringify(parts);
}

function isLimited({ include, exclude }: Pick<ChildStream, 'include' | 'exclude'>): boolean {
  return include !== undefined || exclude !== undefined;
}
