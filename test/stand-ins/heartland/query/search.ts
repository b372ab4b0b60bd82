import type { Json, JsonRecord } from '../decimal.ts';
import { stored } from './cell.ts';
import { compileFilter } from './filter.ts';
import { idRange } from './id-range.ts';
import { parseSort, sortRows } from './order.ts';
import { cutPage, type Drift, type Page, pagingOf } from './page.ts';
import { filtersOf, valuesOf } from './params.ts';
import type { Rows } from './rows.ts';

/** What an answer depends on besides the question. */
export interface Circumstances {
  /** Most rows a page may hold. */
  readonly perPageCap: number;
  /** Counts requests, so that an order nobody asked for is another one each time. */
  readonly turn: number;
  readonly drift: Drift;
}

/** Finds, sorts and pages the records of a collection; without a sort, in the order of their ids. */
export function search(
  rows: Rows,
  query: URLSearchParams,
  circumstances: Circumstances,
  widen: (record: JsonRecord, row: number) => JsonRecord = record => record,
): Page<JsonRecord> {
  const filters = filtersOf(query, name => hasColumn(rows, name));
  const text = query.get('query');
  const { start, end, left } = idRange(filters, rows);
  let found: number[] | undefined;
  if (left.length > 0 || text !== null) {
    const passes = compileFilter(left, rows);
    const reads = text === null ? () => true : readsLike(rows, text);
    found = [];
    for (let row = start; row < end; row++) if (passes(row) && reads(row)) found.push(row);
  }
  const sort = parseSort(valuesOf(query, 'sort'));
  if (sort.length > 0 && !(sort[0]!.name === 'id' && !sort[0]!.descends)) {
    found ??= Array.from({ length: end - start }, (_, n) => start + n);
    found = sortRows(found, rows, sort, circumstances.turn);
  }
  const only = onlyOf(query);
  const order = found;
  return cutPage(
    order?.length ?? end - start,
    pagingOf(query, circumstances.perPageCap),
    circumstances.drift,
    place => {
      const row = order === undefined ? start + place : order[place]!;
      return narrow(widen(rows.record(row), row), only);
    },
  );
}

/** The keys asked for with `_only[]`, and what is to be embedded besides; nothing when all are wanted. */
export function onlyOf(query: URLSearchParams): string[] {
  const only = valuesOf(query, '_only').flatMap(names => names.split(','));
  return only.length === 0 ? [] : [...only, ...valuesOf(query, '_include')];
}

/** Keeps only the keys asked for. */
export function narrow(record: JsonRecord, only: readonly string[]): JsonRecord {
  if (only.length === 0) return record;
  const kept: Record<string, Json> = {};
  for (const name of only)
    for (const key of [name, `${name}?`]) if (key in record) kept[key] = record[key]!;
  return kept;
}

function hasColumn(rows: Rows, name: string): boolean {
  try {
    rows.column(name);
    return true;
  } catch {
    // A computed key is one the API refuses, not one it does not know.
    return name.endsWith('?');
  }
}

/** Full text: every word asked for begins a word of the record. */
function readsLike(rows: Rows, text: string): (row: number) => boolean {
  const wanted = text.toLowerCase().split(/\s+/).filter(Boolean);
  const columns = ['public_id', 'description', 'name'].filter(name => hasColumn(rows, name));
  return row => {
    const words = columns
      .map(name => String(stored(rows.column(name)(row), 'text') ?? ''))
      .join(' ')
      .toLowerCase()
      .split(/\s+/);
    return wanted.every(begin => words.some(word => word.startsWith(begin)));
  };
}
