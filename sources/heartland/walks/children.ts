import {
  catchError,
  concatMap,
  EMPTY,
  every,
  expand,
  from,
  map,
  type Observable,
  of,
  reduce,
  toArray,
} from 'rxjs';
import { IncompleteError, SourceError } from '../../../transforms/errors.ts';
import { isRecord } from '../../../transforms/validate.ts';
import { FailedRequest } from '../http/answer.ts';
import type { HeartlandClient, Query } from '../http/client.ts';
import type { ChildStream, Stream } from '../streams/stream.ts';
import { enveloped, requestPage } from './page.ts';
import type { Page } from './walk.ts';

type Row = Readonly<Record<string, unknown>>;

/** The parameters that embed children in their parents, for children that can be embedded. */
export function embedding({ children = [] }: Stream): Query {
  return children
    .filter(child => child.isEmbedded)
    .map(({ path }): [string, string] => ['_include[]', path]);
}

/**
 * Completes a page of parents with the rows of each of their children.
 *
 * @throws IncompleteError if a parent's rows do not add up to its total
 */
export function withChildren(
  client: HeartlandClient,
  stream: Stream,
  rows: readonly unknown[],
): Observable<Omit<Page, 'ordinal'>> {
  // A row without an id goes to the quarantine; its children cannot be requested.
  const parents = rows.filter(isRecord).filter(({ id }) => Number.isSafeInteger(id));
  return from(stream.children ?? []).pipe(
    concatMap(child =>
      new ChildRequests(client, stream, child)
        .childrenOf(parents)
        .pipe(map((found): [string, readonly unknown[]] => [child.name, found])),
    ),
    toArray(),
    map(all => ({ rows, children: Object.fromEntries(all) })),
  );
}

const BY_ID: Query = [['sort[]', 'id']];

/** Rows on a page if no page size is requested (Heartland's own client requests as many). */
const SHORTEST_PAGE = 20;

/** Fetches one kind of child rows of a stream's records. */
class ChildRequests {
  readonly #client: HeartlandClient;
  readonly #stream: Stream;
  readonly #child: ChildStream;

  constructor(client: HeartlandClient, stream: Stream, child: ChildStream) {
    this.#client = client;
    this.#stream = stream;
    this.#child = child;
  }

  /** The child rows of a page of parents: embedded rows if they are complete, else requested parent by parent. */
  childrenOf(parents: readonly Row[]): Observable<readonly unknown[]> {
    return this.#isEmbeddingComplete(parents).pipe(
      concatMap(isComplete =>
        from(parents).pipe(
          concatMap(parent => {
            const rows = isComplete ? this.#embeddedIn(parent) : undefined;
            return (rows === undefined ? this.#request(parent) : of(rows)).pipe(
              map(found => found.map(row => withParent(row, this.#child.parentKey, parent))),
            );
          }),
          toArray(),
        ),
      ),
      map(rows => rows.flat()),
      catchError(error => {
        throw this.#isUnknownToAccount(error) ? this.#childrenRefused(error) : error;
      }),
    );
  }

  /**
   * Whether embedded lists are whole: `_include[]=lines` saves a request a parent, but sends no count.
   *
   * The totals of the parents with the longest lists are requested. If one has more, embedding cuts off long lists. If every
   * list is short, nearly all parents have the longest one, and a single total is requested.
   */
  #isEmbeddingComplete(parents: readonly Row[]): Observable<boolean> {
    const lengthOf = (parent: Row) => this.#embeddedIn(parent)?.length;
    const most = Math.max(...parents.map(parent => lengthOf(parent) ?? -1));
    const longest = parents.filter(parent => lengthOf(parent) === most);
    const checked = this.#child.areFew && most < SHORTEST_PAGE ? longest.slice(0, 1) : longest;
    const query: Query = [
      ['page', '1'],
      ['per_page', '1'],
    ];
    return from(checked).pipe(
      concatMap(parent => requestPage(this.#client, this.#pathOf(parent), query)),
      every(({ total }) => total === most),
    );
  }

  #embeddedIn(parent: Row): readonly unknown[] | undefined {
    const rows = parent[this.#child.path];
    return Array.isArray(rows) ? rows : undefined;
  }

  #request(parent: Row): Observable<readonly unknown[]> {
    if (this.#child.byLocation) return this.#requestByLocation(parent);
    return this.#requestAll(this.#pathOf(parent), BY_ID);
  }

  #requestByLocation(parent: Row): Observable<readonly unknown[]> {
    const open =
      parent.all_locations === true ? 'locations' : `${this.#stream.path}/${parent.id}/locations`;
    return this.#requestAll(open, BY_ID).pipe(
      concatMap(locations => from(locations)),
      map(location => idOf(location, open)),
      concatMap(id =>
        this.#requestAll(this.#pathOf(parent), [['location_id', String(id)]]).pipe(
          map(rows => rows.map(row => (isRecord(row) ? { ...row, location_id: id } : row))),
        ),
      ),
      reduce((all, rows) => [...all, ...rows], [] as readonly unknown[]),
    );
  }

  /**
   * Every row of a list, page after page.
   *
   * @throws IncompleteError if their number is not the list's total
   */
  #requestAll(path: string, query: Query): Observable<readonly unknown[]> {
    const unwrap = this.#child.mayComeBare ? enveloped : undefined;
    const numbered = (page: number) => {
      const paged: Query = [...query, ['page', String(page)], ['per_page', '500']];
      return requestPage(this.#client, path, paged, unwrap).pipe(
        map(answer => ({ ...answer, page })),
      );
    };
    return numbered(1).pipe(
      expand(({ page, pages }) => (page < pages ? numbered(page + 1) : EMPTY)),
      reduce((all, { total, results }) => ({ total, rows: [...all.rows, ...results] }), {
        total: 0,
        rows: [] as readonly unknown[],
      }),
      map(({ total, rows }) => {
        if (rows.length !== total) throw linesIncomplete(path, rows.length, total);
        return rows;
      }),
    );
  }

  #pathOf(parent: Row): string {
    return `${this.#stream.path}/${parent.id}/${this.#child.path}`;
  }

  /** Lines always come with their document; other children may not exist on every account. */
  #isUnknownToAccount(error: unknown): error is SourceError {
    const isRefused = error instanceof SourceError && error.code === 'HEARTLAND_REFUSED';
    return isRefused && this.#child.path !== 'lines';
  }

  /** Quotes the server alone: whoever excludes the stream need not follow the advice of the request's error. */
  #childrenRefused(error: SourceError): SourceError {
    const { cause, message } = error;
    const said = cause instanceof FailedRequest ? cause.message : message;
    return new SourceError(
      'CHILDREN_REFUSED',
      {
        problem: `Heartland does not give the ${this.#child.path} of ${this.#stream.name} (${said})`,
        next: `If the account does not have them, exclude them with streams: { ${this.#child.name}: false }.`,
      },
      error,
    );
  }
}

function withParent(row: unknown, parentKey: string, parent: Row): unknown {
  return isRecord(row) ? { ...row, [parentKey]: parent.id } : row;
}

/** @throws IncompleteError if the location has no id, without which its rows cannot be requested */
function idOf(location: unknown, path: string): number {
  const { id } = isRecord(location) ? location : {};
  if (typeof id === 'number' && Number.isSafeInteger(id)) return id;
  throw new IncompleteError('LINES_INCOMPLETE', {
    problem: `A location of ${path} is invalid, so its rows cannot be requested`,
    found: location,
    expected: 'a record with a whole number as id',
    next: 'Nothing was changed. Run the command again.',
  });
}

function linesIncomplete(path: string, arrived: number, total: number): IncompleteError {
  return new IncompleteError('LINES_INCOMPLETE', {
    problem: `${path} is incomplete`,
    found: `${arrived.toLocaleString('en-US')} rows`,
    expected: `${total.toLocaleString('en-US')}, the total that Heartland reports`,
    next: 'Run the command again.',
  });
}
