import type { Instant } from './calendar.ts';
import type * as D from './documents.ts';
import { Stock } from './stock.ts';

/** Ids start high, as they do on a real account, and each kind of record counts on its own. */
export const FIRST_ID = 100_001;

/** The account's memory: every list of documents, the stock, the clock. Only the files beside this one write to it. */
export class Account {
  now: Instant;
  /** Counts up with every change, so that answers kept from before can be told to be stale. */
  version = 0;
  readonly stock: Stock;
  readonly items: D.Item[] = [];
  readonly deletedItemIds = new Set<number>();
  readonly locations: readonly D.Location[];
  readonly vendors: D.Vendor[];
  readonly customers: D.Customer[];
  readonly customFields: D.CustomField[];
  readonly orders: D.Order[] = [];
  readonly receipts: D.Receipt[] = [];
  readonly vendorReturns: D.VendorReturn[] = [];
  readonly transfers: D.Transfer[] = [];
  readonly adjustmentSets: D.AdjustmentSet[] = [];
  readonly tickets: D.Ticket[] = [];
  readonly #nextIds = new Map<string, number>();
  readonly #itemAt = new Map<number, number>();
  readonly #locationAt = new Map<number, number>();

  constructor(
    now: Instant,
    lists: {
      readonly items: readonly D.Item[];
      readonly locations: readonly D.Location[];
      readonly vendors: readonly D.Vendor[];
      readonly customers: readonly D.Customer[];
      readonly customFields: readonly D.CustomField[];
    },
  ) {
    this.now = now;
    this.locations = lists.locations;
    this.vendors = [...lists.vendors];
    this.customers = [...lists.customers];
    this.customFields = [...lists.customFields];
    // Room for items that tests add later.
    this.stock = new Stock(lists.locations.length, lists.items.length + 256);
    lists.locations.forEach((location, at) => {
      this.#locationAt.set(location.id, at);
    });
    for (const item of lists.items) this.putItem(item);
  }

  nextId(kind: string): number {
    const id = this.#nextIds.get(kind) ?? FIRST_ID;
    this.#nextIds.set(kind, id + 1);
    return id;
  }

  /** The dates of a new record. */
  stamp(kind: string): { id: number; createdAt: Instant; updatedAt: Instant } {
    this.version++;
    return { id: this.nextId(kind), createdAt: this.now, updatedAt: this.now };
  }

  putItem(item: D.Item): void {
    this.#itemAt.set(item.id, this.items.length);
    this.items.push(item);
    this.version++;
    if (this.items.length > this.stock.items)
      throw new Error('The stand-in has no room for more items.');
  }

  /** Where an item is in the list; throws when the id is unknown. */
  itemAt(id: number): number {
    const at = this.#itemAt.get(id);
    if (at === undefined) throw new Error(`There is no item ${id} in this account.`);
    return at;
  }

  item(id: number): D.Item {
    return this.items[this.itemAt(id)]!;
  }

  /** Where a location is in the list; throws when the id is unknown. */
  locationAt(id: number): number {
    const at = this.#locationAt.get(id);
    if (at === undefined) throw new Error(`There is no location ${id} in this account.`);
    return at;
  }

  location(id: number): D.Location {
    return this.locations[this.locationAt(id)]!;
  }

  /** Marks a record as changed now. */
  touch(record: { updatedAt: Instant }): void {
    record.updatedAt = this.now;
    this.version++;
  }

  onHand(itemId: number, locationId: number): number {
    return this.stock.onHand(this.stock.pair(this.itemAt(itemId), this.locationAt(locationId)));
  }

  /** What one unit costs here: the average of what is in stock, to the cent; the item's own cost when nothing is. */
  averageCostCents(itemId: number, locationId: number): number {
    const { onHand, onHandCents } = this.stock.now(
      this.stock.pair(this.itemAt(itemId), this.locationAt(locationId)),
    );
    const average = onHand > 0 ? Math.round(onHandCents / onHand) : 0;
    return average > 0 ? average : (this.item(itemId).costCents ?? 0);
  }

  /** Writes one inventory transaction at the clock's instant. */
  move(
    itemId: number,
    locationId: number,
    unitCostCents: number,
    delta: { qty?: number; onPo?: number; committed?: number; inTransit?: number },
  ): void {
    this.version++;
    this.stock.post(
      this.now,
      this.itemAt(itemId),
      this.locationAt(locationId),
      unitCostCents,
      delta,
    );
  }
}
