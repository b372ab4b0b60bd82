import type { Json } from '../decimal.ts';
import { invalid } from '../refusal.ts';
import { asked, type Comparable, compare, type Kind, kindOf, stored } from './cell.ts';
import type { Rows } from './rows.ts';

/** True, false, or unknown: as in SQL, nothing can be said of a comparison with null. */
type Truth = boolean | null;
type Test = (row: number) => Truth;

/**
 * Compiles a filter of the API's language against the rows it is for (Heartland API, Filtering). Only rows of which it is
 * true are found, so a null never passes `$neq`, `$nin` or `$gt`.
 */
export function compileFilter(filter: Json, rows: Rows): (row: number) => boolean {
  const test = compile(filter, rows);
  return row => test(row) === true;
}

function compile(filter: Json, rows: Rows): Test {
  if (Array.isArray(filter)) return every(filter.map(part => compile(part, rows)));
  if (typeof filter !== 'object' || filter === null)
    throw invalid('A filter must be a JSON object or an array of them.');
  return every(
    Object.entries(filter).map(([name, condition]) => {
      if (name === '$and' || name === '$or') {
        if (!Array.isArray(condition)) throw invalid(`${name} needs an array.`);
        const parts = condition.map((part: Json) => compile(part, rows));
        return name === '$and' ? every(parts) : some(parts);
      }
      return compileField(name, condition, rows);
    }),
  );
}

function every(tests: readonly Test[]): Test {
  if (tests.length === 1) return tests[0]!;
  return row => {
    let truth: Truth = true;
    for (const test of tests) {
      const one = test(row);
      if (one === false) return false;
      if (one === null) truth = null;
    }
    return truth;
  };
}

function some(tests: readonly Test[]): Test {
  return row => {
    let truth: Truth = false;
    for (const test of tests) {
      const one = test(row);
      if (one === true) return true;
      if (one === null) truth = null;
    }
    return truth;
  };
}

function compileField(name: string, condition: Json, rows: Rows): Test {
  const read = rows.column(name);
  if (Array.isArray(condition)) return operator('$in', name, condition, read, rows);
  if (typeof condition !== 'object' || condition === null || 'rawJSON' in condition)
    return operator('$eq', name, condition, read, rows);
  return every(
    Object.entries(condition).map(([op, value]) =>
      // On the wire an operator without its $ is no error: the condition just says nothing.
      op.startsWith('$') ? operator(op, name, value, read, rows) : () => true,
    ),
  );
}

const ORDERINGS: Readonly<Record<string, (order: number) => boolean>> = {
  $eq: order => order === 0,
  $neq: order => order !== 0,
  $gt: order => order > 0,
  $gte: order => order >= 0,
  $lt: order => order < 0,
  $lte: order => order <= 0,
};

function operator(
  op: string,
  name: string,
  value: Json,
  read: (row: number) => Json,
  rows: Rows,
): Test {
  if (op === '$in' || op === '$nin') {
    if (!Array.isArray(value)) throw invalid(`${op} needs an array.`, { field: name });
    return membership(op === '$in', name, value, read);
  }
  if (op === '$like') return like(String(value), read);
  const holds = ORDERINGS[op];
  if (holds === undefined) throw invalid(`Unknown operator: ${op}.`, { field: name });
  if (value === null && op === '$eq') return row => stored(read(row), 'text') === null;
  if (value === null && op === '$neq') return row => stored(read(row), 'text') !== null;
  const reference = typeof value === 'string' ? /^\{\{(.+)\}\}$/.exec(value)?.[1] : undefined;
  if (reference !== undefined) {
    const other = rows.column(reference);
    return row => {
      const raw = read(row);
      const kind = kindOf(name, raw);
      return runChecks(stored(raw, kind), stored(other(row), kind), holds);
    };
  }
  const wanted = askedOf(name, value);
  const instant = rows.instant?.(name);
  if (instant !== undefined) {
    const moment = wanted('instant');
    return row => runChecks(instant(row), moment, holds);
  }
  return row => {
    const raw = read(row);
    const kind = kindOf(name, raw);
    return raw === null ? null : runChecks(stored(raw, kind), wanted(kind), holds);
  };
}

/** A filter's value is read once for each kind of value it meets. */
function askedOf(name: string, value: Json): (kind: Kind) => Comparable {
  const known = new Map<Kind, Comparable>();
  return kind => {
    let wanted = known.get(kind);
    if (wanted === undefined) {
      wanted = asked(value, kind, name);
      known.set(kind, wanted);
    }
    return wanted;
  };
}

function runChecks(a: Comparable, b: Comparable, holds: (order: number) => boolean): Truth {
  return a === null || b === null ? null : holds(compare(a, b));
}

function membership(
  isIn: boolean,
  name: string,
  values: readonly Json[],
  read: (row: number) => Json,
): Test {
  const hasNull = values.includes(null);
  const known = new Map<Kind, Set<Comparable>>();
  return row => {
    const raw = read(row);
    if (raw === null) return null;
    const kind = kindOf(name, raw);
    let wanted = known.get(kind);
    if (wanted === undefined) {
      wanted = new Set(values.map(value => asked(value, kind, name)));
      known.set(kind, wanted);
    }
    // In SQL, a null in the list makes "not in" unknown for what is not listed.
    if (wanted.has(stored(raw, kind))) return isIn;
    return hasNull ? null : !isIn;
  };
}

/** `*` stands for anything; upper and lower case are one; without `*` it is equality. */
function like(pattern: string, read: (row: number) => Json): Test {
  const source = pattern
    .split('*')
    .map(part => part.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'))
    .join('[^]*');
  const matcher = new RegExp(`^${source}$`, 'iu');
  return row => {
    const value = stored(read(row), 'text');
    return value === null ? null : matcher.test(String(value));
  };
}
