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

/** The result for one stream: every committed slice, and the failure, if any. */
export interface StreamResult {
  readonly stream: string;
  readonly records: readonly StreamRecord[];
  readonly failure: SourceError | undefined;
}

/**
 * One sentence about the committed part of a stream that failed.
 *
 * Each slice is committed by itself, so those before the failure stay.
 */
export function committedInWords({ stream, records }: StreamResult): string {
  const sum = (count: (record: StreamRecord) => number) =>
    records.reduce((total, record) => total + count(record), 0);
  if (records.length === 0) return `No row of ${stream} was changed.`;
  const slices =
    records.length === 1 ? '1 slice' : `${records.length.toLocaleString('en-US')} slices`;
  const counts = [
    [sum(({ inserted }) => inserted), 'new'],
    [sum(({ updated }) => updated), 'changed'],
    [sum(({ deleted }) => deleted), 'deleted'],
  ].map(([rows, what]) => `${rows!.toLocaleString('en-US')} ${what}`);
  return `${slices} of ${stream} committed before the failure: ${counts.join(', ')} rows. The rest is unchanged.`;
}

/**
 * Pulls every due slice of each stream, stream after stream.
 *
 * A stream that Heartland refuses or sends incompletely does not stop the others: its rows and its cursor stay unchanged,
 * and its result has the failure. Anything else (the warehouse, an interruption) stops the run.
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

/** Checks the token with one request, and compares the server's clock with ours. */
function checkToken(work: Work): Observable<never> {
  return work.heartland.get('system/whoami').pipe(
    tap(() => warnOfClocks(work)),
    ignoreElements(),
  );
}

/** If the clocks differ by more, one of them is wrong. */
const MOST_SKEW_MS = 120_000;

function warnOfClocks({ heartland, report }: Work): void {
  const { clockSkewMs } = heartland;
  if (Math.abs(clockSkewMs) <= MOST_SKEW_MS) return;
  const side = clockSkewMs > 0 ? 'ahead of' : 'behind';
  const apart = Math.round(Math.abs(clockSkewMs) / 60_000).toLocaleString('en-US');
  report({
    kind: 'warning',
    text: `Heartland’s clock is ${apart} minutes ${side} this machine’s clock. Changes are requested up to the earlier of the two, so none is missed. If this machine’s clock is wrong, synchronize it with a time server (NTP).`,
  });
}

function syncStream(work: Work, stream: Stream, request: SliceRequest): Observable<StreamResult> {
  return defer(() => from(slicesDue(work, stream, request))).pipe(
    concatMap(slices => pullSlices(work, stream, slices)),
  );
}

/** Pulls slices of a stream, some concurrently. After a failure, the rest stays due for the next run. */
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

/** Pulls a slice; if Heartland cannot answer so much at once, in two parts, and so on. */
function pullOrSplit(work: Work, stream: Stream, slice: Slice): Observable<StreamRecord> {
  return pullSlice(work, stream, slice).pipe(
    catchError(error => {
      const parts = isTooWide(error) ? splitSlice(slice, work.now()) : undefined;
      if (parts === undefined) throw error;
      const text = `Heartland cannot answer ${stream.name}${slice.label && ` (${slice.label})`} at once; requesting it in two parts`;
      work.report({ kind: 'note', text });
      return concat(...parts.map(part => pullOrSplit(work, stream, part)));
    }),
  );
}
