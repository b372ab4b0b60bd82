import { compare, kindOf, stored } from './cell.ts';
import type { Rows } from './rows.ts';

export interface SortKey {
  readonly name: string;
  readonly descends: boolean;
}

/** Reads `field` or `field,desc`. */
export function parseSort(values: readonly string[]): SortKey[] {
  return values.map(value => {
    const [name = '', direction = 'asc'] = value.split(',');
    return { name: name.trim(), descends: direction.trim().toLowerCase() === 'desc' };
  });
}

/** Puts rows in order. Rows that the keys cannot tell apart come in an order that is another one in every `turn`. */
export function sortRows(
  found: readonly number[],
  rows: Rows,
  keys: readonly SortKey[],
  turn: number,
): number[] {
  const columns = keys.map(({ name, descends }) => {
    const read = rows.column(name);
    const values = found.map(row => {
      const value = read(row);
      return stored(value, kindOf(name, value));
    });
    return { values, sign: descends ? -1 : 1 };
  });
  const places = Uint32Array.from(found, (_, place) => place).sort((a, b) => {
    for (const { values, sign } of columns) {
      const order = compare(values[a]!, values[b]!);
      if (order !== 0) return order * sign;
    }
    return scramble(found[a]!, turn) - scramble(found[b]!, turn) || a - b;
  });
  return Array.from(places, place => found[place]!);
}

/** Whether a sort leaves no two rows in doubt: it names every key that tells them apart. */
export function isTotal(sort: readonly SortKey[], keys: readonly string[]): boolean {
  return sort.length > 0 && keys.every(key => sort.some(({ name }) => name === key));
}

/** A number that has nothing to do with its row, and changes with the turn. */
function scramble(row: number, turn: number): number {
  let h = Math.imul(row ^ Math.imul(turn, 0x9e3779b1), 0x85ebca6b);
  h ^= h >>> 15;
  return Math.imul(h, 0xc2b2ae35) >>> 0;
}

/** Rows as a database gives them when nobody asked for an order: each once, in no order, another one in every turn. */
export function anyOrder(count: number, turn: number): (place: number) => number {
  if (count < 2) return place => place;
  let stride = Math.floor(count * (0.382 + (turn % 7) * 0.03)) || 1;
  while (commonDivisor(stride, count) !== 1) stride++;
  const start = (turn * 7919) % count;
  return place => Number((BigInt(place) * BigInt(stride) + BigInt(start)) % BigInt(count));
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
