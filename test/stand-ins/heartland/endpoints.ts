import { isRaw, type Json, type JsonRecord } from './decimal.ts';
import type { Children, Endpoint } from './endpoint.ts';
import type { Account } from './ledger/account.ts';
import type { Ledger } from './ledger/ledger.ts';
import { moreEndpoints } from './more-endpoints.ts';
import { valuesOf } from './query/params.ts';
import { type Fields, type Rows, recordOf, rowsOf } from './query/rows.ts';
import { narrow, onlyOf, search } from './query/search.ts';
import { ITEM } from './records/item.ts';
import { CUSTOM_FIELD, CUSTOMER, LOCATION, STATION, VENDOR } from './records/place.ts';
import * as purchase from './records/purchase.ts';
import { salesFields, soldLines } from './records/sales-facts.ts';
import * as stock from './records/stock.ts';
import { invalid } from './refusal.ts';
import { addedBelow, IMAGE, writtenEndpoints } from './writes/collections.ts';
import { overlaid, overlaidRecord, writtenTo } from './writes/written.ts';

/** Seen embedded with `_include[]` on live accounts; other children are not embedded here either. */
const EMBEDDABLE = ['lines', 'payments'];

/** Plain filters that were seen to be refused with 400 and not passed over (M). */
const REFUSED: Readonly<Record<string, readonly string[]>> = { payments: ['location_id'] };

/** Every collection by its path below `/api/`. */
export function endpointsOf(ledger: Ledger): ReadonlyMap<string, Endpoint> {
  const { account } = ledger;
  const of = <T extends { readonly id: number }>(
    scope: string,
    documents: () => readonly T[],
    fields: Fields<T>,
    children: Children<T> = {},
    widen: (document: T, includes: readonly string[]) => JsonRecord = () => ({}),
  ) => {
    return (path: string) => endpoint(account, path, { scope, documents, fields, children, widen });
  };
  const makers: [string, (path: string) => Endpoint][] = [
    [
      'items',
      of('item.manage', () => ledger.items, ITEM, {
        images: item => rowsOf(addedBelow(account, 'items', item.id, 'images'), IMAGE),
      }),
    ],
    [
      'locations',
      of(
        'location.read',
        () => ledger.locations,
        LOCATION,
        undefined,
        (location, includes) =>
          (includes.includes('stations')
            ? { stations: [recordOf(location, STATION)] }
            : {}) as JsonRecord,
      ),
    ],
    ['custom_fields', of('custom_field.manage', () => account.customFields, CUSTOM_FIELD)],
    ['purchasing/vendors', of('purchasing.vendor.read', () => account.vendors, VENDOR)],
    [
      'purchasing/orders',
      of('purchasing.order.read', () => account.orders, purchase.orderFields(account), {
        lines: order => rowsOf(order.lines, purchase.orderLineFields(account, order)),
      }),
    ],
    [
      'purchasing/receipts',
      of('purchasing.receipt.read', () => account.receipts, purchase.RECEIPT, {
        lines: receipt => rowsOf(receipt.lines, purchase.receiptLineFields(receipt)),
      }),
    ],
    [
      'purchasing/returns',
      of('purchasing.return.read', () => account.vendorReturns, purchase.VENDOR_RETURN, {
        lines: sent => rowsOf(sent.lines, purchase.stockLineFields('return_id', sent.id)),
      }),
    ],
    [
      'inventory/adjustment_sets',
      of('inventory.adjustment.read', () => account.adjustmentSets, stock.ADJUSTMENT_SET, {
        lines: set => rowsOf(set.lines, purchase.stockLineFields('adjustment_set_id', set.id)),
      }),
    ],
    ['reporting/sales', of('reporting.sales.read', () => soldLines(account), salesFields(account))],
    ['inventory/transactions', () => transactionsEndpoint(account)],
    ...moreEndpoints(account, of),
    ...writtenEndpoints(account, of),
  ];
  return new Map(makers.map(([path, make]) => [path, make(path)]));
}

function endpoint<T extends { readonly id: number }>(
  account: Account,
  path: string,
  given: {
    readonly scope: string;
    readonly documents: () => readonly T[];
    readonly fields: Fields<T>;
    readonly children: Children<T>;
    readonly widen: (document: T, includes: readonly string[]) => JsonRecord;
  },
): Endpoint {
  const { scope, fields, children, widen } = given;
  const documents = (): readonly T[] => {
    const { deleted } = writtenTo(account, path);
    const all = given.documents();
    return deleted.size === 0 ? all : all.filter(({ id }) => !deleted.has(id));
  };
  const childrenOf = (document: T, name: string): Rows => {
    const below = `${path}/${document.id}/${name}`;
    return overlaid(account, below, children[name]!(document));
  };
  const include = (record: JsonRecord, document: T, includes: readonly string[]): JsonRecord => {
    if (includes.length === 0) return record;
    const embedded: JsonRecord = Object.fromEntries(
      EMBEDDABLE.filter(name => includes.includes(name) && Object.hasOwn(children, name)).map(
        name => [name, all(childrenOf(document, name))],
      ),
    );
    return { ...embed(account, record, includes), ...embedded, ...widen(document, includes) };
  };
  // Documents lie in the order of their ids.
  const find = (id: number): T | undefined => {
    const list = documents();
    let [low, high] = [0, list.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (list[middle]!.id < id) low = middle + 1;
      else high = middle;
    }
    return list[low]?.id === id ? list[low] : undefined;
  };
  return {
    scope,
    list: (query, circumstances) => {
      for (const name of REFUSED[path] ?? [])
        if (query.has(name))
          throw invalid(`${path} cannot be filtered by ${name}.`, { field: name });
      const list = documents();
      const includes = valuesOf(query, '_include');
      const rows = overlaid(account, path, rowsOf(list, fields));
      return search(rows, query, circumstances, (record, row) =>
        include(record, list[row]!, includes),
      );
    },
    one: (id, query) => {
      const document = find(id);
      if (document === undefined) return undefined;
      const written = overlaidRecord(account, path, recordOf(document, fields));
      const record = include(written, document, valuesOf(query, '_include'));
      return narrow(record, onlyOf(query));
    },
    children: (id, name) => {
      const document = find(id);
      return document === undefined || !Object.hasOwn(children, name)
        ? undefined
        : childrenOf(document, name);
    },
  };
}

function transactionsEndpoint(account: Account): Endpoint {
  return {
    scope: 'inventory.transaction.read',
    list: (query, circumstances) =>
      search(stock.transactions(account), query, circumstances, record =>
        embed(account, record, valuesOf(query, '_include')),
      ),
    one: id => {
      const rows = stock.transactions(account);
      const row = id - 100_001;
      return row >= 0 && row < rows.count ? rows.record(row) : undefined;
    },
    children: () => undefined,
  };
}

/** Nests the record that an `…_id` points at, for every name asked for with `_include[]`. */
export function embed(
  account: Account,
  record: JsonRecord,
  includes: readonly string[],
): JsonRecord {
  const wide: Record<string, Json> = { ...record };
  for (const name of includes) {
    const key = Object.keys(record).find(
      each => each === `${name}_id` || each.endsWith(`_${name}_id`),
    );
    const id = key === undefined ? undefined : record[key];
    if (id === undefined || isRaw(id)) continue;
    if (name === 'item') wide.item = nested(account.items, id, ITEM);
    if (name.endsWith('location')) wide[name] = nested(account.locations, id, LOCATION);
    if (name.endsWith('vendor')) wide[name] = nested(account.vendors, id, VENDOR);
    if (name === 'customer') wide.customer = nested(account.customers, id, CUSTOMER);
  }
  return wide;
}

function nested<T extends { readonly id: number }>(
  documents: readonly T[],
  id: Json,
  fields: Fields<T>,
): Json {
  // Ids of the lists that can be embedded count up without a gap.
  const document = typeof id === 'number' ? documents[id - (documents[0]?.id ?? 0)] : undefined;
  return document === undefined ? null : recordOf(document, fields);
}

function all(rows: Rows): JsonRecord[] {
  return Array.from({ length: rows.count }, (_, row) => rows.record(row));
}
