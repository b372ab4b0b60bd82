import {
  catchError,
  concat,
  concatMap,
  defer,
  finalize,
  from,
  ignoreElements,
  type Observable,
  retry,
  throwError,
  timer,
} from 'rxjs';
import { PullConnection } from '../../sinks/postgres/pull-connection.ts';
import { recordStream, type StreamRecord } from '../../sinks/postgres/runs.ts';
import { transaction } from '../../sinks/postgres/warehouse.ts';
import { mayPass } from '../../sinks/postgres/warehouse-error.ts';
import type { Stream } from '../../sources/heartland/streams/stream.ts';
import { IncompleteError, SourceError, WarehouseError } from '../../transforms/errors.ts';
import { asConfiguredOrRefused } from '../run/configured-streams.ts';
import type { Work } from '../run/work.ts';
import { type Pull, PullTransaction, UNCHANGED } from './pull-transaction.ts';
import type { Slice } from './slices.ts';

/** How often an incomplete slice is pulled before it fails. */
const ATTEMPTS = 3;
/** How often a pull is tried while another session locks the warehouse, or connections break. */
const WAREHOUSE_ATTEMPTS = 3;
const PAUSE_BEFORE_RETRY_MS = 500;

/**
 * Pulls one slice of a stream in one transaction.
 *
 * Every page is requested, validated and staged; the rows are counted against Heartland's reported total, then merged; the
 * cursor moves and the result is recorded. If it fails, only the record of the failure remains.
 *
 * Unsubscribing cancels the pull: open requests are aborted, and the transaction is rolled back.
 *
 * @throws ConfigurationError if the stream is personal data that the configuration does not turn on
 * @throws SourceError if Heartland refused, or failed every time
 * @throws IncompleteError if the slice is still incomplete after {@link ATTEMPTS} attempts
 */
export function pullSlice(work: Work, requested: Stream, slice: Slice): Observable<StreamRecord> {
  const pull: Pull = {
    work,
    // Excluded fields are never pulled, whoever the caller is.
    stream: asConfiguredOrRefused(work.configuration, requested),
    slice,
    startedAt: work.now(),
    attempts: 0,
  };
  return pullInTransaction(pull).pipe(
    // The failed transaction was rolled back, so no row can come twice.
    retry({ count: WAREHOUSE_ATTEMPTS - 1, delay: error => retryIf(mayPassLater, error, pull) }),
    catchError(error => {
      if (!(error instanceof SourceError)) throw error;
      return concat(
        recordFailure(pull, error).pipe(ignoreElements()),
        throwError(() => error),
      );
    }),
  );
}

function pullInTransaction(pull: Pull): Observable<StreamRecord> {
  return transaction(pull.work.warehouse, client =>
    defer(() => from(PullTransaction.open(pull, new PullConnection(client)))).pipe(
      concatMap(open =>
        open.readSlice().pipe(
          retry({ count: ATTEMPTS - 1, delay: error => retryIf(isIncomplete, error, pull) }),
          concatMap(read => from(open.mergeAndRecord(read))),
          finalize(() => open.close()),
        ),
      ),
    ),
  );
}

function isIncomplete(error: unknown): error is IncompleteError {
  return error instanceof IncompleteError;
}

function mayPassLater(error: unknown): error is WarehouseError {
  return error instanceof WarehouseError && mayPass(error.cause);
}

/** Reports a retry and waits before it; any other error is final. */
function retryIf(
  isTemporary: (error: unknown) => error is Error,
  error: unknown,
  { work, stream, slice }: Pull,
): Observable<unknown> {
  if (!isTemporary(error)) return throwError(() => error);
  work.report({ kind: 'again', stream: stream.name, slice: slice.label, because: error.message });
  return timer(PAUSE_BEFORE_RETRY_MS);
}

/** Records a failure in its own transaction, since that of the pull was rolled back. */
function recordFailure(pull: Pull, error: SourceError): Observable<void> {
  const { work, stream, slice, attempts, startedAt } = pull;
  const record: StreamRecord = {
    stream: stream.name,
    slice: slice.label,
    status: error instanceof IncompleteError ? 'incomplete' : 'failed',
    ...UNCHANGED,
    reportedTotal: undefined,
    seen: 0,
    quarantined: 0,
    attempts,
    startedAt,
    message: error.message,
  };
  return transaction(work.warehouse, client =>
    defer(() => recordStream(client, work.runId, record)),
  );
}
