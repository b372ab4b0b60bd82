import type { Json } from './decimal.ts';
import type { Fault } from './faults.ts';
import { filtersOf } from './query/params.ts';

const DAY_MS = 86_400_000;

/**
 * Heartland's answer to a window of time that is too wide: paging tickets over 24 months was answered with 500 where
 * three months at a time worked (seen by one client, H that it is an ordinary answer).
 *
 * @param days the widest window that is answered
 * @param now where a window without an end ends
 */
export function tooWide(path: string, days: number, now: () => number): Fault {
  return {
    kind: 'internalError',
    path,
    query: query => widthOf(query, now()) > days * DAY_MS,
  };
}

/** The narrowest window that a query names, in milliseconds; 0 where it names none, or asks for one row alone. */
function widthOf(query: URLSearchParams, now: number): number {
  if (query.get('per_page') === '1') return 0;
  const widths = windowsIn(filtersOf(query, () => false)).map(({ from, to }) => (to ?? now) - from);
  return widths.length === 0 ? 0 : Math.min(...widths);
}

interface Window {
  readonly from: number;
  readonly to: number | undefined;
}

/** The windows of a filter, within `$and` too. */
function windowsIn(filter: Json | undefined): Window[] {
  if (Array.isArray(filter)) return filter.flatMap((part: Json) => windowsIn(part));
  if (typeof filter !== 'object' || filter === null) return [];
  return Object.entries(filter).flatMap(([name, condition]: [string, Json]) => {
    if (name === '$and') return windowsIn(condition);
    if (!name.endsWith('_at') || typeof condition !== 'object' || condition === null) return [];
    const bounds = condition as Readonly<Record<string, Json>>;
    const from = bounds.$gte ?? bounds.$gt;
    const to = bounds.$lte ?? bounds.$lt;
    if (from === undefined) return [];
    return [
      {
        from: Date.parse(String(from)),
        to: to === undefined ? undefined : Date.parse(String(to)),
      },
    ];
  });
}
