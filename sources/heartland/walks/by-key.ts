import {
  concat,
  concatMap,
  defer,
  EMPTY,
  endWith,
  expand,
  forkJoin,
  from,
  ignoreElements,
  last,
  map,
  mergeMap,
  type Observable,
  of,
} from 'rxjs';
import { IncompleteError } from '../../../transforms/errors.ts';
import { limited } from '../field-policy.ts';
import type { Query } from '../http/client.ts';
import type { Stream } from '../streams/stream.ts';
import { embedding, withChildren } from './children.ts';
import { askPage, filterParameter } from './page.ts';
import type { Land, ReportedTotal, WalkContext } from './walk.ts';

/** Ids greater than `after`, up to and including `upTo`, which is infinite where the last id is not known. */
interface Range {
  readonly after: number;
  readonly upTo: number;
}

/**
 * Walks records by id: `id > last`, in ranges side by side. A record that is changed or removed meanwhile cannot
 * shift others, as it does with page numbers; and a page that arrives short is simply continued. A lane ends with the
 * last id of its range or with an empty page, never because a total says so.
 *
 * @param clauses which records, in Heartland's filter language
 * @returns what the API claims to hold, once every page has landed
 * @throws IncompleteError when the server does not heed the filter, or hides the ids, so that the walk could not end
 */
export function walkByKey(
  context: WalkContext,
  stream: Stream,
  clauses: readonly object[],
  land: Land,
): Observable<ReportedTotal> {
  const { client, slots } = context;
  const filter = filterParameter(clauses);
  const perPage = Math.min(
    context.perPage,
    (stream.walk.kind === 'by_key' ? stream.walk.perPage : undefined) ?? context.perPage,
  );
  const embed = embedding(stream);

  return forkJoin({ first: edge('id'), last: edge('id,desc') }).pipe(
    concatMap(({ first, last: highest }) => {
      const before = first.total;
      if (first.isMissing || highest.isMissing) {
        return of({ before, after: before, otherTotals: [] });
      }
      const lanes = Math.min(context.inFlight, Math.max(1, Math.ceil(before / perPage)));
      const parts =
        first.id === undefined || highest.id === undefined
          ? [{ after: 0, upTo: Number.POSITIVE_INFINITY }]
          : ranges(first.id, highest.id, lanes);
      return concat(
        from(parts).pipe(mergeMap(walkRange), ignoreElements()),
        edge('id').pipe(map(({ total }) => ({ before, after: total, otherTotals: [] }))),
      );
    }),
  );

  /** The first record in the given order, and how many there are. Its id is undefined where it is unusable. */
  function edge(
    sort: string,
  ): Observable<{ total: number; isMissing: boolean; id: number | undefined }> {
    const query: Query = [...filter, ['sort[]', sort], ['page', '1'], ['per_page', '1']];
    return slots.hold(() =>
      askPage(client, stream.path, query).pipe(
        map(({ total, results }) => ({
          total,
          isMissing: results.length === 0,
          id: idOf(results[0]),
        })),
      ),
    );
  }

  /** One lane: each page is asked for when the one before has landed. */
  function walkRange(range: Range): Observable<unknown> {
    return walkOn(range).pipe(expand(rest => (rest === undefined ? EMPTY : walkOn(rest))));
  }

  /** One page of a range; answers what is left of it. */
  function walkOn(range: Range): Observable<Range | undefined> {
    const query: Query = [
      ...filterParameter([
        ...clauses,
        {
          id: {
            $gt: range.after,
            ...(Number.isFinite(range.upTo) && { $lte: range.upTo }),
          },
        },
      ]),
      ...embed,
      ['sort[]', 'id'],
      ['page', '1'],
      ['per_page', String(perPage)],
    ];
    return slots.hold(() =>
      askPage(client, stream.path, query).pipe(
        concatMap(({ total, results }) => {
          if (results.length === 0) return of(undefined);
          const { rows, rest } = takeFrom(results, total, range);
          return defer(() => withChildren(client, stream, rows)).pipe(
            concatMap(page => land({ ...limited(stream, page), ordinal: range.after })),
            ignoreElements(),
            endWith(rest),
            last(),
          );
        }),
      ),
    );
  }

  /**
   * What to take of a page, and what is then left of its range. A row without a usable id is taken too, for the
   * quarantine; at the end of a page it is left for the next one, which begins after the last id and brings it again.
   */
  function takeFrom(results: readonly unknown[], total: number, range: Range) {
    const ids = results.map(idOf);
    const known = ids.filter(id => id !== undefined);
    if (known.length === 0) {
      if (results.length >= total) return { rows: results, rest: undefined };
      throw noId(results[0]);
    }
    // Guards against a server that ignores the filter, with which the walk would go round.
    const reached = Math.max(range.after, ...known);
    if (reached === range.after || reached > range.upTo) throw filterIgnored(reached, range);
    const rows = results.slice(0, ids.findLastIndex(id => id !== undefined) + 1);
    const rest = reached === range.upTo ? undefined : { after: reached, upTo: range.upTo };
    return { rows, rest };
  }

  function filterIgnored(reached: number, range: Range): IncompleteError {
    return new IncompleteError('FILTER_IGNORED', {
      problem: `Heartland answered a request for ${stream.path} with records that were not asked for`,
      found: `id ${reached}`,
      expected: `ids above ${range.after} up to ${range.upTo}`,
      next: 'Run the command again; if it persists, please report it.',
    });
  }

  function noId(row: unknown): IncompleteError {
    return new IncompleteError('NO_ID', {
      problem: `No record of a whole page of ${stream.path} has a usable id, so it cannot be walked`,
      // The rest of it may be personal data.
      found: (row as { id?: unknown } | null)?.id ?? null,
      expected: 'a whole number as id',
      next: 'Please report this record to Heartland.',
    });
  }
}

function idOf(row: unknown): number | undefined {
  const id = (row as { id?: unknown } | null | undefined)?.id;
  return typeof id === 'number' && Number.isSafeInteger(id) ? id : undefined;
}

/** Cuts first…last into `count` ranges of equal width; ids are dense enough for lanes to end at about one time. */
function ranges(first: number, lastId: number, count: number): readonly Range[] {
  const width = Math.ceil((lastId - first + 1) / count);
  return Array.from({ length: count }, (_, lane) => ({
    after: first - 1 + lane * width,
    upTo: Math.min(first - 1 + (lane + 1) * width, lastId),
  })).filter(range => range.upTo > range.after);
}
