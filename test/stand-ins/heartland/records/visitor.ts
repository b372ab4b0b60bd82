import { derived } from '../derived.ts';
import { type Account, FIRST_ID } from '../ledger/account.ts';
import { formatDay, formatInstant, localDay, localHour, partsOf } from '../ledger/calendar.ts';
import type { Fields } from '../query/rows.ts';
import { STAMPS } from './stamps.ts';

/** Who came in during an hour: three for each ticket that was rung up in it. */
interface Count {
  readonly id: number;
  readonly counterId: number;
  readonly zone: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  value: number;
}

export function countsOf(account: Account): readonly Count[] {
  return derived(account, 'counts', ({ tickets }) => {
    const byHour = new Map<string, Count>();
    for (const ticket of tickets) {
      const { zone } = account.location(ticket.locationId);
      const hour = Math.floor(ticket.createdAt / 3_600_000) * 3_600_000;
      const key = `${ticket.locationId} ${hour}`;
      const count = byHour.get(key);
      if (count !== undefined) count.value += 3;
      else
        byHour.set(key, {
          id: FIRST_ID + byHour.size,
          counterId: ticket.locationId,
          zone,
          createdAt: hour,
          updatedAt: hour,
          value: 3,
        });
    }
    return [...byHour.values()];
  });
}

const dayOf = (count: Count) => localDay(count.zone, count.createdAt);

export const TRAFFIC_COUNT: Fields<Count> = {
  id: count => count.id,
  traffic_counter_id: count => count.counterId,
  value: count => count.value,
  datetime: count => formatInstant(count.createdAt),
  year: count => partsOf(dayOf(count)).year,
  month: count => partsOf(dayOf(count)).month,
  week: count => Math.ceil(partsOf(dayOf(count)).date / 7),
  hour: count => localHour(count.zone, count.createdAt),
  date_id: count => Number(formatDay(dayOf(count)).replaceAll('-', '')),
  time_id: count => localHour(count.zone, count.createdAt) * 100,
  created_at: STAMPS.created_at,
  updated_at: STAMPS.updated_at,
};
