import type { Account } from './account.ts';
import { type Day, type Instant, localDay, startOfDay } from './calendar.ts';
import type { Item, Location } from './documents.ts';
import { Random } from './random.ts';
import type { Size } from './sizes.ts';

interface Happening {
  readonly at: Instant;
  readonly happen: () => void;
}

/**
 * The diary of the account. What happens on a day follows from the seed, the day and what happened before, never from
 * later days; so an account made tomorrow has the same past as one made today.
 */
export class Days {
  readonly account: Account;
  readonly seed: number;
  readonly size: Size;
  /** Items that are never sold or bought by the diary on its own. */
  readonly leftAlone: ReadonlySet<number>;
  readonly #ahead = new Map<Day, Happening[]>();

  constructor(account: Account, seed: number, size: Size, leftAlone: ReadonlySet<number>) {
    this.account = account;
    this.seed = seed;
    this.size = size;
    this.leftAlone = leftAlone;
  }

  get stores(): readonly Location[] {
    return this.account.locations.filter(location => !location.isChannel);
  }

  random(day: Day, ...words: readonly (string | number)[]): Random {
    return new Random(this.seed, day, ...words);
  }

  /** Notes something for a time of day at a place, this day or a later one. */
  note(location: Location, day: Day, hour: number, happen: () => void): void {
    const hourly = startOfDay(location.zone, day) + Math.round(hour * 3600) * 1000;
    // What follows from something cannot be before it, even where clocks are behind.
    const at = Math.max(hourly, this.account.now);
    const filed = localDay('UTC', at);
    const list = this.#ahead.get(filed) ?? [];
    this.#ahead.set(filed, list);
    // Kept in order of time, so that a day being lived may still be added to.
    let place = list.length;
    while (place > 0 && list[place - 1]!.at > at) place--;
    list.splice(place, 0, { at, happen });
  }

  /** Lets everything noted for one UTC day happen in order of time, up to an instant; the rest stays noted. */
  live(day: Day, until: Instant): void {
    const list = this.#ahead.get(day) ?? [];
    this.#ahead.set(day, list);
    let lived = 0;
    for (; lived < list.length; lived++) {
      const { at, happen } = list[lived]!;
      if (at > until) break;
      this.account.now = Math.max(at, this.account.now);
      happen();
    }
    list.splice(0, lived);
    if (list.length === 0) this.#ahead.delete(day);
  }

  /** Draws an item, some far more often than others; undefined for one that is left alone or gone. */
  drawItem(random: Random): Item | undefined {
    const { items } = this.account;
    const rank = Math.floor(random.next() ** 2 * this.size.items);
    const item = items[(rank * 7919 + 13) % this.size.items]!;
    const isGone = this.account.deletedItemIds.has(item.id);
    return isGone || this.leftAlone.has(item.id) ? undefined : item;
  }
}
