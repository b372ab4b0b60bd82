import type { TableDescription } from '../../sinks/postgres/migrate.ts';
import type { ChildStream, Stream } from '../../sources/heartland/streams/stream.ts';
import { columnsOf } from '../../transforms/columns.ts';

/** The table of a stream, or of the children of its records. */
export function tableOf(stream: Stream | ChildStream): TableDescription {
  const { name, about, key, row } = stream;
  return {
    ...{ name, about, key, columns: columnsOf(row) },
    ...('parentKey' in stream && { parentKey: stream.parentKey }),
    hasChildren: 'children' in stream && (stream.children ?? []).length > 0,
  };
}

/** Every table of these streams. */
export function allTables(streams: readonly Stream[]): readonly TableDescription[] {
  return streams.flatMap(stream => [stream, ...(stream.children ?? [])].map(tableOf));
}
