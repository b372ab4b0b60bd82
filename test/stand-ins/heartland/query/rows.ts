import type { Json, JsonRecord } from '../decimal.ts';
import { formatInstant, type Instant } from '../ledger/calendar.ts';
import { invalid } from '../refusal.ts';

/** Something that can be searched: so many rows, each readable field by field or whole. */
export interface Rows {
  readonly count: number;
  /** Reads one field of any row; throws {@link invalid} when there is no such field. */
  column(name: string): (row: number) => Json;
  record(row: number): JsonRecord;
  /** Reads a field that is a moment as milliseconds, where that is cheaper than through its text. */
  instant?(name: string): ((row: number) => number) | undefined;
}

/** The keys of a record in the API's order, and how each is read off a document. */
export type Fields<T> = Readonly<Record<string, (document: T) => Json>>;

const instants = new WeakMap<object, (document: never) => Instant>();

/** A field that shows a moment; a filter compares the moment itself, not its text. */
export function instantField<T>(at: (document: T) => Instant): (document: T) => Json {
  const read = (document: T) => formatInstant(at(document));
  instants.set(read, at);
  return read;
}

/** Booleans that are stored: shown with a question mark, filtered without. Others with a `?` are computed. */
const STORED_FLAGS = new Set([
  'active',
  'allow_fractional_qty',
  'prompt_for_price',
  'prompt_for_description',
  'use_dynamic_margin',
  'track_inventory',
  'available_online',
]);

export function rowsOf<T>(documents: readonly T[], fields: Fields<T>): Rows {
  return {
    count: documents.length,
    column: name => {
      const read = fieldOf(fields, name);
      return row => read(documents[row]!);
    },
    record: row => recordOf(documents[row]!, fields),
    instant: name => {
      const read = fields[name];
      const at = read && (instants.get(read) as ((document: T) => Instant) | undefined);
      return at && (row => at(documents[row]!));
    },
  };
}

export function recordOf<T>(document: T, fields: Fields<T>): JsonRecord {
  const record: Record<string, Json> = {};
  for (const key in fields) record[key] = fields[key]!(document);
  return record;
}

/** Fields that can be filtered and sorted by, and are not shown. */
export function hidden<T>(shown: Fields<T>, others: Fields<T>): Fields<T> {
  const all: Record<string, (document: T) => Json> = { ...shown };
  for (const [name, value] of Object.entries(others))
    Object.defineProperty(all, name, { value, enumerable: false });
  return all;
}

/** How a field is read that a filter or a sort names. */
export function fieldOf<T>(fields: Fields<T>, name: string): (document: T) => Json {
  // The custom values of an item grid are its items': `item_custom@brand`.
  const [, column, key] = /^((?:item_)?custom)@(.+)$/.exec(name) ?? [];
  if (column !== undefined && key !== undefined) {
    const custom = fields[column];
    if (custom === undefined) throw unknownField(name);
    return document => {
      const values = custom(document);
      return (values as { readonly [key: string]: Json } | null)?.[key] ?? null;
    };
  }
  if (name.endsWith('?'))
    throw invalid(`${name} is computed and cannot be filtered on.`, { field: name });
  const read = fields[name] ?? (STORED_FLAGS.has(name) ? fields[`${name}?`] : undefined);
  if (read === undefined) throw unknownField(name);
  return read;
}

export function unknownField(name: string): Error {
  return invalid(`Unknown field: ${name}.`, { field: name });
}
