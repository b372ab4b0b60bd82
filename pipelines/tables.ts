import type { TableDescription } from '../sinks/postgres/migrate.ts';
import { catalogue } from '../sources/heartland/catalogue.ts';
import type { Stream } from '../sources/heartland/stream.ts';
import { columnsOf } from '../transforms/columns.ts';

/** The table that a stream's rows go to. */
export function tableOf({ name, about, key, row }: Stream): TableDescription {
  return { name, about, key, columns: columnsOf(row) };
}

/** The table that the lines of a stream's rows go to, where it has lines. */
export function linesTableOf({ lines }: Stream): TableDescription | undefined {
  return (
    lines && { name: lines.name, about: lines.about, key: ['id'], columns: columnsOf(lines.row) }
  );
}

/** Every table of the warehouse that holds Heartland's data. */
export function allTables(streams: readonly Stream[] = catalogue): readonly TableDescription[] {
  return streams
    .flatMap(stream => [tableOf(stream), linesTableOf(stream)])
    .filter(table => table !== undefined);
}
