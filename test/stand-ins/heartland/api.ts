import { analyze } from './analyzer/analyzer.ts';
import type { JsonRecord } from './decimal.ts';
import type { Endpoint } from './endpoint.ts';
import { endpointsOf } from './endpoints.ts';
import { InventoryValues } from './inventory-values.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { Permissions } from './permissions.ts';
import { rowsOf } from './query/rows.ts';
import { type Circumstances, search } from './query/search.ts';
import { ALERT, alertsOf } from './records/staff.ts';
import { USER_ID } from './records/stamps.ts';
import { notFound } from './refusal.ts';
import { readSetting, settingOf } from './writes/settings.ts';

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
    const setting = settingOf(path);
    if (setting !== undefined) return readSetting(this.#ledger.account, setting);
    const [, number] = /^gift_cards\/([^/]+)$/.exec(path) ?? [];
    if (number !== undefined) return this.#giftCard(decodeURIComponent(number), path);
    const [, parent, id] = /^(.+)\/(\d+)$/.exec(path) ?? [];
    const record = this.#at(parent)?.one(Number(id), query) ?? this.#child(path);
    if (record === undefined) throw notFound(`/api/${path}`);
    return record;
  }

  /** One of what a record has: `{parent}/{id}/{children}/{child}`; a ticket's item lines have a second name. */
  #child(path: string): JsonRecord | undefined {
    const [, parent, id, name = '', child] = /^(.+)\/(\d+)\/([a-z_]+)\/([\w.]+)$/.exec(path) ?? [];
    const shown = name === 'item_lines' ? 'lines' : name;
    const children = this.#at(parent)?.children(Number(id), shown);
    if (children === undefined) return undefined;
    const idAt = children.column('id');
    for (let row = 0; row < children.count; row++)
      if (String(idAt(row)) === child) return children.record(row);
    return undefined;
  }

  /** A gift card is found by its number, which ends the address it was made at, or by its id. */
  #giftCard(number: string, path: string): JsonRecord {
    const cards = this.#at('gift_cards')!;
    const query = new URLSearchParams({ _filter: JSON.stringify({ number }) });
    const asked = { perPageCap: 1, turn: 0, drift: { rows: 0, countsIn: false } };
    const [card] = cards.list(query, asked).results;
    const record = card ?? (/^\d+$/.test(number) ? cards.one(Number(number), query) : undefined);
    if (record === undefined) throw notFound(`/api/${path}`);
    return record;
  }

  #at(path: string | undefined): Endpoint | undefined {
    const endpoint = path === undefined ? undefined : this.#endpoints.get(path);
    if (endpoint !== undefined) this.#permissions.demand(endpoint.scope);
    return endpoint;
  }
}
