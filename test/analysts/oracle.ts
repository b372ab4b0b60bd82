/**
 * What the views must say, added up from the stand-in's own tickets, stock movements and purchase orders by code that
 * shares nothing with them: no SQL, no analyzer, no inventory/values.
 */
import { DateTime } from 'luxon';
import type { Item, Location, Order, OrderLine } from '../stand-ins/heartland/ledger/documents.ts';
import type { Ledger } from '../stand-ins/heartland/ledger/ledger.ts';

/** Money in cents. */
export interface SoldFigures {
  qty: number;
  grossCents: number;
  markdownCents: number;
  returnsCents: number;
  netCents: number;
  costCents: number;
}

export interface SoldLine extends Readonly<SoldFigures> {
  readonly day: string;
  readonly location: Location;
  readonly item: Item;
}

/** Every line of a completed ticket from `from` on, at the place that handed the goods over. */
export function soldLines(ledger: Ledger, from: string): SoldLine[] {
  const lines: SoldLine[] = [];
  for (const ticket of ledger.tickets) {
    if (ticket.status !== 'complete' || ticket.completedAt === null) continue;
    const location = ledger.locations.find(each => each.id === ticket.locationId)!;
    const day = DateTime.fromMillis(ticket.completedAt, { zone: location.zone }).toISODate()!;
    if (day < from) continue;
    for (const line of ticket.lines) {
      if (line.type !== 'ItemLine') continue;
      const full = line.originalUnitPriceCents * line.qty;
      lines.push({
        day,
        location,
        item: ledger.items.find(each => each.id === line.itemId)!,
        qty: line.qty,
        grossCents: line.qty > 0 ? Math.round(full) : 0,
        returnsCents: line.qty < 0 ? Math.round(-full) : 0,
        markdownCents:
          Math.sign(line.qty) * (Math.round(Math.abs(full)) - Math.abs(line.valueCents)),
        netCents: line.valueCents,
        costCents: line.qty * line.unitCostCents,
      });
    }
  }
  return lines;
}

/** Adds lines up by whatever `keyOf` answers. */
export function summed(
  lines: readonly SoldLine[],
  keyOf: (line: SoldLine) => string,
): Map<string, SoldFigures> {
  const sums = new Map<string, SoldFigures>();
  for (const line of lines) {
    const key = keyOf(line);
    const sum = sums.get(key) ?? {
      ...{ qty: 0, grossCents: 0, markdownCents: 0 },
      ...{ returnsCents: 0, netCents: 0, costCents: 0 },
    };
    for (const name of Object.keys(sum) as (keyof SoldFigures)[]) sum[name] += line[name];
    sums.set(key, sum);
  }
  return sums;
}

export interface HeldFigures {
  readonly location: Location;
  readonly item: Item;
  onHand: number;
  costCents: number;
  inTransit: number;
  onPo: number;
}

/** Stock of every pair that ever moved, at 00:00 of the day after `day` at each place; as it is now unless said. */
export function held(ledger: Ledger, day?: string): HeldFigures[] {
  const { movements } = ledger.account.stock;
  const sums = new Map<string, HeldFigures>();
  for (let row = 0; row < movements.length; row++) {
    const location = ledger.locations[movements.location[row]!]!;
    const item = ledger.account.items[movements.item[row]!]!;
    const key = `${location.id} ${item.id}`;
    const sum = sums.get(key) ?? {
      ...{ location, item },
      ...{ onHand: 0, costCents: 0, inTransit: 0, onPo: 0 },
    };
    sums.set(key, sum);
    if (day !== undefined) {
      const end = DateTime.fromISO(day, { zone: location.zone }).plus({ days: 1 }).toMillis();
      if (movements.at[row]! >= end) continue;
    }
    const qty = movements.qty[row]! || 0;
    sum.onHand += qty;
    sum.costCents += qty * movements.unitCostCents[row]!;
    sum.inTransit += movements.inTransit[row]! || 0;
    sum.onPo += movements.onPo[row]! || 0;
  }
  return [...sums.values()];
}

/** The unfilled lines of open orders. */
export function openLines(
  ledger: Ledger,
): { order: Order; line: OrderLine; item: Item; qty: number }[] {
  return ledger.orders
    .filter(order => order.status === 'open')
    .flatMap(order =>
      order.lines.map(line => ({
        order,
        line,
        item: ledger.items.find(each => each.id === line.itemId)!,
        qty: Math.max(line.qty - line.qtyReceived, 0),
      })),
    )
    .filter(({ qty }) => qty > 0);
}

/** The class code as it is written; null for one that is missing, empty or spaces. */
export function classOf(item: Item): string | null {
  const code = item.custom.class_code ?? null;
  return code === null || code.trim() === '' ? null : code;
}

/** Cents as the exact text of an amount with two decimals. */
export function dollars(cents: number): string {
  const whole = Math.round(Math.abs(cents));
  const text = `${Math.floor(whole / 100)}.${String(whole % 100).padStart(2, '0')}`;
  return cents < 0 && whole > 0 ? `-${text}` : text;
}

/** A sum of one figure by key. */
export function added<T>(
  list: readonly T[],
  keyOf: (each: T) => string,
  of: (each: T) => number,
): Map<string, number> {
  const sums = new Map<string, number>();
  for (const each of list) sums.set(keyOf(each), (sums.get(keyOf(each)) ?? 0) + of(each));
  return sums;
}
