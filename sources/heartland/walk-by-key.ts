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
import { IncompleteError } from '../../transforms/errors.ts';
import { embedding, withChildren } from './children.ts';
import type { Query } from './client.ts';
import { limited } from './limits.ts';
import { askPage, filterParameter } from './page.ts';
import type { Stream } from './stream.ts';
import type { Claim, Land, WalkContext } from './walk.ts';

/** Ids greater than `after`, up to and including `upTo`. */
interface Range {
  readonly after: number;
  readonly upTo: number;
}

/**
 * Walks records by id: `id > last`, in ranges side by side. A record that is changed or removed meanwhile cannot
 * shift others, as it does with page numbers; and a page that arrives short is simply continued.
 *
 * @param clauses which records, in Heartland's filter language
 * @returns what the API claims to hold, once every page has landed
 * @throws IncompleteError when the server does not heed the filter, so that the walk would never end
 */
export function walkByKey(
  context: WalkContext,
  stream: Stream,
  clauses: readonly object[],
  land: Land,
): Observable<Claim> {
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
      if (first.id === undefined || highest.id === undefined) {
        return of({ before, after: before, otherTotals: [] });
      }
      const lanes = Math.min(context.inFlight, Math.max(1, Math.ceil(before / perPage)));
      return concat(
        from(ranges(first.id, highest.id, lanes)).pipe(mergeMap(walkRange), ignoreElements()),
        edge('id').pipe(map(({ total }) => ({ before, after: total, otherTotals: [] }))),
      );
    }),
  );

  /** The first record in the given order, and how many there are. */
  function edge(sort: string): Observable<{ total: number; id: number | undefined }> {
    const query: Query = [...filter, ['sort[]', sort], ['page', '1'], ['per_page', '1']];
    return slots.hold(() =>
      askPage(client, stream.path, query).pipe(
        map(({ total, results }) => ({
          total,
          id: results.length === 0 ? undefined : idOf(results[0]),
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
      ...filterParameter([...clauses, { id: { $gt: range.after, $lte: range.upTo } }]),
      ...embed,
      ['sort[]', 'id'],
      ['page', '1'],
      ['per_page', String(perPage)],
    ];
    return slots.hold(() =>
      askPage(client, stream.path, query).pipe(
        concatMap(({ total, results }) => {
          if (results.length === 0) return of(undefined);
          const reached = furthest(results, range);
          const rest = results.length >= total ? undefined : { after: reached, upTo: range.upTo };
          return defer(() =>
            withChildren(client, stream, results as Record<string, unknown>[]),
          ).pipe(
            concatMap(page => land({ ...limited(stream, page), ordinal: range.after })),
            ignoreElements(),
            endWith(rest),
            last(),
          );
        }),
      ),
    );
  }

  /** The last id of a page. Guards against a server that ignores the filter, with which the walk would go round. */
  function furthest(results: readonly unknown[], range: Range): number {
    const reached = results.reduce<number>(
      (highest, row) => Math.max(highest, idOf(row)),
      range.after,
    );
    if (reached > range.after && reached <= range.upTo) return reached;
    throw new IncompleteError('FILTER_IGNORED', {
      problem: `Heartland answered a request for ${stream.path} with records that were not asked for`,
      found: `id ${reached}`,
      expected: `ids above ${range.after} up to ${range.upTo}`,
      next: 'Nothing was changed. Run the command again; if it persists, please report it.',
    });
  }

  function idOf(row: unknown): number {
    const id = (row as { id?: unknown } | null)?.id;
    if (typeof id === 'number' && Number.isSafeInteger(id)) return id;
    throw new IncompleteError('NO_ID', {
      problem: `A record of ${stream.path} has no usable id, so it cannot be walked`,
      // The rest of it may be personal data.
      found: id ?? null,
      expected: 'a whole number as id',
      next: 'Nothing was changed. Please report this record to Heartland.',
    });
  }
}

/** Cuts first…last into `count` ranges of equal width; ids are dense enough for lanes to end at about one time. */
export function ranges(first: number, lastId: number, count: number): readonly Range[] {
  const width = Math.ceil((lastId - first + 1) / count);
  return Array.from({ length: count }, (_, lane) => ({
    after: first - 1 + lane * width,
    upTo: Math.min(first - 1 + (lane + 1) * width, lastId),
  })).filter(range => range.upTo > range.after);
}
