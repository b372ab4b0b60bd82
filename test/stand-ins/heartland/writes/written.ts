import type { Json, JsonRecord } from '../decimal.ts';
import type { Account } from '../ledger/account.ts';
import { FIRST_ID } from '../ledger/account.ts';
import { formatInstant, readInstant } from '../ledger/calendar.ts';
import type { Rows } from '../query/rows.ts';
import type { SetUp } from '../records/setup.ts';

/** What was written to one collection over the API and has no place in the ledger's own documents. */
interface Written {
  /** Values over those of the record, by its id. */
  readonly values: Map<number, Record<string, Json>>;
  readonly added: SetUp[];
  readonly deleted: Set<number>;
}

const books = new WeakMap<Account, Map<string, Written>>();

/** @param path of the collection below `/api/`, as `coupons` or `customers/100001/addresses` */
export function writtenTo(account: Account, path: string): Written {
  const book = books.get(account) ?? new Map<string, Written>();
  books.set(account, book);
  const written = book.get(path) ?? { values: new Map(), added: [], deleted: new Set() };
  book.set(path, written);
  return written;
}

/** Lays values over a record; what was laid over it before stays. */
export function overwrite(account: Account, path: string, id: number, values: JsonRecord): void {
  const { values: all } = writtenTo(account, path);
  const { custom } = values;
  const before = all.get(id) ?? {};
  const after = { ...before, ...values, updated_at: formatInstant(account.now) };
  if (isObject(custom) && isObject(before.custom))
    Object.assign(after, { custom: { ...before.custom, ...custom } });
  all.set(id, after);
  account.version++;
}

/** Adds a record that is nothing but what was written. */
export function add(
  account: Account,
  path: string,
  before: readonly { readonly id: number }[],
  name: string,
): SetUp {
  const { added } = writtenTo(account, path);
  const last = Math.max(FIRST_ID - 1, ...[...before, ...added].map(({ id }) => id));
  const made = { id: last + 1, name, createdAt: account.now, updatedAt: account.now };
  added.push(made);
  account.version++;
  return made;
}

export function remove(account: Account, path: string, id: number): void {
  writtenTo(account, path).deleted.add(id);
  account.version++;
}

/** Rows with what was written laid over them. */
export function overlaid(account: Account, path: string, rows: Rows): Rows {
  const written = books.get(account)?.get(path)?.values;
  if (written === undefined || written.size === 0) return rows;
  const id = rows.column('id');
  const over = (row: number) => written.get(Number(id(row)));
  return {
    count: rows.count,
    record: row => laidOver(rows.record(row), over(row)),
    column: name => {
      const read = rows.column(name);
      const [, key] = /^(?:item_)?custom@(.+)$/.exec(name) ?? [];
      return row => {
        const values = over(row);
        if (values === undefined) return read(row);
        if (key !== undefined && isObject(values.custom) && key in values.custom)
          return values.custom[key] ?? null;
        return values[name] ?? values[`${name}?`] ?? read(row);
      };
    },
    instant: name => {
      const read = rows.instant?.(name);
      return (
        read &&
        (row => {
          const text = over(row)?.[name];
          return typeof text === 'string' ? readInstant(text) : read(row);
        })
      );
    },
  };
}

/** One record with what was written laid over it. */
export function overlaidRecord(account: Account, path: string, record: JsonRecord): JsonRecord {
  return laidOver(record, books.get(account)?.get(path)?.values.get(Number(record.id)));
}

function laidOver(record: JsonRecord, values: JsonRecord | undefined): JsonRecord {
  if (values === undefined) return record;
  const { custom } = record;
  const wide = { ...record, ...values };
  return isObject(custom) && isObject(values.custom)
    ? { ...wide, custom: { ...custom, ...values.custom } }
    : wide;
}

function isObject(value: Json | undefined): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
