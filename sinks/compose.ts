import {
  catchError,
  concat,
  defer,
  EMPTY,
  merge,
  type Observable,
  retry,
  tap,
  throwError,
  timer,
} from 'rxjs';
import { DeliveryError, InterruptedError } from '../transforms/errors.ts';
import { type Compression, compressedFile } from './compressed-file.ts';
import type { Deliver, DeliveredFile } from './delivery.ts';
import { checkFileName } from './file-name.ts';
import { type OutgoingFile, type Receipt, type Sink, TemporaryDeliveryError } from './sink.ts';

/** Some destinations received the files, others did not. Fix the named ones, then run it again. */
export class PartlyDeliveredError extends DeliveryError {
  /** Receipts of the files that were delivered. */
  readonly receipts: readonly DeliveredFile[];

  /** @param delivered says what was delivered; default: the destinations that have all files */
  constructor(
    failures: readonly Error[],
    receipts: readonly DeliveredFile[],
    delivered: string = deliveredTo(receipts),
  ) {
    const problem = failures.map(failure => failure.message.replace(/\.$/, '')).join('. ');
    super('PARTLY_DELIVERED', { problem, next: delivered }, failures[0]);
    this.receipts = receipts;
  }
}

/** Stopped on request after some destinations received the files. Run it again. */
export class PartlyInterruptedError extends InterruptedError {
  /** Receipts of the destinations that have the files. */
  readonly receipts: readonly DeliveredFile[];

  constructor(stopped: InterruptedError, receipts: readonly DeliveredFile[]) {
    const problem = stopped.message.replace(/\.$/, '');
    super(stopped.code, { problem, next: deliveredTo(receipts) }, stopped);
    this.receipts = receipts;
  }
}

function deliveredTo(receipts: readonly { readonly destination: string }[]): string {
  const destinations = [...new Set(receipts.map(receipt => receipt.destination))];
  return destinations.length === 0
    ? 'No destination has the files.'
    : `These have the files: ${destinations.join(', ')}.`;
}

/** Receipts of the files that were delivered before a delivery failed. */
export function arrivedBefore(error: unknown): readonly DeliveredFile[] {
  return error instanceof PartlyDeliveredError || error instanceof PartlyInterruptedError
    ? error.receipts
    : [];
}

/**
 * Delivers the same files to several destinations at once; a failure does not stop the others.
 *
 * @returns every destination's receipts, in the order of the destinations
 * @throws PartlyDeliveredError, or PartlyInterruptedError after an abort; each holds the receipts of
 *   the destinations that received the files
 */
export function deliverToAll(deliveries: readonly Deliver[]): Deliver {
  const [only, ...others] = deliveries;
  if (only !== undefined && others.length === 0) return only;
  return async (files, signal) => {
    const ended = await Promise.allSettled(deliveries.map(deliver => deliver(files, signal)));
    const receipts = ended.flatMap(end => (end.status === 'fulfilled' ? end.value : []));
    const reasons = ended.flatMap(end => (end.status === 'rejected' ? [end.reason] : []));
    if (reasons.length === 0) return receipts;
    const unexpected = reasons.find(reason => !(reason instanceof DeliveryError));
    if (unexpected instanceof InterruptedError) {
      throw new PartlyInterruptedError(unexpected, receipts);
    }
    if (unexpected !== undefined) throw unexpected;
    throw new PartlyDeliveredError(reasons, receipts);
  };
}

/** Delivers to all sinks at once; a failure does not stop the others, and is thrown at the end. */
export function toAll(...sinks: readonly Sink[]): Sink {
  return files =>
    defer(() => {
      const failures: Error[] = [];
      const receipts: Receipt[] = [];
      const each = sinks.map(sink => sink(files).pipe(catchError(collect(failures))));
      return concat(
        merge(...each).pipe(tap(receipt => receipts.push(receipt))),
        defer(() => (failures.length === 0 ? EMPTY : throwError(() => joined(failures, receipts)))),
      );
    });
}

/**
 * Tries the sinks in order; each gets the files that have not arrived yet.
 *
 * Goes on only after a `DeliveryError` that is certain: a file that may have arrived is not sent again.
 */
export function firstThatWorks(...sinks: readonly Sink[]): Sink {
  return files =>
    defer(() => {
      const failures: DeliveryError[] = [];
      const arrived: Receipt[] = [];
      const from = (index: number): Observable<Receipt> => {
        const sink = sinks[index];
        if (sink === undefined) return throwError(() => joined(failures, arrived));
        return sink(notArrived(files, arrived)).pipe(
          tap(receipt => arrived.push(receipt)),
          catchError((error: unknown) => {
            if (!isCertain(error, arrived)) return throwError(() => error);
            failures.push(error as DeliveryError);
            return from(index + 1);
          }),
        );
      };
      return from(0);
    });
}

/** How long a delivery is retried. */
export interface RetryPolicy {
  /** Attempts in all, including the first. */
  readonly attempts: number;
  /** Wait before the second attempt, doubled for each one after. */
  readonly backoffMs: number;
  /** Longest wait between two attempts. Default 15 minutes. */
  readonly maxBackoffMs?: number;
}

/**
 * Delivers again after a failure that may pass, but only the files that have not arrived.
 *
 * Greylisting mail servers, for example, accept a message after some minutes or hours.
 */
export function retrying(policy: RetryPolicy, sink: Sink): Sink {
  const { attempts, backoffMs, maxBackoffMs = 15 * 60_000 } = policy;
  return files =>
    defer(() => {
      const arrived: Receipt[] = [];
      return defer(() => sink(notArrived(files, arrived))).pipe(
        tap(receipt => arrived.push(receipt)),
        retry({
          count: attempts - 1,
          delay: (error, attempt) =>
            error instanceof TemporaryDeliveryError && isCertain(error, arrived)
              ? timer(Math.min(maxBackoffMs, backoffMs * 2 ** (attempt - 1)))
              : throwError(() => error),
        }),
      );
    });
}

/** Delivers the files compressed: `a.csv` arrives as `a.csv.gz` or `a.csv.zip`. */
export function compressed(compression: Compression, sink: Sink): Sink {
  return files => sink(files.map(file => compressedFile(compression, file)));
}

/**
 * Delivers the files under other names.
 *
 * @param template with `{file}` (12345.csv), `{stem}` (12345), `{extension}` (.csv), and `values`
 */
export function renamed(
  template: string,
  sink: Sink,
  values: Readonly<Record<string, string>> = {},
): Sink {
  return files =>
    defer(() =>
      sink(
        files.map(({ local, ...file }) => {
          const name = checkFileName(filledName(template, file.name, values));
          return { ...file, name, ...(local !== undefined && { local: { ...local, name } }) };
        }),
      ),
    );
}

/** Delivers to `sink`, then puts a copy of the same files into `archive`. */
export function archived(sink: Sink, archive: Sink): Sink {
  return files => concat(sink(files), archive(files));
}

function filledName(template: string, name: string, values: Readonly<Record<string, string>>) {
  const dot = name.indexOf('.', 1);
  const stem = dot === -1 ? name : name.slice(0, dot);
  const all = { ...values, file: name, stem, extension: name.slice(stem.length) };
  return template.replace(/\{(\w+)\}/g, (written, key: string) =>
    Object.hasOwn(all, key) ? (all as Record<string, string>)[key]! : written,
  );
}

function collect(failures: Error[]) {
  return (error: unknown): Observable<never> => {
    failures.push(error instanceof Error ? error : new Error(String(error)));
    return EMPTY;
  };
}

/** One failure is thrown as it is; what is no delivery's failure comes before all others. */
function joined(failures: readonly Error[], receipts: readonly Receipt[]): Error {
  const other = failures.find(failure => !(failure instanceof DeliveryError));
  if (other !== undefined) return other;
  if (failures.length === 1 && receipts.length === 0) return failures[0]!;
  const all = receipts.map(({ said, ...receipt }) => ({ ...receipt, detail: said }));
  return new PartlyDeliveredError(failures, all);
}

function notArrived(files: readonly OutgoingFile[], arrived: readonly Receipt[]) {
  const names = new Set(arrived.map(({ file }) => file));
  return files.filter(({ name }) => !names.has(name));
}

function isCertain(error: unknown, arrived: readonly Receipt[]): boolean {
  if (!(error instanceof DeliveryError) || /_MAYBE_/.test(error.code)) return false;
  return !arrived.some(({ outcome }) => outcome === 'unknown');
}
