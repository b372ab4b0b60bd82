import { concatMap, defer, from, map, type Observable, of, toArray } from 'rxjs';
import type { Stream } from '../../sources/heartland/streams/stream.ts';
import { askPage, filterParameter } from '../../sources/heartland/walks/page.ts';
import type { Work } from '../run/work.ts';
import { type Slice, type SliceRequest, slicesDue } from './slices.ts';

/** What a sync would pull of one stream. */
export interface PlannedStream {
  readonly stream: string;
  readonly slices: number;
  /** Rows, as Heartland counts them now; unknown for slices, which are many. */
  readonly rows: number | undefined;
  /** In words. */
  readonly from: string;
}

/** Says what a sync would pull, by asking for counts alone. */
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
  return askPage(work.heartland, stream.path, query).pipe(
    map(({ total }) => ({
      stream: stream.name,
      slices: 1,
      rows: total,
      from: first.sweeps ? 'all of it' : sinceInWords(first),
    })),
  );
}

/** What is pulled location by location is always due; a first run has yet to learn of the locations. */
function nothingInWords({ walk }: Stream): string {
  return walk.kind === 'by_page' && walk.slicedBy === 'location'
    ? 'all of it, location by location, once the locations are known'
    : 'nothing is due';
}

function sinceInWords({ window, clauses }: Slice): string {
  if (window !== undefined) return `what changed since ${window.from}`;
  const { id } = (clauses[0] ?? {}) as { id?: { $gt?: number } };
  return id?.$gt === undefined ? 'all of it' : `what was added after number ${id.$gt}`;
}
