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
import { applyFieldPolicy } from '../field-policy.ts';
import type { Query } from '../http/client.ts';
import type { Stream } from '../streams/stream.ts';
import { embedding, withChildren } from './children.ts';
import { filterParameter, requestPage } from './page.ts';
import type { Land, ReportedTotal, WalkContext } from './walk.ts';

/** Ids greater than `after`, up to and including `upTo`, which is infinite if the last id is unknown. */
interface IdRange {
  readonly after: number;
  readonly upTo: number;
}

/** The first record of a sorted list, and the length of the list. */
interface Edge {
  readonly total: number;
  readonly isMissing: boolean;
  /** Undefined if the record has no usable id. */
  readonly id: number | undefined;
}

/**
 * Reads records by id, in several id ranges at the same time.
 *
 * Each request asks for `id > last`. A record that changes or is deleted during the walk cannot shift others, as it does
 * with page numbers, and a short page is simply continued. A range ends at its last id or at an empty page, never because
 * a total says so.
 *
 * @param clauses which records, in Heartland's filter language
 * @returns the reported total, once every page has landed
 * @throws IncompleteError if the server ignores the filter or hides ids, so that the walk could not end
 */
export function walkByKey(
  context: WalkContext,
  stream: Stream,
  clauses: readonly object[],
  land: Land,
): Observable<ReportedTotal> {
  return new IdWalk(context, stream, clauses, land).run();
}

class IdWalk {
  readonly #context: WalkContext;
  readonly #stream: Stream;
  readonly #clauses: readonly object[];
  readonly #land: Land;
  readonly #perPage: number;

  constructor(context: WalkContext, stream: Stream, clauses: readonly object[], land: Land) {
    this.#context = context;
    this.#stream = stream;
    this.#clauses = clauses;
    this.#land = land;
    const { walk } = stream;
    const limit = walk.kind === 'by_key' ? walk.perPage : undefined;
    this.#perPage = Math.min(context.perPage, limit ?? context.perPage);
  }

  /** Finds the first and the last id, reads the ranges between them, then asks for the total again. */
  run(): Observable<ReportedTotal> {
    return forkJoin({ first: this.#edge('id'), last: this.#edge('id,desc') }).pipe(
      concatMap(({ first, last: highest }) => {
        const before = first.total;
        if (first.isMissing || highest.isMissing)
          return of({ before, after: before, otherTotals: [] });
        return concat(
          from(this.#rangesOf(before, first.id, highest.id)).pipe(
            mergeMap(range => this.#readRange(range)),
            ignoreElements(),
          ),
          this.#edge('id').pipe(map(({ total }) => ({ before, after: total, otherTotals: [] }))),
        );
      }),
    );
  }

  #edge(sort: string): Observable<Edge> {
    const { client, slots } = this.#context;
    const filter = filterParameter(this.#clauses);
    const query: Query = [...filter, ['sort[]', sort], ['page', '1'], ['per_page', '1']];
    return slots.hold(() =>
      requestPage(client, this.#stream.path, query).pipe(
        map(({ total, results }) => ({
          total,
          isMissing: results.length === 0,
          id: idOf(results[0]),
        })),
      ),
    );
  }

  /** One range for each page that may be in flight, but no more than there are pages. */
  #rangesOf(total: number, first: number | undefined, last: number | undefined) {
    if (first === undefined || last === undefined)
      return [{ after: 0, upTo: Number.POSITIVE_INFINITY }];
    const pages = Math.max(1, Math.ceil(total / this.#perPage));
    return ranges(first, last, Math.min(this.#context.inFlight, pages));
  }

  /** Requests each page of a range when the page before it has landed. */
  #readRange(range: IdRange): Observable<unknown> {
    return this.#readPage(range).pipe(
      expand(rest => (rest === undefined ? EMPTY : this.#readPage(rest))),
    );
  }

  /** Reads one page of a range; emits the rest of the range, undefined at its end. */
  #readPage(range: IdRange): Observable<IdRange | undefined> {
    const { client, slots } = this.#context;
    const stream = this.#stream;
    return slots.hold(() =>
      requestPage(client, stream.path, this.#queryFor(range)).pipe(
        concatMap(({ total, results }) => {
          if (results.length === 0) return of(undefined);
          const { rows, rest } = takeFrom(stream, results, total, range);
          return defer(() => withChildren(client, stream, rows)).pipe(
            concatMap(page =>
              this.#land({ ...applyFieldPolicy(stream, page), ordinal: range.after }),
            ),
            ignoreElements(),
            endWith(rest),
            last(),
          );
        }),
      ),
    );
  }

  #queryFor({ after, upTo }: IdRange): Query {
    const ids = { id: { $gt: after, ...(Number.isFinite(upTo) && { $lte: upTo }) } };
    return [
      ...filterParameter([...this.#clauses, ids]),
      ...embedding(this.#stream),
      ['sort[]', 'id'],
      ['page', '1'],
      ['per_page', String(this.#perPage)],
    ];
  }
}

/**
 * The rows to take from a page, and the rest of its range.
 *
 * A row without a usable id is taken too, for the quarantine. At the end of a page it is left for the next page, which
 * begins after the last id and returns it again.
 */
function takeFrom(
  stream: Stream,
  results: readonly unknown[],
  total: number,
  range: IdRange,
): { readonly rows: readonly unknown[]; readonly rest: IdRange | undefined } {
  const ids = results.map(idOf);
  const known = ids.filter(id => id !== undefined);
  if (known.length === 0) {
    if (results.length >= total) return { rows: results, rest: undefined };
    throw noId(stream, results[0]);
  }
  // Without this check, a server that ignores the filter would keep the walk going forever.
  const reached = Math.max(range.after, ...known);
  if (reached === range.after || reached > range.upTo) throw filterIgnored(stream, reached, range);
  const rows = results.slice(0, ids.findLastIndex(id => id !== undefined) + 1);
  const rest = reached === range.upTo ? undefined : { after: reached, upTo: range.upTo };
  return { rows, rest };
}

function filterIgnored(stream: Stream, reached: number, range: IdRange): IncompleteError {
  return new IncompleteError('FILTER_IGNORED', {
    problem: `Heartland answered a request for ${stream.path} with records that were not requested`,
    found: `id ${reached}`,
    expected: `ids above ${range.after} up to ${range.upTo}`,
    next: 'Run the command again; if it persists, please report it.',
  });
}

function noId(stream: Stream, row: unknown): IncompleteError {
  return new IncompleteError('NO_ID', {
    problem: `A page of ${stream.path} has no record with a usable id, so the records after it cannot be read`,
    // The rest of the record may be personal data.
    found: (row as { id?: unknown } | null)?.id ?? null,
    expected: 'a whole number as id',
    next: 'Please report this record to Heartland.',
  });
}

function idOf(row: unknown): number | undefined {
  const id = (row as { id?: unknown } | null | undefined)?.id;
  return typeof id === 'number' && Number.isSafeInteger(id) ? id : undefined;
}

/** Cuts first…last into `count` ranges of equal width; ids are dense enough for all to end at about one time. */
function ranges(first: number, lastId: number, count: number): readonly IdRange[] {
  const width = Math.ceil((lastId - first + 1) / count);
  return Array.from({ length: count }, (_, index) => ({
    after: first - 1 + index * width,
    upTo: Math.min(first - 1 + (index + 1) * width, lastId),
  })).filter(range => range.upTo > range.after);
}
