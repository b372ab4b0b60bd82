import { DateTime } from 'luxon';

/** A calendar day as whole days since 1970-01-01, so that days compare and subtract as numbers. */
export type Day = number;
/** An instant as milliseconds since 1970, always on a whole second, as the API knows no finer. */
export type Instant = number;

const DAY_MS = 86_400_000;
const starts = new Map<string, Map<Day, Instant>>();

/** Reads `YYYY-MM-DD`; undefined when it is not a calendar day. */
export function parseDay(text: string): Day | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const at = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(at) || formatDay(at / DAY_MS) !== text ? undefined : at / DAY_MS;
}

export function formatDay(day: Day): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

export function dayOf(year: number, month: number, date: number): Day {
  return Date.UTC(year, month - 1, date) / DAY_MS;
}

export function partsOf(day: Day): { year: number; month: number; date: number; weekday: number } {
  const at = new Date(day * DAY_MS);
  return {
    year: at.getUTCFullYear(),
    month: at.getUTCMonth() + 1,
    date: at.getUTCDate(),
    weekday: at.getUTCDay(),
  };
}

export function isLastOfMonth(day: Day): boolean {
  return partsOf(day + 1).date === 1;
}

/** The instant at which a day begins in a zone: 00:00 there, whatever summer time does. */
export function startOfDay(zone: string, day: Day): Instant {
  let days = starts.get(zone);
  if (days === undefined) {
    days = new Map();
    starts.set(zone, days);
  }
  let at = days.get(day);
  if (at === undefined) {
    const { year, month, date } = partsOf(day);
    at = DateTime.fromObject({ year, month, day: date }, { zone }).startOf('day').toMillis();
    days.set(day, at);
  }
  return at;
}

/** The day it is in a zone at an instant: the business date of what happens there then. */
export function localDay(zone: string, at: Instant): Day {
  let day = Math.floor(at / DAY_MS);
  while (startOfDay(zone, day) > at) day--;
  while (startOfDay(zone, day + 1) <= at) day++;
  return day;
}

const written = new Map<Instant, string>();
const read = new Map<string, Instant>();
/** Instants that are remembered in both directions; a filter over a long history meets the same ones on each page. */
const REMEMBERED = 500_000;

/** An instant as the API writes it: `2026-07-01T14:03:22+00:00`. */
export function formatInstant(at: Instant): string {
  let text = written.get(at);
  if (text === undefined) {
    text = `${new Date(at).toISOString().slice(0, 19)}+00:00`;
    if (written.size < REMEMBERED) written.set(at, text);
  }
  return text;
}

/** The instant that {@link formatInstant} wrote, or that any other ISO 8601 text names. */
export function readInstant(text: string): Instant {
  let at = read.get(text);
  if (at === undefined) {
    at = Date.parse(text);
    if (read.size < REMEMBERED) read.set(text, at);
  }
  return at;
}

/** An instant as a `local_*` key shows it: the wall clock of the place, with its offset. */
export function formatLocal(zone: string, at: Instant): string {
  const minutes = offsetMinutes(zone, at);
  const wall = new Date(at + minutes * 60_000).toISOString().slice(0, 19);
  const size = Math.abs(minutes);
  const hours = String(Math.floor(size / 60)).padStart(2, '0');
  return `${wall}${minutes < 0 ? '-' : '+'}${hours}:${String(size % 60).padStart(2, '0')}`;
}

/** The hour on the wall, 0 to 23. */
export function localHour(zone: string, at: Instant): number {
  return new Date(at + offsetMinutes(zone, at) * 60_000).getUTCHours();
}

const offsets = new Map<string, number>();

// Offsets change on a full hour of UTC, so one answer serves the hour; asking luxon for each ticket took most of a request.
function offsetMinutes(zone: string, at: Instant): number {
  const key = `${zone} ${Math.floor(at / 3_600_000)}`;
  let minutes = offsets.get(key);
  if (minutes === undefined) {
    minutes = DateTime.fromMillis(at, { zone }).offset;
    offsets.set(key, minutes);
  }
  return minutes;
}

/** Today in a zone. The only place where the stand-in looks at the real clock to choose its own. */
export function today(zone: string): Day {
  return localDay(zone, Date.now());
}
