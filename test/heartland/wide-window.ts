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

/** The narrowest window of time that a query names, in milliseconds; 0 where it names none, or asks for a count alone. */
function widthOf(query: URLSearchParams, now: number): number {
  const filters = filtersOf(query, () => false);
  if (query.get('per_page') === '1') return 0;
  const widths = filters.flatMap(filter => {
    if (typeof filter !== 'object' || filter === null) return [];
    return Object.entries(filter).flatMap(([name, condition]: [string, unknown]) => {
      if (!name.endsWith('_at') || typeof condition !== 'object' || condition === null) return [];
      const bounds = condition as Readonly<Record<string, unknown>>;
      const from = bounds.$gte ?? bounds.$gt;
      const to = bounds.$lte ?? bounds.$lt;
      return [
        (to === undefined ? now : Date.parse(String(to))) -
          (from === undefined ? 0 : Date.parse(String(from))),
      ];
    });
  });
  return widths.length === 0 ? 0 : Math.min(...widths);
}
