import { concatMap, defer, from, map, type Observable, of, toArray } from 'rxjs';
import type { Stream } from '../../sources/heartland/streams/stream.ts';
import { filterParameter, requestPage } from '../../sources/heartland/walks/page.ts';
import type { Work } from '../run/work.ts';
import { type Slice, type SliceRequest, slicesDue } from './slices.ts';

/** What a sync would pull of one stream. */
export interface PlannedStream {
  readonly stream: string;
  readonly slices: number;
  /** Rows as Heartland reports them now; unknown for slices, which are many. */
  readonly rows: number | undefined;
  /** Where the pull starts, in words. */
  readonly from: string;
}

/** Computes what a sync would pull; requests counts only. */
export function planSync(
  work: Work,
  streams: readonly Stream[],
  request: SliceRequest,
): Observable<readonly PlannedStream[]> {
  return from(streams).pipe(
    concatMap(stream =>
      defer(() => from(slicesDue(work, stream, request))).pipe(
        concatMap(slices => planned(work, stream, slices)),
      ),
    ),
    toArray(),
  );
}

function planned(work: Work, stream: Stream, slices: readonly Slice[]): Observable<PlannedStream> {
  const [first] = slices;
  if (stream.walk.kind === 'by_page' || first === undefined) {
    const words =
      first === undefined
        ? nothingInWords(stream)
        : `${stream.walk.kind === 'by_page' ? stream.walk.slicedBy : ''} ${first.label} to ${slices.at(-1)!.label}`;
    return of({ stream: stream.name, slices: slices.length, rows: undefined, from: words.trim() });
  }
  const query = [...filterParameter(first.clauses), ['page', '1'], ['per_page', '1']] as const;
  return requestPage(work.heartland, stream.path, query).pipe(
    map(({ total }) => ({
      stream: stream.name,
      slices: 1,
      rows: total,
      from: first.sweeps ? 'everything' : sinceInWords(first),
    })),
  );
}

/** Slices by location are always due; before the first run the locations are unknown. */
function nothingInWords({ walk }: Stream): string {
  return walk.kind === 'by_page' && walk.slicedBy === 'location'
    ? 'everything, location by location, once the locations are known'
    : 'nothing is due';
}

function sinceInWords({ window, clauses }: Slice): string {
  if (window !== undefined) return `changes since ${window.from}`;
  const { id } = (clauses[0] ?? {}) as { id?: { $gt?: number } };
  return id?.$gt === undefined ? 'everything' : `records after number ${id.$gt}`;
}
