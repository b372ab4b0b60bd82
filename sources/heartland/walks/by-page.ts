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
import { asReportError, permanentFailuresFor } from '../http/report-error.ts';
import type { PageWalk, Stream } from '../streams/stream.ts';
import { requestRows } from './page.ts';
import type { LandRows, ReadRows, ReportedTotal, WalkContext } from './walk.ts';

/** Limit of a slice's pages, for a server with wrong totals. */
const MOST_PAGES = 100_000;

/**
 * Reads one slice by page number.
 *
 * Pages shift when rows are added or removed, so the result has every reported total; whoever counts the rows decides
 * whether the slice is complete. After a full last page one more page is requested: it must be empty, or the reported
 * number of pages was wrong.
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
    const isPermanent = permanentFailuresFor(stream, lacks);
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
        requestRows(client, stream.path, query, body => read(body, check?.take), isPermanent).pipe(
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
