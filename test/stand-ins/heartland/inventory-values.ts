import { dollars, type Json, type JsonRecord, quantity, quotient } from './decimal.ts';
import { embed } from './endpoints.ts';
import type { Ledger } from './ledger/ledger.ts';
import { type Figures, NOTHING } from './ledger/stock.ts';
import { compileFilter } from './query/filter.ts';
import { anyOrder, isTotal, parseSort, sortRows } from './query/order.ts';
import { cutPage, type Page, pagingOf } from './query/page.ts';
import { filtersOf, valuesOf } from './query/params.ts';
import { type Rows, unknownField } from './query/rows.ts';
import { type Circumstances, narrow, onlyOf } from './query/search.ts';
import { invalid } from './refusal.ts';

interface Group {
  readonly itemId: number | null;
  readonly locationId: number | null;
  readonly figures: () => Figures;
}

type Groups = { readonly count: number; at(row: number): Group };

const GROUPS = new Set(['item_id', 'location_id']);

/**
 * `GET inventory/values`: stock as it is now, for every item and location that ever had a movement, or summed by one of
 * them, or in one row. Without a sort the rows come in no order.
 */
export class InventoryValues {
  readonly #ledger: Ledger;
  readonly #groupsKept = new Map<string, Groups>();
  readonly #ordersKept = new Map<string, (place: number) => number>();
  #keptVersion = -1;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  list(query: URLSearchParams, circumstances: Circumstances): Page<JsonRecord> {
    const by = valuesOf(query, 'group');
    for (const name of by)
      if (!GROUPS.has(name))
        throw invalid(`Inventory values cannot be grouped by ${name}.`, { group: name });
    const filters = filtersOf(query, name => GROUPS.has(name));
    const isWithoutEmpty = query.get('exclude_empty_locations') === 'true';
    const asked = JSON.stringify([by, filters, isWithoutEmpty]);
    const groups = this.#remember(this.#groupsKept, asked, () =>
      this.#groups(by, filters, isWithoutEmpty),
    );
    const rows = rowsOfGroups(groups, by);
    const sort = parseSort(valuesOf(query, 'sort'));
    const sorted = () => this.#sorted(groups, rows, sort, by, circumstances.turn);
    const order =
      sort.length === 0
        ? anyOrder(groups.count, circumstances.turn)
        : isTotal(sort, by)
          ? this.#remember(this.#ordersKept, `${asked}${JSON.stringify(sort)}`, sorted)
          : sorted();
    const includes = valuesOf(query, '_include');
    const only = onlyOf(query);
    return cutPage(
      groups.count,
      pagingOf(query, circumstances.perPageCap),
      circumstances.drift,
      place => narrow(embed(this.#ledger.account, rows.record(order(place)), includes), only),
    );
  }

  /** Keeps what was worked out for one page, so that the next need not do it again, until anything changes. */
  #remember<T>(kept: Map<string, T>, key: string, make: () => T): T {
    const { version } = this.#ledger.account;
    if (version !== this.#keptVersion || kept.size > 200) {
      this.#groupsKept.clear();
      this.#ordersKept.clear();
    }
    this.#keptVersion = version;
    const known = kept.get(key) ?? make();
    kept.set(key, known);
    return known;
  }

  #sorted(
    groups: Groups,
    rows: Rows,
    sort: ReturnType<typeof parseSort>,
    by: readonly string[],
    turn: number,
  ): (place: number) => number {
    // Pairs lie in the order of location, then item: in that order a large account need not be sorted for each page.
    const names = sort.map(key => key.name).join();
    const isNatural =
      sort.every(key => !key.descends) &&
      (names === 'location_id,item_id' || (by.length === 1 && names === by[0]));
    if (isNatural) return place => place;
    const all = Array.from({ length: groups.count }, (_, row) => row);
    const order = Int32Array.from(sortRows(all, rows, sort, turn));
    return place => order[place]!;
  }

  #groups(by: readonly string[], filters: readonly Json[], isWithoutEmpty: boolean): Groups {
    const { account } = this.#ledger;
    const { stock, items, locations, deletedItemIds } = account;
    const isWanted = this.#wanted(filters);
    const pairs: number[] = [];
    for (let location = 0; location < locations.length; location++)
      for (let item = 0; item < items.length; item++) {
        const pair = stock.pair(item, location);
        if (!stock.hasMoved(pair) || !isWanted(item, location)) continue;
        if (deletedItemIds.size > 0 && deletedItemIds.has(items[item]!.id)) continue;
        if (isWithoutEmpty && isEmpty(stock.now(pair)) && !isOverlooked(pair)) continue;
        pairs.push(pair);
      }
    const itemOf = (pair: number) => items[pair % stock.items]!.id;
    const locationOf = (pair: number) => locations[Math.floor(pair / stock.items)]!.id;
    const byItem = by.includes('item_id');
    const byLocation = by.includes('location_id');
    if (byItem && byLocation) {
      const at = Int32Array.from(pairs);
      return {
        count: at.length,
        at: row => {
          const pair = at[row]!;
          return {
            itemId: itemOf(pair),
            locationId: locationOf(pair),
            figures: () => stock.now(pair),
          };
        },
      };
    }
    const sums = new Map<number, Figures>();
    if (by.length === 0) sums.set(0, { ...NOTHING });
    for (const pair of pairs) {
      const key = byItem ? itemOf(pair) : byLocation ? locationOf(pair) : 0;
      const sum = sums.get(key) ?? { ...NOTHING };
      sums.set(key, sum);
      const figures = stock.now(pair);
      for (const name of Object.keys(sum) as (keyof Figures)[]) sum[name] += figures[name];
    }
    const list = [...sums].sort(([a], [b]) => a - b);
    return {
      count: list.length,
      at: row => {
        const [id, figures] = list[row]!;
        return {
          itemId: byItem ? id : null,
          locationId: byLocation ? id : null,
          figures: () => figures,
        };
      },
    };
  }

  #wanted(filters: readonly Json[]): (item: number, location: number) => boolean {
    const { items, locations } = this.#ledger.account;
    if (filters.length === 0) return () => true;
    let at = { item: 0, location: 0 };
    const passes = compileFilter(filters, {
      count: 1,
      record: () => ({}),
      column: name => {
        if (name === 'item_id') return () => items[at.item]!.id;
        if (name === 'location_id') return () => locations[at.location]!.id;
        throw unknownField(name);
      },
    });
    return (item, location) => {
      at = { item, location };
      return passes(0);
    };
  }
}

/** Live accounts do not drop every empty row when asked to (H), so here some stay, always the same. */
function isOverlooked(pair: number): boolean {
  return pair % 7 === 3;
}

function isEmpty(figures: Figures): boolean {
  const { onHand, onPo, committed, inTransit } = figures;
  return onHand === 0 && onPo === 0 && committed === 0 && inTransit === 0;
}

function rowsOfGroups(groups: Groups, by: readonly string[]): Rows {
  const record = (row: number): JsonRecord => {
    const { itemId, locationId, figures } = groups.at(row);
    const { onHand, onHandCents, onPo, committed, inTransit } = figures();
    return {
      qty: quantity(onHand),
      qty_on_hand: quantity(onHand),
      qty_committed: quantity(committed),
      qty_on_po: quantity(onPo),
      qty_in_transit: quantity(inTransit),
      qty_available: quantity(onHand - committed),
      unit_cost: onHand === 0 ? dollars(0) : quotient(onHandCents, onHand),
      ...(by.includes('item_id') && { item_id: itemId }),
      ...(by.includes('location_id') && { location_id: locationId }),
    };
  };
  return {
    count: groups.count,
    record,
    column: name => {
      if (name === 'item_id' && by.includes(name)) return row => groups.at(row).itemId;
      if (name === 'location_id' && by.includes(name)) return row => groups.at(row).locationId;
      if (groups.count > 0 && !(name in record(0))) throw unknownField(name);
      return row => record(row)[name] ?? null;
    },
  };
}
