import {
  catchError,
  concatMap,
  EMPTY,
  expand,
  from,
  map,
  type Observable,
  of,
  reduce,
  toArray,
} from 'rxjs';
import { IncompleteError, SourceError } from '../../transforms/errors.ts';
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
  parents: readonly Row[],
): Observable<Omit<Page, 'ordinal'>> {
  return from(stream.children ?? []).pipe(
    concatMap(child =>
      childrenOf(client, stream, child, parents).pipe(
        map((rows): [string, readonly Row[]] => [child.name, rows]),
      ),
    ),
    toArray(),
    map(all => ({ rows: parents, children: Object.fromEntries(all) })),
  );
}

/**
 * Embedded rows (`_include[]=lines`) save a request a parent but carry no count. So the parent with the most of them
 * is asked for its total: if that is more, embedding cuts long lists off, and every parent of the page is asked by
 * itself, as is any parent that came without.
 */
function childrenOf(
  client: HeartlandClient,
  stream: Stream,
  child: ChildStream,
  parents: readonly Row[],
): Observable<readonly Row[]> {
  const embedded = (parent: Row): readonly Row[] | undefined => {
    const rows = parent[child.path];
    return Array.isArray(rows) ? (rows as readonly Row[]) : undefined;
  };
  const count = (parent: Row | undefined) => (parent && embedded(parent)?.length) ?? 0;
  const longest = parents
    .filter(parent => embedded(parent) !== undefined)
    .reduce<Row | undefined>(
      (most, parent) => (most === undefined || count(parent) > count(most) ? parent : most),
      undefined,
    );
  const trusted =
    longest === undefined
      ? of(false)
      : askPage(client, pathOf(longest), [
          ['page', '1'],
          ['per_page', '1'],
        ]).pipe(map(({ total }) => total === count(longest)));

  return trusted.pipe(
    concatMap(isTrusted =>
      from(parents).pipe(
        concatMap(parent => {
          const rows = isTrusted ? embedded(parent) : undefined;
          return (rows === undefined ? askFor(parent) : of(rows)).pipe(
            map(found => found.map(row => ({ ...row, [child.parentKey]: parent.id }))),
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
        problem: `Heartland does not give the ${child.path} of ${stream.name} (${error.message})`,
        next: `Nothing was changed. If the account does not have them, leave them out with streams: { ${child.name}: false }.`,
      },
      error,
    );
  }

  function pathOf(parent: Row): string {
    return `${stream.path}/${parent.id}/${child.path}`;
  }

  function askFor(parent: Row): Observable<readonly Row[]> {
    const path = pathOf(parent);
    const ask = (page: number) =>
      askPage(
        client,
        path,
        [
          ['sort[]', 'id'],
          ['page', String(page)],
          ['per_page', '500'],
        ],
        child.mayComeBare ? enveloped : undefined,
      ).pipe(map(answer => ({ ...answer, page })));
    return ask(1).pipe(
      expand(({ page, pages }) => (page < pages ? ask(page + 1) : EMPTY)),
      reduce((all, { total, results }) => ({ total, rows: [...all.rows, ...(results as Row[])] }), {
        total: 0,
        rows: [] as readonly Row[],
      }),
      map(({ total, rows }) => {
        if (rows.length === total) return rows;
        throw new IncompleteError('LINES_INCOMPLETE', {
          problem: `${path} did not arrive whole`,
          found: `${rows.length} rows`,
          expected: `the ${total} that Heartland says it holds`,
          next: 'Nothing was changed. Run the command again.',
        });
      }),
    );
  }
}
