import { concatMap, EMPTY, expand, from, map, type Observable, of, reduce, toArray } from 'rxjs';
import { IncompleteError } from '../../transforms/errors.ts';
import type { HeartlandClient } from './client.ts';
import { askPage } from './page.ts';
import type { Stream } from './stream.ts';
import type { Page } from './walk.ts';

type Row = Readonly<Record<string, unknown>>;

/**
 * Completes a page of parents with their lines.
 *
 * Embedded lines (`_include[]=lines`) save a request a parent but carry no count. So the parent with the most of
 * them is asked for its total: if that is more, embedding cuts long lists off, and every parent of the page is asked
 * by itself, as is any parent that came without lines.
 *
 * @throws IncompleteError when a parent's lines do not add up to their total
 */
export function withLines(
  client: HeartlandClient,
  stream: Stream,
  parents: readonly Row[],
): Observable<Omit<Page, 'ordinal'>> {
  const child = stream.lines;
  if (child === undefined) return of({ rows: parents, lines: [] });

  const longest = parents
    .filter(parent => Array.isArray(parent.lines))
    .reduce<Row | undefined>(
      (most, parent) => (count(parent) > count(most) ? parent : most),
      undefined,
    );
  const trusted =
    longest === undefined
      ? of(false)
      : askPage(client, linesPath(longest), [
          ['page', '1'],
          ['per_page', '1'],
        ]).pipe(map(({ total }) => total === count(longest)));

  return trusted.pipe(
    concatMap(isTrusted =>
      from(parents).pipe(
        concatMap(parent =>
          isTrusted && Array.isArray(parent.lines)
            ? of(owned(parent, parent.lines))
            : askLines(parent).pipe(map(lines => owned(parent, lines))),
        ),
        toArray(),
      ),
    ),
    map(lines => ({ rows: parents, lines: lines.flat() })),
  );

  function linesPath(parent: Row): string {
    return `${stream.path}/${parent.id}/lines`;
  }

  function askLines(parent: Row): Observable<readonly unknown[]> {
    const path = linesPath(parent);
    const ask = (page: number) =>
      askPage(client, path, [
        ['sort[]', 'id'],
        ['page', String(page)],
        ['per_page', '500'],
      ]).pipe(map(answer => ({ ...answer, page })));
    return ask(1).pipe(
      expand(({ page, pages }) => (page < pages ? ask(page + 1) : EMPTY)),
      reduce((all, { total, results }) => ({ total, lines: [...all.lines, ...results] }), {
        total: 0,
        lines: [] as readonly unknown[],
      }),
      map(({ total, lines }) => {
        if (lines.length === total) return lines;
        throw new IncompleteError('LINES_INCOMPLETE', {
          problem: `${path} did not arrive whole`,
          found: `${lines.length} lines`,
          expected: `the ${total} that Heartland says it holds`,
          next: 'Nothing was changed. Run the command again.',
        });
      }),
    );
  }

  function owned(parent: Row, lines: readonly unknown[]): readonly Row[] {
    return (lines as readonly Row[]).map(line => ({ ...line, [child!.parentKey]: parent.id }));
  }
}

function count(parent: Row | undefined): number {
  return Array.isArray(parent?.lines) ? parent.lines.length : 0;
}
