import type { ChildStream, Stream } from '../../sources/heartland/streams/stream.ts';
import { columnsOf } from '../../transforms/columns.ts';

/** A column that names a row of another table. */
export interface Reference {
  readonly from: string;
  readonly column: string;
  readonly to: string;
  readonly key: string;
}

/** Where a column's name does not say which table it points to. */
const MEANT: Readonly<Record<string, string>> = {
  'receipts.order_id': 'purchase_orders',
  'receipt_lines.order_line_id': 'purchase_order_lines',
  'transfers.purchasing_receipt_id': 'receipts',
};

/**
 * Which columns point to which tables, from the catalogue: a child's parent by its entry, `…_location_id` to
 * `locations` and so on by name, location and item numbers to their public ids. Who made or changed a record is left
 * out: nearly every table has that.
 */
export function referencesOf(streams: readonly Stream[]): readonly Reference[] {
  const tables = streams.flatMap(stream => [
    { table: stream as Stream | ChildStream, parent: undefined as Reference | undefined },
    ...(stream.children ?? []).map(child => ({
      table: child as Stream | ChildStream,
      parent: { from: child.name, column: child.parentKey, to: stream.name, key: 'id' },
    })),
  ]);
  const names = new Set(tables.map(({ table }) => table.name));
  return tables.flatMap(({ table, parent }) =>
    columnsOf(table.row).flatMap(({ name: column }): Reference[] => {
      if (/^(created|updated)_by_user_id$/.test(column)) return [];
      if (parent?.column === column) return [parent];
      if (column === 'location_number')
        return [{ from: table.name, column, to: 'locations', key: 'public_id' }];
      if (column === 'item_number')
        return [{ from: table.name, column, to: 'items', key: 'public_id' }];
      const to = MEANT[`${table.name}.${column}`] ?? namedBy(column, names);
      return to === undefined ? [] : [{ from: table.name, column, to, key: 'id' }];
    }),
  );
}

/** `receive_at_location_id` names `locations`: the longest end of the name that is a table's. */
function namedBy(column: string, tables: ReadonlySet<string>): string | undefined {
  const words = /^(\w+)_id$/.exec(column)?.[1]?.split('_') ?? [];
  return words
    .map((_, index) => `${words.slice(index).join('_')}s`)
    .find(candidate => tables.has(candidate));
}

/** The diagram as Markdown with mermaid, which GitHub and most editors draw. */
export function diagramOf(streams: readonly Stream[]): string {
  const references = referencesOf(streams);
  const edges = references.map(
    ({ from, column, to, key }) =>
      `  ${to} |o--o{ ${from} : "${key === 'id' ? column : `${column} = ${key}`}"`,
  );
  const alone = streams
    .flatMap(stream => [stream, ...(stream.children ?? [])])
    .filter(({ name }) => !references.some(({ from, to }) => from === name || to === name))
    .map(({ name }) => `  ${name}`);
  return `${[
    '# How the tables belong together',
    '<!-- Written by `npm run docs` from the stream catalogue. Do not edit. -->',
    'Each line goes from a table to one whose rows name it, with the column that does. Join on it, as `purchase_order_lines.order_id = purchase_orders.id`. The database enforces none of them: a document may name an item that was deleted since. Who made or changed a record (`created_by_user_id`, `updated_by_user_id`) is not drawn. The views (see the [data dictionary](data-dictionary.md)) have the usual joins made already.',
    ['```mermaid', 'erDiagram', ...edges, ...alone, '```'].join('\n'),
  ].join('\n\n')}\n`;
}
