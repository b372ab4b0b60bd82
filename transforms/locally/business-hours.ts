import { DateTime } from 'luxon';

/** When a store is open, in its own time zone. */
export interface BusinessHours {
  /** As `10:00`; before `close`. */
  readonly open: string;
  readonly close: string;
  /** At least one of them. */
  readonly days: readonly Weekday[];
}

type Weekday = (typeof WEEKDAYS)[number];
const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/**
 * The moment `hours` business hours after `from`: time passes only while the store is open.
 *
 * A change of daylight saving time at night makes no difference.
 *
 * @throws RangeError where `from` is too far in the future
 */
export function afterBusinessHours(
  from: Date,
  hours: number,
  { open, close, days }: BusinessHours,
  zone: string,
): Date {
  let now = DateTime.fromJSDate(from, { zone });
  let leftMs = hours * 3_600_000;
  // Open one day a week at least; two more weeks for days that daylight saving time shortens.
  const openDays = Math.ceil(leftMs / minutesBetween(open, close) / 60_000);
  for (let day = 0; day <= 7 * (openDays + 2) && now.isValid; day++) {
    const opens = at(now, open);
    const closes = at(now, close);
    if (days.includes(WEEKDAYS[now.weekday - 1]!) && now < closes) {
      const start = now < opens ? opens : now;
      const openMs = closes.toMillis() - start.toMillis();
      if (leftMs <= openMs) return start.plus({ milliseconds: leftMs }).toJSDate();
      leftMs -= openMs;
    }
    now = now.plus({ days: 1 }).startOf('day');
  }
  throw new RangeError(`there are no ${hours} business hours after ${from.getTime()} ms of 1970`);
}

function minutesBetween(open: string, close: string): number {
  const [from, to] = [open, close].map(time => {
    const [hour, minute] = time.split(':').map(Number);
    return hour! * 60 + minute!;
  });
  return Math.max(1, to! - from!);
}

function at(day: DateTime, time: string): DateTime {
  const [hour, minute] = time.split(':').map(Number);
  return day.set({ hour: hour!, minute: minute!, second: 0, millisecond: 0 });
}
