import type { Warehouse } from '../../sinks/postgres/warehouse.ts';
import type { Heartland } from '../stand-ins/heartland/server.ts';

/**
 * What the account holds, against what the warehouse holds, by code that shares nothing with the sync: documents are read
 * page after page with fetch, rows as JSON from Postgres, and both are compared field by field with every digit.
 */

/** A document or row; numbers are texts with a `#` in front, with the digits as written but for zeros at the end. */
export type Raw = Readonly<Record<string, unknown>>;

/** Names that the warehouse gives to fields, where they are not the API's own. */
const RENAMED: Readonly<Record<string, string>> = {
  'purchasing/receipts receive_at_location_id': 'location_id',
  'purchasing/returns return_from_location_id': 'location_id',
  'reporting/analyzer date.date': 'business_date',
  'reporting/analyzer location.public_id': 'location_number',
  'reporting/analyzer item.public_id': 'item_number',
};
const BOOKKEEPING = new Set(['_extra', '_run_id', '_loaded_at', '_deleted_at']);

/** Names of people, which are not turned on: they must not be stored. */
const WITHHELD = new Set(['customer_name', 'sales_rep']);

type Params = readonly (readonly [string, string])[];

/** Reads a whole collection. */
export async function readAll(
  { baseUrl, token }: Heartland,
  path: string,
  params: Params = [],
): Promise<Raw[]> {
  const rows: Raw[] = [];
  for (let page = 1, pages = 1; page <= pages; page++) {
    const query = new URLSearchParams([
      ...params.map(([name, value]): [string, string] => [name, value]),
      ['page', String(page)],
      ['per_page', '1000'],
    ]);
    const response = await fetch(`${baseUrl}/${path}?${query}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const body = parse(await response.text()) as { pages: string; results: Raw[] };
    rows.push(...body.results);
    pages = Number(body.pages.slice(1));
  }
  return rows;
}

/** Reads a whole table, without the rows that are marked as deleted. */
export async function readTable({ warehouse }: { warehouse: Warehouse }, table: string) {
  const rows = await warehouse.query<{ row: string }>(
    `select row_to_json(t)::text as row from ${table} as t where _deleted_at is null`,
  );
  return rows.map(({ row }) => parse(row) as Raw);
}

function parse(text: string): unknown {
  const reviver = (_: string, value: unknown, { source }: { source?: string } = {}) =>
    typeof value === 'number' ? `#${plain(source ?? '')}` : value;
  return JSON.parse(text, reviver as (key: string, value: unknown) => unknown);
}

function plain(digits: string): string {
  return digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits;
}

/** Every difference between documents and rows, as sentences; none when the table holds exactly these documents. */
export function differences(
  path: string,
  documents: readonly Raw[],
  rows: readonly Raw[],
  key: readonly string[],
  withheld: ReadonlySet<string> = WITHHELD,
): string[] {
  const shown = documents.map(document => asColumns(path, document, withheld));
  const keyOf = (row: Raw) => key.map(name => row[name]).join('|');
  const found = new Map(rows.map(row => [keyOf(row), row]));
  if (found.size !== rows.length) return [`${path}: some rows share a key`];
  const wrong = shown.flatMap(document => {
    const row = found.get(keyOf(document));
    found.delete(keyOf(document));
    return row === undefined
      ? [`${path}: ${keyOf(document)} is missing`]
      : compare(`${path} ${keyOf(document)}`, document, row);
  });
  return [...wrong, ...[...found.keys()].map(left => `${path}: ${left} is too many`)];
}

function asColumns(path: string, document: Raw, withheld: ReadonlySet<string>): Raw {
  return Object.fromEntries(
    Object.entries(document).map(([name, value]) => [
      RENAMED[`${path} ${name}`] ??
        (path === 'reporting/analyzer' ? name.replace(/^\w+\./, '') : name.replace(/\?$/, '')),
      withheld.has(name) ? null : asWallTime(name, value),
    ]),
  );
}

/** The `local_` twins of a time are the store's own clock; their offset says nothing more. */
function asWallTime(name: string, value: unknown): unknown {
  return name.startsWith('local_') && typeof value === 'string' ? value.slice(0, 19) : value;
}

function compare(what: string, document: Raw, row: Raw): string[] {
  const extra = (row._extra ?? {}) as Raw;
  const wrong: string[] = [];
  for (const [name, value] of Object.entries(document)) {
    const isColumn = name in row && !BOOKKEEPING.has(name);
    const stored = isColumn ? row[name] : (extra[name] ?? extra[`${name}?`]);
    if (!isSame(value, stored, isColumn))
      wrong.push(`${what}: ${name} is ${shownAs(value)}, in the warehouse ${shownAs(stored)}`);
  }
  for (const [name, stored] of Object.entries(row)) {
    if (!(name in document) && stored !== null && !BOOKKEEPING.has(name))
      wrong.push(`${what}: ${name} is not in the document, in the warehouse ${shownAs(stored)}`);
  }
  return wrong;
}

function isSame(value: unknown, stored: unknown, isColumn: boolean): boolean {
  if (value === null || value === undefined) return stored === null || stored === undefined;
  if (typeof value === 'object') return sorted(value) === sorted(stored);
  if (value === stored) return true;
  if (!isColumn || typeof value !== 'string') return false;
  if (typeof stored === 'boolean') return value === String(stored);
  // The same instant, written with another offset.
  if (typeof stored !== 'string') return false;
  const isInstant = /^\d{4}-\d\d-\d\dT/.test(value) && /^\d{4}-\d\d-\d\dT/.test(stored);
  return isInstant && Date.parse(value) === Date.parse(stored);
}

function sorted(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

function shownAs(value: unknown): string {
  return JSON.stringify(value) ?? 'missing';
}
