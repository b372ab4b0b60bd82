import type { Instant } from './calendar.ts';
import { type Delta, Movements } from './movements.ts';

/** Stock of one item at one location. Costs are in cents, exact sums of quantity x unit cost. */
export interface Figures {
  onHand: number;
  onHandCents: number;
  onPo: number;
  committed: number;
  committedCents: number;
  inTransit: number;
  inTransitCents: number;
}

export const NOTHING: Readonly<Figures> = {
  onHand: 0,
  onHandCents: 0,
  onPo: 0,
  committed: 0,
  committedCents: 0,
  inTransit: 0,
  inTransitCents: 0,
};

const FIGURES = Object.keys(NOTHING) as readonly (keyof Figures)[];

/**
 * Stock is nothing but the sum of its movements. The running sums kept here are those sums up to now; what was in stock
 * at an earlier instant is the sums of now less what moved since.
 */
export class Stock {
  readonly movements = new Movements();
  /** Movements that have a number already, and are not to be seen yet. */
  readonly hidden = new Set<number>();
  readonly locations: number;
  readonly items: number;
  readonly #sums: Readonly<Record<keyof Figures, Float64Array>>;
  readonly #hasMoved: Uint8Array;
  readonly #past = new Map<string, Map<number, Figures>>();

  /** @param items how many items there is room for */
  constructor(locations: number, items: number) {
    this.locations = locations;
    this.items = items;
    const pairs = locations * items;
    this.#hasMoved = new Uint8Array(pairs);
    const sums: Partial<Record<keyof Figures, Float64Array>> = {};
    for (const figure of FIGURES) sums[figure] = new Float64Array(pairs);
    this.#sums = sums as Record<keyof Figures, Float64Array>;
  }

  /** Where an item at a location is kept. Pairs of one location lie together, in the order of items. */
  pair(item: number, location: number): number {
    return location * this.items + item;
  }

  post(at: Instant, item: number, location: number, unitCostCents: number, delta: Delta): void {
    this.movements.push(at, item, location, unitCostCents, delta);
    this.#past.clear();
    const pair = this.pair(item, location);
    const { qty = 0, onPo = 0, committed = 0, inTransit = 0 } = delta;
    const sums = this.#sums;
    this.#hasMoved[pair] = 1;
    sums.onHand[pair]! += qty;
    sums.onHandCents[pair]! += qty * unitCostCents;
    sums.onPo[pair]! += onPo;
    sums.committed[pair]! += committed;
    sums.committedCents[pair]! += committed * unitCostCents;
    sums.inTransit[pair]! += inTransit;
    sums.inTransitCents[pair]! += inTransit * unitCostCents;
  }

  /** Takes the next number for a movement that others will see only when it is {@link reveal}ed. */
  reserve(at: Instant, item: number, location: number): number {
    this.movements.push(at, item, location, 0, {});
    const row = this.movements.length - 1;
    this.hidden.add(row);
    return row;
  }

  /** Lets a reserved movement be seen, and count, from the instant it was reserved at. */
  reveal(row: number, unitCostCents: number, qty: number): void {
    const m = this.movements;
    if (!this.hidden.delete(row)) throw new Error(`Movement ${row} is not hidden.`);
    m.unitCostCents[row] = unitCostCents;
    m.qty[row] = qty;
    this.#past.clear();
    const pair = this.pair(m.item[row]!, m.location[row]!);
    this.#hasMoved[pair] = 1;
    this.#sums.onHand[pair]! += qty;
    this.#sums.onHandCents[pair]! += qty * unitCostCents;
  }

  hasMoved(pair: number): boolean {
    return this.#hasMoved[pair] === 1;
  }

  onHand(pair: number): number {
    return this.#sums.onHand[pair]!;
  }

  now(pair: number): Figures {
    const figures = { ...NOTHING };
    for (const figure of FIGURES) figures[figure] = this.#sums[figure][pair]!;
    return figures;
  }

  /** Stock just before an instant, which may differ from place to place: `cuts` has one for each location. */
  before(cuts: readonly Instant[]): (pair: number) => Figures {
    const first = this.movements.length === 0 ? 0 : this.movements.at[0]!;
    if (cuts.every(cut => cut <= first)) return () => ({ ...NOTHING });
    const key = cuts.join();
    let since = this.#past.get(key);
    if (since === undefined) {
      since = this.#movedSince(cuts);
      this.#past.set(key, since);
    }
    const moved = since;
    return pair => {
      const figures = this.now(pair);
      const less = moved.get(pair);
      if (less !== undefined) for (const figure of FIGURES) figures[figure] -= less[figure];
      return figures;
    };
  }

  #movedSince(cuts: readonly Instant[]): Map<number, Figures> {
    const moved = new Map<number, Figures>();
    const earliest = Math.min(...cuts);
    const m = this.movements;
    for (let row = m.length - 1; row >= 0 && m.at[row]! >= earliest; row--) {
      const location = m.location[row]!;
      if (m.at[row]! < cuts[location]!) continue;
      const pair = this.pair(m.item[row]!, location);
      let sum = moved.get(pair);
      if (sum === undefined) {
        sum = { ...NOTHING };
        moved.set(pair, sum);
      }
      const unitCostCents = m.unitCostCents[row]!;
      sum.onHand += m.qty[row]! || 0;
      sum.onHandCents += (m.qty[row]! || 0) * unitCostCents;
      sum.onPo += m.onPo[row]! || 0;
      sum.committed += m.committed[row]! || 0;
      sum.committedCents += (m.committed[row]! || 0) * unitCostCents;
      sum.inTransit += m.inTransit[row]! || 0;
      sum.inTransitCents += (m.inTransit[row]! || 0) * unitCostCents;
    }
    return moved;
  }

  /** Gives all movements of one item to another, as a merge of items does. */
  fold(from: number, into: number): void {
    const m = this.movements;
    for (let row = 0; row < m.length; row++) if (m.item[row] === from) m.item[row] = into;
    for (let location = 0; location < this.locations; location++) {
      const source = this.pair(from, location);
      const target = this.pair(into, location);
      for (const figure of FIGURES) {
        this.#sums[figure][target]! += this.#sums[figure][source]!;
        this.#sums[figure][source] = 0;
      }
      this.#hasMoved[target]! |= this.#hasMoved[source]!;
      this.#hasMoved[source] = 0;
    }
    this.#past.clear();
  }
}
