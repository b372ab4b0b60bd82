import {
  catchError,
  concat,
  concatMap,
  defer,
  EMPTY,
  from,
  ignoreElements,
  mergeMap,
  type Observable,
  of,
  range,
  throwError,
} from 'rxjs';
import type { Query } from '../http/client.ts';
import { asReportError, hopelessFor } from '../http/report-error.ts';
import type { PageWalk, Stream } from '../streams/stream.ts';
import { askRows } from './page.ts';
import type { LandRows, ReadRows, ReportedTotal, WalkContext } from './walk.ts';

/** More pages than any slice may have: a bound for a server whose totals make no sense. */
const MOST_PAGES = 100_000;

/**
 * Walks one slice of a grouped answer by page number. Page numbers shift when rows come or go, so the claim carries
 * every total that was seen; whoever counts the rows decides whether the slice is whole. After a last page that is full,
 * one page more is asked for: it must be empty, or the number of pages was wrong.
 *
 * @param slice the slice's value, as `2026-10-31` or a location's id
 */
export function walkByPage<T>(
  { client, slots, perPage, lacks }: WalkContext,
  stream: Stream,
  walk: PageWalk,
  slice: string,
  read: ReadRows<T>,
  land: LandRows<T>,
): Observable<ReportedTotal> {
  return defer(() => {
    const isHopeless = hopelessFor(stream, lacks);
    const totals: number[] = [];
    const sizes: number[] = [];
    let pages = 1;
    const check = walk.slicedBy === 'nothing' ? undefined : walk.check?.();
    return concat(
      page(1).pipe(ignoreElements()),
      defer(() => (pages > 1 ? range(2, Math.min(pages, MOST_PAGES) - 1) : from([]))).pipe(
        mergeMap(page),
        ignoreElements(),
      ),
      defer(() => (isLastFull() ? page(pages + 1) : EMPTY)).pipe(ignoreElements()),
      defer(() => {
        check?.finish();
        const taken = check?.taken() ?? 0;
        const [before = 0] = totals;
        const otherTotals = [...new Set(totals)].filter(total => total !== before);
        const after = totals.at(-1) ?? before;
        return of({ before: before - taken, after: after - taken, otherTotals });
      }),
    );

    function isLastFull(): boolean {
      const size = sizes[pages] ?? 0;
      return size > 0 && size >= (pages === 1 ? perPage : (sizes[1] ?? 0));
    }

    function page(number: number): Observable<unknown> {
      const query: Query = [
        ...walk.query(slice),
        ['page', String(number)],
        ['per_page', String(perPage)],
      ];
      return slots.hold(() =>
        askRows(client, stream.path, query, body => read(body, check?.take), isHopeless).pipe(
          catchError(error => throwError(() => asReportError(stream, error))),
          concatMap(answer => {
            totals.push(answer.total);
            if (number === 1) pages = answer.pages;
            sizes[number] = answer.arrived;
            return land(number, answer.rows);
          }),
        ),
      );
    }
  });
}
