import { analyze } from './analyzer/analyzer.ts';
import type { JsonRecord } from './decimal.ts';
import { type Endpoint, endpointsOf } from './endpoints.ts';
import { InventoryValues } from './inventory-values.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { Permissions } from './permissions.ts';
import { idRange } from './query/id-range.ts';
import { rowsOf } from './query/rows.ts';
import { type Circumstances, search } from './query/search.ts';
import { ALERT, alertsOf } from './records/staff.ts';
import { USER_ID } from './records/stamps.ts';
import { notFound } from './refusal.ts';

/** The account behind the API: takes a path and a query, gives the body. */
export class Api {
  readonly #ledger: Ledger;
  readonly #permissions: Permissions;
  readonly #host: () => string;
  readonly #endpoints: ReadonlyMap<string, Endpoint>;
  readonly #values: InventoryValues;

  constructor(ledger: Ledger, permissions: Permissions, host: () => string) {
    this.#ledger = ledger;
    this.#permissions = permissions;
    this.#host = host;
    this.#endpoints = endpointsOf(ledger);
    this.#values = new InventoryValues(ledger);
  }

  /** @param path below `/api/`. Throws a Refusal for everything that is not answered with 200. */
  answer(path: string, query: URLSearchParams, circumstances: Circumstances): JsonRecord {
    const page = this.#page(path, query, circumstances);
    return page === undefined ? this.#record(path, query) : { ...page };
  }

  #page(path: string, query: URLSearchParams, circumstances: Circumstances) {
    if (path === 'inventory/values') {
      this.#permissions.demand('inventory.values.read');
      return this.#values.list(query, circumstances);
    }
    if (path === 'reporting/analyzer') {
      this.#permissions.demand('reporting.read');
      return analyze(this.#ledger, this.#permissions, query, circumstances);
    }
    const permissions = /^users\/\d+\/permissions$/.exec(path);
    if (permissions !== null) {
      const granted = this.#permissions.granted.map((name, n) => ({ id: 100_001 + n, name }));
      return { total: granted.length, pages: 1, results: granted };
    }
    const alerts = /^users\/(\d+)\/alerts$/.exec(path);
    if (alerts !== null) {
      this.#permissions.demand('user.manage');
      // The documentation says that a location is named, and shows a request that names none.
      const at = query.get('location_id');
      const rows = alertsOf(
        this.#ledger.account,
        Number(alerts[1]),
        at === null ? undefined : Number(at),
      );
      return search(rowsOf(rows, ALERT), query, circumstances);
    }
    const endpoint = this.#endpoints.get(path);
    if (endpoint !== undefined) {
      this.#permissions.demand(endpoint.scope);
      return endpoint.list(query, circumstances);
    }
    const [, parent, id, name = ''] = /^(.+)\/(\d+)\/([a-z_]+)$/.exec(path) ?? [];
    const children = this.#at(parent)?.children(Number(id), name);
    return children === undefined ? undefined : search(children, query, circumstances);
  }

  #record(path: string, query: URLSearchParams): JsonRecord {
    if (path === 'system/whoami')
      return { id: USER_ID, login: 'api', first_name: 'Api', last_name: 'User' };
    if (path === 'system/host') return { host: this.#host() };
    const [, parent, id] = /^(.+)\/(\d+)$/.exec(path) ?? [];
    const record = this.#at(parent)?.one(Number(id), query) ?? this.#line(path);
    if (record === undefined) throw notFound(`/api/${path}`);
    return record;
  }

  /** One line of a record: `{parent}/{id}/lines/{line}`. */
  #line(path: string): JsonRecord | undefined {
    const [, parent, id, line] = /^(.+)\/(\d+)\/lines\/(\d+)$/.exec(path) ?? [];
    const lines = this.#at(parent)?.children(Number(id), 'lines');
    if (lines === undefined) return undefined;
    const { start, end } = idRange([{ id: { $gte: Number(line), $lte: Number(line) } }], lines);
    return start < end ? lines.record(start) : undefined;
  }

  #at(path: string | undefined): Endpoint | undefined {
    const endpoint = path === undefined ? undefined : this.#endpoints.get(path);
    if (endpoint !== undefined) this.#permissions.demand(endpoint.scope);
    return endpoint;
  }
}
