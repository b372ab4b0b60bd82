import type { Failure } from '../stand-ins/heartland/faults.ts';
import { backDate, bookLate, type LateMovement } from '../stand-ins/heartland/ledger/late.ts';
import type { Ledger } from '../stand-ins/heartland/ledger/ledger.ts';
import type { Random } from '../stand-ins/heartland/ledger/random.ts';

/*
 * What may happen in an account between two syncs, and around one: all of it drawn from one seed, so that a history can be
 * told by its number.
 */

const CLASSES = ['110', '120', '999', 'UNCL', null];

/** Days of an account, drawn by chance. */
export class RandomHistory {
  readonly #random: Random;
  readonly #ledger: Ledger;
  readonly #from: number;
  readonly #isKept: (act: string) => boolean;
  readonly #late: LateMovement[] = [];

  /**
   * @param from nothing is back-dated to before it
   * @param leftOut what does not happen
   */
  constructor(random: Random, ledger: Ledger, from: number, leftOut: readonly string[] = []) {
    this.#isKept = act => !leftOut.includes(act);
    this.#random = random;
    this.#ledger = ledger;
    this.#from = from;
  }

  /** Does a few things to the account; answers what. */
  happen(): readonly string[] {
    const acts = Object.entries(this.#acts).filter(([name]) => this.#isKept(name));
    return Array.from({ length: this.#random.between(1, 6) }, () => {
      const [name, act] = this.#random.pick(acts);
      act();
      return name;
    });
  }

  /** Lets everything be seen that was not yet. */
  revealAll(): void {
    for (const late of this.#late.splice(0)) late.reveal();
  }

  readonly #acts: Readonly<Record<string, () => void>> = {
    sell: () => {
      const lines = this.#goods().map(line => ({
        ...line,
        discount: this.#random.pick([0, 0, 0.2]),
      }));
      this.#ledger.sell({ locationId: this.#store(), lines, isLayaway: this.#random.chance(0.2) });
    },
    sellForAnother: () =>
      void this.#ledger.sell({
        locationId: this.#store(),
        sourceLocationId: this.#store(),
        lines: this.#goods(),
      }),
    handOverLayaway: () =>
      this.#one(this.#tickets('incomplete'), ({ id }) => this.#ledger.completeLayaway(id)),
    voidTicket: () =>
      this.#one(
        this.#ledger.tickets.filter(({ status }) => status !== 'void'),
        ({ id }) => this.#ledger.voidTicket(id),
      ),
    takeBack: () =>
      this.#one(this.#tickets('complete'), ticket => {
        const line = ticket.lines.find(each => each.type === 'ItemLine' && each.qty > 0);
        if (line?.type === 'ItemLine')
          this.#ledger.returnGoods(ticket.id, [{ lineId: line.id, qty: line.qty }]);
      }),
    backDate: () =>
      this.#one(this.#tickets('complete'), ({ id }) => {
        const span = Math.floor((this.#ledger.now - this.#from) / 3_600_000);
        backDate(this.#ledger, id, this.#from + this.#random.between(0, span) * 3_600_000);
      }),
    bookLate: () => {
      const [goods] = this.#goods();
      this.#late.push(bookLate(this.#ledger, { ...goods!, locationId: this.#store() }));
    },
    reveal: () => void this.#late.shift()?.reveal(),
    reprice: () =>
      void this.#ledger.changeItem(this.#item(), { priceCents: this.#random.between(1, 9_999) }),
    reclass: () => {
      const item = this.#random.pick(this.#ledger.items);
      const class_code = this.#random.pick(CLASSES);
      this.#ledger.changeItem(item.id, { custom: { ...item.custom, class_code } });
    },
    renumber: () =>
      void this.#ledger.changeItem(this.#item(), { publicId: `N-${this.#random.between(1, 1e9)}` }),
    otherVendor: () =>
      void this.#ledger.changeItem(this.#item(), { primaryVendorId: this.#vendor() }),
    addItem: () => void this.#ledger.addItem({ priceCents: this.#random.between(1, 9_999) }),
    deleteItem: () => this.#ledger.deleteItem(this.#item()),
    merge: () => {
      const [master, slave] = [this.#item(), this.#item()];
      if (master !== slave) this.#ledger.mergeItems(master, [slave]);
    },
    order: () =>
      void this.#ledger.order({
        vendorId: this.#vendor(),
        locationId: this.#store(),
        isPending: this.#random.chance(0.3),
        lines: this.#goods(),
      }),
    receive: () =>
      this.#one(
        this.#ledger.orders.filter(({ status }) => status === 'open'),
        ({ id }) => void this.#ledger.receive(id),
      ),
    endOrder: () =>
      this.#one(
        this.#ledger.orders.filter(({ status }) => status === 'open'),
        ({ id }) => this.#ledger.endOrder(id, this.#random.pick(['closed', 'canceled'] as const)),
      ),
    receiveWithoutOrder: () =>
      void this.#ledger.receiveWithoutOrder({
        vendorId: this.#vendor(),
        locationId: this.#store(),
        isPending: this.#random.chance(0.2),
        lines: this.#goods(),
      }),
    returnToVendor: () =>
      void this.#ledger.returnToVendor({
        vendorId: this.#vendor(),
        locationId: this.#store(),
        lines: this.#goods(),
      }),
    ship: () => {
      const [fromLocationId, toLocationId] = [this.#store(), this.#store()];
      if (fromLocationId !== toLocationId)
        this.#ledger.transfer({ fromLocationId, toLocationId, lines: this.#goods() });
    },
    takeIn: () =>
      this.#one(
        this.#ledger.transfers.filter(({ status }) => status === 'in_transit'),
        ({ id }) => this.#ledger.receiveTransfer(id),
      ),
    count: () =>
      void this.#ledger.adjust({
        locationId: this.#store(),
        isPending: this.#random.chance(0.2),
        lines: this.#goods().map(line => ({ ...line, qty: this.#random.pick([-2, -1, 1, 3]) })),
      }),
  };

  #tickets(wanted: 'incomplete' | 'complete') {
    return this.#ledger.tickets.filter(({ status }) => status === wanted);
  }

  #one<T>(all: readonly T[], act: (one: T) => void): void {
    if (all.length > 0) act(this.#random.pick(all));
  }

  #goods() {
    return Array.from({ length: this.#random.between(1, 3) }, () => ({
      itemId: this.#item(),
      qty: this.#random.between(1, 4),
    }));
  }

  #item(): number {
    return this.#random.pick(this.#ledger.items).id;
  }

  #store(): number {
    return this.#random.pick(this.#ledger.locations.filter(({ isChannel }) => !isChannel)).id;
  }

  #vendor(): number {
    return this.#random.pick(this.#ledger.vendors).id;
  }
}

const PATHS = [
  'locations',
  'items',
  'purchasing/orders',
  'purchasing/receipts',
  'inventory/transactions',
  'inventory/values',
  'inventory/transfers',
  'sales/tickets',
  'reporting/analyzer',
  'reporting/analyzer',
  'reporting/analyzer',
];
const FAILURES: readonly Failure[] = [
  { kind: 'unauthorized' },
  { kind: 'internalError' },
  { kind: 'badGateway' },
  { kind: 'cut', when: 'midway' },
  { kind: 'truncated' },
  { kind: 'shortPage', rows: 1 },
  { kind: 'lyingTotal', by: [1, 0] },
];

/** Something that goes wrong while a sync reads, or nothing. */
export function randomFault(random: Random) {
  if (random.chance(0.4)) return undefined;
  return {
    ...random.pick(FAILURES),
    path: random.pick(PATHS),
    after: random.between(0, 8),
    times: random.pick([1, 2, 1_000]),
  };
}

const HOUR_MS = 3_600_000;
const WRONG_BY = [-48, -3, 0, 0, 0, 0, 3, 48, 960].map(hours => hours * HOUR_MS);

/** How far a clock is ahead, in milliseconds; mostly it is right. */
export function randomClock(random: Random): number {
  return random.pick(WRONG_BY);
}
