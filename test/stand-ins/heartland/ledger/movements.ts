import type { Instant } from './calendar.ts';

/** What one inventory transaction changes; what it does not touch is left out and reads back as null. */
export interface Delta {
  readonly qty?: number;
  readonly onPo?: number;
  readonly committed?: number;
  readonly inTransit?: number;
}

export const FIRST_MOVEMENT_ID = 100_001;

/**
 * Every inventory transaction, in order of time, as columns of plain numbers: a large account has millions. NaN stands for
 * "not touched". Items and locations are positions in the ledger's lists, not ids.
 */
export class Movements {
  length = 0;
  at = new Float64Array(1024);
  item = new Int32Array(1024);
  location = new Int16Array(1024);
  unitCostCents = new Int32Array(1024);
  qty = new Float32Array(1024);
  onPo = new Float32Array(1024);
  committed = new Float32Array(1024);
  inTransit = new Float32Array(1024);

  push(at: Instant, item: number, location: number, unitCostCents: number, delta: Delta): void {
    if (this.length === this.at.length) this.reserve(this.length * 2);
    const row = this.length++;
    this.at[row] = at;
    this.item[row] = item;
    this.location[row] = location;
    this.unitCostCents[row] = unitCostCents;
    this.qty[row] = delta.qty ?? Number.NaN;
    this.onPo[row] = delta.onPo ?? Number.NaN;
    this.committed[row] = delta.committed ?? Number.NaN;
    this.inTransit[row] = delta.inTransit ?? Number.NaN;
  }

  /** Makes room for so many in all, so that a known crowd is not copied again and again. */
  reserve(count: number): void {
    if (count <= this.at.length) return;
    this.at = grown(this.at, new Float64Array(count));
    this.item = grown(this.item, new Int32Array(count));
    this.location = grown(this.location, new Int16Array(count));
    this.unitCostCents = grown(this.unitCostCents, new Int32Array(count));
    this.qty = grown(this.qty, new Float32Array(count));
    this.onPo = grown(this.onPo, new Float32Array(count));
    this.committed = grown(this.committed, new Float32Array(count));
    this.inTransit = grown(this.inTransit, new Float32Array(count));
  }
}

function grown<T extends Float64Array | Float32Array | Int32Array | Int16Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
