import type { Json } from '../decimal.ts';
import { invalid } from '../refusal.ts';

/** Keys that steer an answer and are no field to compare. */
const STEERING = new Set([
  'page',
  'per_page',
  'sort',
  'query',
  '_filter',
  '~',
  '_include',
  '_only',
]);

/** Values of `name` and `name[]`, in the order written. */
export function valuesOf(query: URLSearchParams, name: string): string[] {
  return [...query]
    .filter(([key]) => key === name || key === `${name}[]`)
    .map(([, value]) => value);
}

/** JSON out of the query string. */
export function parseJson(text: string, name: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw invalid(`${name} is not JSON.`, { [name]: text });
  }
}

/**
 * Everything in a query that narrows the rows, as one list of filters that must all hold: `_filter` and `~` as JSON, as
 * an array of JSON, or spelt out in brackets; and plain `field=value` for fields there are. A plain name there is not
 * is passed over.
 */
export function filtersOf(query: URLSearchParams, hasField: (name: string) => boolean): Json[] {
  const filters: Json[] = [];
  for (const [key, value] of query) {
    const bracketed = /^(?:_filter|~)((?:\[[^\]]*\])*)$/.exec(key);
    if (bracketed === null) {
      const name = key.replace(/\[\]$/, '');
      if (!STEERING.has(name) && hasField(name)) filters.push({ [name]: { $eq: value } });
      continue;
    }
    const path = [...bracketed[1]!.matchAll(/\[([^\]]*)\]/g)].map(match => match[1]!);
    if (path.length === 0 || (path.length === 1 && path[0] === ''))
      filters.push(parseJson(value, '_filter'));
    else filters.push(nest(path, value));
  }
  return gatherLists(filters);
}

/** `[price][$gt]=5` → `{price: {$gt: "5"}}`; a last `[]` makes a list. */
function nest(path: readonly string[], value: string): Json {
  const [head, ...rest] = path;
  if (head === undefined) return value;
  if (head === '' && rest.length === 0) return [value];
  return { [head]: nest(rest, value) };
}

/** Joins the lists that arrive one value at a time: `[id][$in][]=1&[id][$in][]=2`. */
function gatherLists(filters: readonly Json[]): Json[] {
  const gathered: Json[] = [];
  const lists = new Map<string, Json[]>();
  for (const filter of filters) {
    const [path, list] = listIn(filter);
    const before = path === undefined ? undefined : lists.get(path);
    if (before !== undefined) {
      before.push(...list);
      continue;
    }
    if (path !== undefined) lists.set(path, list);
    gathered.push(filter);
  }
  return gathered;
}

function listIn(filter: Json): [string, Json[]] | [undefined, []] {
  const path: string[] = [];
  let at: Json = filter;
  while (typeof at === 'object' && at !== null && !Array.isArray(at)) {
    const entries: [string, Json][] = Object.entries(at);
    if (entries.length !== 1) return [undefined, []];
    path.push(entries[0]![0]);
    at = entries[0]![1];
  }
  return Array.isArray(at) && path.length > 0 ? [path.join('\n'), at as Json[]] : [undefined, []];
}
