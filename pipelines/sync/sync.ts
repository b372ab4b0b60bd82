import {
  catchError,
  concat,
  concatMap,
  defer,
  EMPTY,
  from,
  ignoreElements,
  map,
  mergeMap,
  type Observable,
  tap,
  toArray,
} from 'rxjs';
import type { StreamRecord } from '../../sinks/postgres/runs.ts';
import type { Stream } from '../../sources/heartland/streams/stream.ts';
import { SourceError } from '../../transforms/errors.ts';
import { asConfiguredOrRefused } from '../run/configured-streams.ts';
import type { Work } from '../run/work.ts';
import { pullSlice } from './pull-slice.ts';
import { type Slice, type SliceRequest, slicesDue } from './slices.ts';
import { isTooWide, splitSlice } from './split-slice.ts';

/** What came of one stream: every slice that went in, and what stopped it, if something did. */
export interface StreamResult {
  readonly stream: string;
  readonly records: readonly StreamRecord[];
  readonly failure: SourceError | undefined;
}

/**
 * What is in of a stream that could not be brought up to date, in words: each part of it is committed by itself, so those that
 * came before the failure stay.
 */
export function whatIsIn({ stream, records }: StreamResult): string {
  const sum = (count: (record: StreamRecord) => number) =>
    records.reduce((total, record) => total + count(record), 0);
  if (records.length === 0) return `No row of ${stream} was changed.`;
  const parts = records.length === 1 ? '1 part' : `${records.length.toLocaleString('en-US')} parts`;
  const counts = [
    [sum(({ inserted }) => inserted), 'new'],
    [sum(({ updated }) => updated), 'changed'],
    [sum(({ deleted }) => deleted), 'gone'],
  ].map(([rows, what]) => `${rows!.toLocaleString('en-US')} ${what}`);
  return `${parts} of ${stream} came in before that: ${counts.join(', ')}. The rest is as it was.`;
}

/**
 * Brings the warehouse up to date: stream after stream, what is due of each.
 *
 * A stream that Heartland refuses or delivers incompletely does not stop the others; its own rows and cursor stay as
 * they were, and the result says so. Anything else (the warehouse, an interruption) stops the run.
 */
export function sync(
  work: Work,
  streams: readonly Stream[],
  request: SliceRequest = {},
): Observable<readonly StreamResult[]> {
  return concat(
    checkToken(work),
    from(streams.map(stream => asConfiguredOrRefused(work.configuration, stream))).pipe(
      concatMap(stream => syncStream(work, stream, request)),
    ),
  ).pipe(toArray());
}

/** One request that tells a wrong token from everything else, and how far the server's clock is from ours. */
function checkToken(work: Work): Observable<never> {
  return work.heartland.get('system/whoami').pipe(
    tap(() => warnOfClocks(work)),
    ignoreElements(),
  );
}

/** Farther apart than this, one of the two clocks is wrong. */
const MOST_SKEW_MS = 120_000;

function warnOfClocks({ heartland, report }: Work): void {
  const { clockSkewMs } = heartland;
  if (Math.abs(clockSkewMs) <= MOST_SKEW_MS) return;
  const side = clockSkewMs > 0 ? 'ahead of' : 'behind';
  const apart = Math.round(Math.abs(clockSkewMs) / 60_000).toLocaleString('en-US');
  report({
    kind: 'warning',
    text: `Heartland’s answers are dated ${apart} minutes ${side} this machine’s clock. Changes are asked for up to the earlier of the two, so none is missed. If this machine’s clock is wrong, let it follow a time server (NTP).`,
  });
}

function syncStream(work: Work, stream: Stream, request: SliceRequest): Observable<StreamResult> {
  return defer(() => from(slicesDue(work, stream, request))).pipe(
    concatMap(slices => pullSlices(work, stream, slices)),
  );
}

/** Pulls slices of a stream, some side by side. After a failure the others are left for the next run, which finds them due. */
export function pullSlices(
  work: Work,
  stream: Stream,
  slices: readonly Slice[],
): Observable<StreamResult> {
  let failure: SourceError | undefined;
  return defer(() => {
    work.report({ kind: 'stream', stream: stream.name, slices: slices.length });
    return from(slices);
  }).pipe(
    mergeMap(slice => {
      if (failure !== undefined) return EMPTY;
      return pullOrSplit(work, stream, slice).pipe(
        catchError(error => {
          if (!(error instanceof SourceError)) throw error;
          failure ??= error;
          return EMPTY;
        }),
      );
    }, work.configuration.heartland.in_flight),
    tap(record => work.report({ kind: 'slice', record })),
    toArray(),
    map(records => {
      const rows = records.reduce((sum, record) => sum + record.seen, 0);
      const hasFailed = failure !== undefined;
      const slices = records.length;
      work.report({ kind: 'stream done', stream: stream.name, rows, slices, hasFailed });
      return { stream: stream.name, records, failure };
    }),
  );
}

/** Pulls a slice; one that is too much for Heartland at once, in two halves, and those in halves if need be. */
function pullOrSplit(work: Work, stream: Stream, slice: Slice): Observable<StreamRecord> {
  return pullSlice(work, stream, slice).pipe(
    catchError(error => {
      const halves = isTooWide(error) ? splitSlice(slice, work.now()) : undefined;
      if (halves === undefined) throw error;
      const text = `${stream.name} is too much for Heartland at once, so it is asked for in two halves`;
      work.report({ kind: 'note', text });
      return concat(...halves.map(half => pullOrSplit(work, stream, half)));
    }),
  );
}
