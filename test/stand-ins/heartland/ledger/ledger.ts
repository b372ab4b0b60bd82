import type { Dirt } from '../catalogue-facts.ts';
import { Account } from './account.ts';
import { dayOf, type Instant, localDay, parseDay, partsOf, startOfDay, today } from './calendar.ts';
import * as catalogue from './catalogue.ts';
import { Days } from './days.ts';
import type * as D from './documents.ts';
import { planDay } from './history.ts';
import * as merchandise from './merchandise.ts';
import { openStore } from './opening.ts';
import * as purchasing from './purchasing.ts';
import * as selling from './selling.ts';
import { SIZES } from './sizes.ts';
import * as stockroom from './stockroom.ts';

const ZONE = 'America/Chicago';
const STEP_MS = 60_000;

/** What an account is made from. */
export interface LedgerOptions {
  /** How big; `small` unless said. */
  readonly size?: keyof typeof SIZES;
  readonly seed?: number;
  /** The account's today, `YYYY-MM-DD`; the real one unless said. It is noon there, in Chicago. */
  readonly asOf?: string;
  /** Whole months of history before the month of `asOf`. Unless said: 3; 1 for `large`; for `demo` from January 1 of the year before. */
  readonly months?: number;
  /** Days of history before `asOf`, in place of months: as many on each day of a month. */
  readonly days?: number;
}

/**
 * The one book of the stand-in account: every answer is computed from it. The documents may be read; they change only
 * through the actions, each of which moves the clock on by a minute (or to where `advanceTo` put it) and keeps documents and
 * stock agreeing.
 */
export class Ledger {
  /** The account's memory, for the answers. Read only. */
  readonly account: Account;
  /** Ids of the items carrying each kind of dirt. */
  readonly dirt: ReadonlyMap<Dirt, readonly number[]>;
  /** First day of the history; the opening stock is from the evening before. */
  readonly startsOn: number;
  readonly #days: Days;
  #plannedTo: number;

  constructor({ size = 'small', seed = 1, asOf, months, days }: LedgerOptions = {}) {
    const day = asOf === undefined ? today(ZONE) : parseDay(asOf);
    if (day === undefined)
      throw new RangeError(`asOf must be a date as YYYY-MM-DD, found "${asOf}".`);
    const { year, month } = partsOf(day);
    const monthsBack = months ?? { small: 3, demo: month + 11, large: 1 }[size];
    this.startsOn = days === undefined ? dayOf(year, month - monthsBack, 1) : day - days;
    const plan = SIZES[size];
    const vendors = catalogue.vendors(this.startsOn);
    const { items, dirt } = catalogue.items(
      plan.items,
      seed,
      this.startsOn,
      vendors.map(vendor => vendor.id),
    );
    this.dirt = dirt;
    const locations = catalogue.locations(plan.stores, this.startsOn);
    this.account = new Account(startOfDay(ZONE, this.startsOn) - 4 * 3_600_000, {
      items,
      locations,
      vendors,
      customers: catalogue.customers(this.startsOn),
      customFields: catalogue.customFields(),
    });
    this.#days = new Days(this.account, seed, plan, new Set(dirt.get('negativeStock')));
    this.#plannedTo = this.startsOn - 1;
    this.#open();
    this.#live(day);
  }

  /** The evening before the history: every store gets its first stock. */
  #open(): void {
    const { account } = this;
    const days = this.#days;
    account.stock.movements.reserve(days.stores.length * days.size.items + 4096);
    for (const store of days.stores)
      openStore(account, store, days.seed, { ...days.size, empty: days.leftAlone });
    const first = days.stores[0]!;
    // Sold before it was booked in: the stock of these items stays below zero.
    days.note(first, this.startsOn, 15, () => {
      for (const itemId of days.leftAlone)
        selling.sell(account, { locationId: first.id, lines: [{ itemId, qty: 2 }] });
    });
  }

  #live(until: number): void {
    const noon = startOfDay(ZONE, until) + 12 * 3_600_000;
    this.#days.live(this.#plannedTo, noon);
    while (this.#plannedTo < until) {
      planDay(this.#days, ++this.#plannedTo);
      this.#days.live(this.#plannedTo, noon);
    }
    this.account.now = noon;
    this.account.version++;
  }

  /**
   * Lets the account live on to noon of a later day, `YYYY-MM-DD`, with all that happens there by itself. Where no test has
   * changed anything in between, it is then the same as an account made on that day.
   */
  liveOn(asOf: string): void {
    const day = parseDay(asOf);
    if (day === undefined || startOfDay(ZONE, day) + 12 * 3_600_000 < this.now)
      throw new RangeError(`The account cannot live on to "${asOf}".`);
    this.#live(day);
  }

  /** The account's clock. */
  get now(): Instant {
    return this.account.now;
  }

  /** The account's today in its own zone, as days since 1970. */
  get today(): number {
    return localDay(ZONE, this.account.now);
  }

  get items(): readonly D.Item[] {
    return this.account.items.filter(item => !this.account.deletedItemIds.has(item.id));
  }
  get locations(): readonly D.Location[] {
    return this.account.locations;
  }
  get vendors(): readonly D.Vendor[] {
    return this.account.vendors;
  }
  get customers(): readonly D.Customer[] {
    return this.account.customers;
  }
  get orders(): readonly D.Order[] {
    return this.account.orders;
  }
  get receipts(): readonly D.Receipt[] {
    return this.account.receipts;
  }
  get vendorReturns(): readonly D.VendorReturn[] {
    return this.account.vendorReturns;
  }
  get transfers(): readonly D.Transfer[] {
    return this.account.transfers;
  }
  get adjustmentSets(): readonly D.AdjustmentSet[] {
    return this.account.adjustmentSets;
  }
  get tickets(): readonly D.Ticket[] {
    return this.account.tickets;
  }

  /** Moves the clock to an instant (milliseconds, or ISO 8601 with offset); never back. */
  advanceTo(instant: Instant | string): void {
    const at = typeof instant === 'string' ? Date.parse(instant) : instant;
    if (!(at >= this.account.now)) throw new RangeError(`The clock cannot go to ${instant}.`);
    this.account.now = Math.floor(at / 1000) * 1000;
    this.account.version++;
  }

  #step(): Account {
    this.account.now += STEP_MS;
    return this.account;
  }

  changeItem(id: number, patch: merchandise.ItemPatch): D.Item {
    return merchandise.changeItem(this.#step(), id, patch);
  }
  addItem(patch?: merchandise.ItemPatch): D.Item {
    return merchandise.addItem(this.#step(), patch);
  }
  deleteItem(id: number): void {
    merchandise.deleteItem(this.#step(), id);
  }
  mergeItems(masterId: number, slaveIds: readonly number[]): void {
    merchandise.mergeItems(this.#step(), masterId, slaveIds);
  }

  sell(sale: selling.Sale): D.Ticket {
    return selling.sell(this.#step(), sale);
  }
  /** Takes lines of a ticket back; a quantity is what comes back, above zero. */
  returnGoods(
    ticketId: number,
    lines: readonly { readonly lineId: number; readonly qty: number }[],
    locationId?: number,
  ): D.Ticket {
    return selling.returnGoods(this.#step(), found(this.tickets, ticketId), lines, locationId);
  }
  completeLayaway(ticketId: number): void {
    selling.completeLayaway(this.#step(), found(this.tickets, ticketId));
  }
  voidTicket(ticketId: number): void {
    selling.voidTicket(this.#step(), found(this.tickets, ticketId));
  }

  order(asked: Parameters<typeof purchasing.order>[1]): D.Order {
    return purchasing.order(this.#step(), asked);
  }
  openOrder(orderId: number): void {
    purchasing.openOrder(this.#step(), found(this.orders, orderId));
  }
  endOrder(orderId: number, status: 'closed' | 'canceled'): void {
    purchasing.endOrder(this.#step(), found(this.orders, orderId), status);
  }
  /** Receives what is open on an order, or only these quantities by line id. */
  receive(orderId: number, qtyByLine?: ReadonlyMap<number, number>): D.Receipt {
    const order = found(this.orders, orderId);
    const lines = order.lines
      .map(line => ({
        itemId: line.itemId,
        orderLineId: line.id,
        unitCostCents: line.unitCostCents,
        qty: qtyByLine === undefined ? purchasing.openQty(line) : (qtyByLine.get(line.id) ?? 0),
      }))
      .filter(line => line.qty > 0);
    const locationId = order.locationId ?? this.locations[0]!.id;
    return purchasing.receive(this.#step(), { order, vendorId: order.vendorId, locationId, lines });
  }
  receiveWithoutOrder(asked: Omit<Parameters<typeof purchasing.receive>[1], 'order'>): D.Receipt {
    return purchasing.receive(this.#step(), asked);
  }
  returnToVendor(asked: Parameters<typeof purchasing.returnToVendor>[1]): D.VendorReturn {
    return purchasing.returnToVendor(this.#step(), asked);
  }

  /** Ships goods to another store; `receiveTransfer` ends it. */
  transfer(asked: Parameters<typeof stockroom.ship>[1]): D.Transfer {
    return stockroom.ship(this.#step(), asked);
  }
  receiveTransfer(transferId: number, lostByLine?: ReadonlyMap<number, number>): void {
    stockroom.receiveTransfer(this.#step(), found(this.transfers, transferId), lostByLine);
  }
  adjust(asked: Parameters<typeof stockroom.adjust>[1]): D.AdjustmentSet {
    return stockroom.adjust(this.#step(), asked);
  }
}

function found<T extends { readonly id: number }>(documents: readonly T[], id: number): T {
  const document = documents.find(each => each.id === id);
  if (document === undefined) throw new Error(`There is no document with the id ${id}.`);
  return document;
}
