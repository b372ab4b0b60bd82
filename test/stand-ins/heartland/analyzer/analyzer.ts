import { isRaw, type Json, type JsonRecord } from '../decimal.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Permissions } from '../permissions.ts';
import { compileFilter } from '../query/filter.ts';
import { anyOrder, isTotal, parseSort, type SortKey, sortRows } from '../query/order.ts';
import { cutPage, type Page, pagingOf } from '../query/page.ts';
import { valuesOf } from '../query/params.ts';
import { type Rows, unknownField } from '../query/rows.ts';
import type { Circumstances } from '../query/search.ts';
import { count } from './count.ts';
import type { Fact } from './fact.ts';
import { parseQuestion, type Question } from './question.ts';
import { Tally } from './tally.ts';

/** A report that was counted, and the orders it was put in that leave no row in doubt. */
interface Answered {
  readonly records: readonly JsonRecord[];
  readonly orders: Map<string, readonly number[]>;
}

/** Answers are kept per account, so that the next page of a report need not count everything again. */
const kept = new WeakMap<Ledger, { version: number; answers: Map<string, Answered> }>();

/** `GET reporting/analyzer`: figures by group, counted from the documents. Without a sort the rows come in no order. */
export function analyze(
  ledger: Ledger,
  permissions: Permissions,
  query: URLSearchParams,
  circumstances: Circumstances,
): Page<JsonRecord> {
  const question = parseQuestion(ledger.account, permissions, query);
  const answered = remembered(ledger, query, () => answer(ledger, question));
  const { records } = answered;
  const sort = parseSort(valuesOf(query, 'sort'));
  const sorted =
    sort.length === 0 ? undefined : inOrder(answered, question, sort, circumstances.turn);
  const loose = anyOrder(records.length, circumstances.turn);
  return cutPage(
    records.length,
    pagingOf(query, circumstances.perPageCap),
    circumstances.drift,
    place => records[sorted === undefined ? loose(place) : sorted[place]!]!,
  );
}

function inOrder(
  { records, orders }: Answered,
  question: Question,
  sort: readonly SortKey[],
  turn: number,
): readonly number[] {
  const key = JSON.stringify(sort);
  const known = orders.get(key);
  if (known !== undefined) return known;
  const all = records.map((_, row) => row);
  const order = sortRows(all, rowsOfRecords(records, question), sort, turn);
  const groups = question.groups.map(({ name }) => name);
  if (!question.hasSubtotals && isTotal(sort, groups)) orders.set(key, order);
  return order;
}

function remembered(
  ledger: Ledger,
  query: URLSearchParams,
  make: () => readonly JsonRecord[],
): Answered {
  const { version } = ledger.account;
  let memory = kept.get(ledger);
  if (memory === undefined || memory.version !== version || memory.answers.size > 20) {
    memory = { version, answers: new Map() };
    kept.set(ledger, memory);
  }
  const asked = new URLSearchParams(query);
  for (const name of ['page', 'per_page', 'sort[]', 'sort', 'request_client_uuid'])
    asked.delete(name);
  const key = asked.toString();
  const answered = memory.answers.get(key) ?? { records: make(), orders: new Map() };
  memory.answers.set(key, answered);
  return answered;
}

function answer({ account }: Ledger, question: Question): JsonRecord[] {
  const { groups, metrics, hasSubtotals } = question;
  const found = new Map<string, { values: Json[]; level: number | null; tally: Tally }>();
  const tallyOf = (values: Json[], level: number | null): Tally => {
    const key = `${level}${JSON.stringify(values)}`;
    let entry = found.get(key);
    if (entry === undefined) {
      entry = { values, level, tally: new Tally() };
      found.set(key, entry);
    }
    return entry.tally;
  };
  // A report that is not grouped has its one row even when nothing happened.
  if (groups.length === 0) tallyOf([], null);
  count(account, question, (fact: Fact) => {
    const values = groups.map(group => group.value(fact));
    const tallies = [tallyOf(values, null)];
    if (hasSubtotals)
      for (let level = groups.length - 1; level >= 0; level--)
        tallies.push(tallyOf(values.slice(0, level), level));
    return tallies;
  });
  const records = [...found.values()].map(({ values, level, tally }) => {
    const record: Record<string, Json> = {};
    groups.forEach((group, n) => {
      record[group.name] = values[n] ?? null;
    });
    for (const metric of metrics) record[metric.name] = metric.value(tally);
    if (hasSubtotals) record.subtotal_level = level;
    return record;
  });
  return narrowed(records, question);
}

function narrowed(records: readonly JsonRecord[], question: Question): JsonRecord[] {
  const { having, isWithoutZeroes, metrics } = question;
  const passes =
    having === undefined ? () => true : compileFilter(having, rowsOfRecords(records, question));
  const isZero = (value: Json | undefined) =>
    value === null || Number(isRaw(value) ? value.rawJSON : value) === 0;
  return records.filter(
    (record, row) =>
      passes(row) && !(isWithoutZeroes && metrics.every(metric => isZero(record[metric.name]))),
  );
}

function rowsOfRecords(records: readonly JsonRecord[], { groups, metrics }: Question): Rows {
  const names = new Set([...groups, ...metrics].map(({ name }) => name));
  return {
    count: records.length,
    record: row => records[row]!,
    column: name => {
      if (!names.has(name) && name !== 'subtotal_level') throw unknownField(name);
      return row => records[row]?.[name] ?? null;
    },
  };
}
