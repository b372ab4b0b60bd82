import type { Json } from '../decimal.ts';
import type { Rows } from './rows.ts';

/** Rows from `start` up to, not including, `end`, and the filters that are left to ask of them. */
export interface IdRange {
  readonly start: number;
  readonly end: number;
  readonly left: readonly Json[];
}

/**
 * Takes the bounds on `id` out of the filters: rows lie in the order of their ids, so these need not be asked row by row,
 * which over millions of transactions would be most of the work of a page.
 */
export function idRange(filters: readonly Json[], rows: Rows): IdRange {
  let start = 0;
  let end = rows.count;
  const left: Json[] = [];
  for (const filter of filters.flatMap(parts)) {
    const bound = boundOf(filter);
    if (bound === undefined) {
      left.push(filter);
      continue;
    }
    const [op, id] = bound;
    if (op === '$gt') start = Math.max(start, firstAbove(rows, id));
    if (op === '$gte') start = Math.max(start, firstAbove(rows, id - 1));
    if (op === '$lt') end = Math.min(end, firstAbove(rows, id - 1));
    if (op === '$lte') end = Math.min(end, firstAbove(rows, id));
  }
  return { start, end: Math.max(start, end), left };
}

/** One filter object as several that must all hold: by field, and for `id` by operator. */
function parts(filter: Json): Json[] {
  if (typeof filter !== 'object' || filter === null || Array.isArray(filter)) return [filter];
  return Object.entries(filter).flatMap(([name, condition]: [string, Json]): Json[] =>
    name === 'id' &&
    typeof condition === 'object' &&
    condition !== null &&
    !Array.isArray(condition)
      ? Object.entries(condition).map(([op, value]) => ({ id: { [op]: value } }))
      : [{ [name]: condition }],
  );
}

function boundOf(filter: Json): [string, number] | undefined {
  if (typeof filter !== 'object' || filter === null || !('id' in filter)) return undefined;
  const [[op, value] = ['', null]] = Object.entries(filter.id as Record<string, Json>);
  const id = Number(value);
  const isBound = ['$gt', '$gte', '$lt', '$lte'].includes(op) && typeof value !== 'object';
  return isBound && Number.isInteger(id) ? [op, id] : undefined;
}

function firstAbove(rows: Rows, id: number): number {
  const read = rows.column('id');
  let low = 0;
  let high = rows.count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (Number(read(middle)) > id) high = middle;
    else low = middle + 1;
  }
  return low;
}
