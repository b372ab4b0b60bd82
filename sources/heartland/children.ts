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
import { IncompleteError, SourceError } from '../../transforms/errors.ts';
import { isRecord } from '../../transforms/validate.ts';
import { FailedRequest } from './answer.ts';
import type { HeartlandClient, Query } from './client.ts';
import { askPage, enveloped } from './page.ts';
import type { ChildStream, Stream } from './stream.ts';
import type { Page } from './walk.ts';

type Row = Readonly<Record<string, unknown>>;

/** The parameters that bring children along with their parents, for those that can be embedded. */
export function embedding({ children = [] }: Stream): Query {
  return children
    .filter(child => child.isEmbedded)
    .map(({ path }): [string, string] => ['_include[]', path]);
}

/**
 * Completes a page of parents with the rows of each of their children.
 *
 * @throws IncompleteError when what a parent has does not add up to its total
 */
export function withChildren(
  client: HeartlandClient,
  stream: Stream,
  rows: readonly unknown[],
): Observable<Omit<Page, 'ordinal'>> {
  // A row without an id will be put aside; nobody can be asked for what belongs to it.
  const parents = rows.filter(isRecord).filter(({ id }) => Number.isSafeInteger(id));
  return from(stream.children ?? []).pipe(
    concatMap(child =>
      childrenOf(client, stream, child, parents).pipe(
        map((found): [string, readonly unknown[]] => [child.name, found]),
      ),
    ),
    toArray(),
    map(all => ({ rows, children: Object.fromEntries(all) })),
  );
}

const BY_ID: Query = [['sort[]', 'id']];

/** Rows on a page where none were asked for (Heartland's own client asks for as many). */
const SHORTEST_PAGE = 20;

/**
 * Embedded rows (`_include[]=lines`) save a request a parent but carry no count. So those parents that have the most
 * of them are asked for their totals: if one has more, embedding cuts long lists off, and every parent of the page is
 * asked by itself, as is any parent that came without. Where each has but a few, nearly all have the most, and one is asked.
 */
function childrenOf(
  client: HeartlandClient,
  stream: Stream,
  child: ChildStream,
  parents: readonly Row[],
): Observable<readonly unknown[]> {
  const embedded = (parent: Row): readonly unknown[] | undefined => {
    const rows = parent[child.path];
    return Array.isArray(rows) ? rows : undefined;
  };
  const most = Math.max(...parents.map(parent => embedded(parent)?.length ?? -1));
  const longest = parents.filter(parent => embedded(parent)?.length === most);
  const suspects = child.areFew && most < SHORTEST_PAGE ? longest.slice(0, 1) : longest;
  const trusted = from(suspects).pipe(
    concatMap(parent =>
      askPage(client, pathOf(parent), [
        ['page', '1'],
        ['per_page', '1'],
      ]),
    ),
    every(({ total }) => total === most),
  );

  return trusted.pipe(
    concatMap(isTrusted =>
      from(parents).pipe(
        concatMap(parent => {
          const rows = isTrusted ? embedded(parent) : undefined;
          return (rows === undefined ? askFor(parent) : of(rows)).pipe(
            map(found => found.map(row => owned(row, parent))),
          );
        }),
        toArray(),
      ),
    ),
    map(rows => rows.flat()),
    catchError(error => {
      throw isUnknownToAccount(error) ? leaveItOut(error) : error;
    }),
  );

  /** Lines always come with their document; other children may not be there on every account. */
  function isUnknownToAccount(error: unknown): error is SourceError {
    return (
      child.path !== 'lines' && error instanceof SourceError && error.code === 'HEARTLAND_REFUSED'
    );
  }

  function leaveItOut(error: SourceError): SourceError {
    return new SourceError(
      'CHILDREN_REFUSED',
      {
        problem: `Heartland does not give the ${child.path} of ${stream.name} (${saidBy(error)})`,
        next: `If the account does not have them, leave them out with streams: { ${child.name}: false }.`,
      },
      error,
    );
  }

  /** What the server said alone: whoever leaves the stream out need not follow the advice that comes with it. */
  function saidBy({ cause, message }: SourceError): string {
    return cause instanceof FailedRequest ? cause.message : message;
  }

  function owned(row: unknown, parent: Row): unknown {
    return isRecord(row) ? { ...row, [child.parentKey]: parent.id } : row;
  }

  function pathOf(parent: Row): string {
    return `${stream.path}/${parent.id}/${child.path}`;
  }

  function askFor(parent: Row): Observable<readonly unknown[]> {
    return child.byLocation ? askByLocation(parent) : askAll(pathOf(parent), BY_ID);
  }

  function askByLocation(parent: Row): Observable<readonly unknown[]> {
    const open =
      parent.all_locations === true ? 'locations' : `${stream.path}/${parent.id}/locations`;
    return askAll(open, BY_ID).pipe(
      concatMap(locations => from(locations)),
      map(location => idOf(location, open)),
      concatMap(id =>
        askAll(pathOf(parent), [['location_id', String(id)]]).pipe(
          map(rows => rows.map(row => (isRecord(row) ? { ...row, location_id: id } : row))),
        ),
      ),
      reduce((all, rows) => [...all, ...rows], [] as readonly unknown[]),
    );
  }

  function idOf(location: unknown, path: string): number {
    const { id } = isRecord(location) ? location : {};
    if (typeof id === 'number' && Number.isSafeInteger(id)) return id;
    throw new IncompleteError('LINES_INCOMPLETE', {
      problem: `A location of ${path} could not be read, so what belongs to it cannot be asked for`,
      found: location,
      expected: 'a record with a whole number as id',
      next: 'Nothing was changed. Run the command again.',
    });
  }

  function askAll(path: string, query: Query): Observable<readonly unknown[]> {
    const ask = (page: number) =>
      askPage(
        client,
        path,
        [...query, ['page', String(page)], ['per_page', '500']],
        child.mayComeBare ? enveloped : undefined,
      ).pipe(map(answer => ({ ...answer, page })));
    return ask(1).pipe(
      expand(({ page, pages }) => (page < pages ? ask(page + 1) : EMPTY)),
      reduce((all, { total, results }) => ({ total, rows: [...all.rows, ...results] }), {
        total: 0,
        rows: [] as readonly unknown[],
      }),
      map(({ total, rows }) => {
        if (rows.length === total) return rows;
        throw new IncompleteError('LINES_INCOMPLETE', {
          problem: `${path} did not arrive whole`,
          found: `${rows.length} rows`,
          expected: `the ${total} that Heartland says it holds`,
          next: 'Run the command again.',
        });
      }),
    );
  }
}
