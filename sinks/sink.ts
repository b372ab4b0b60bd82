/** What every destination takes and returns: files in, a receipt for each file out. */
import type { Readable } from 'node:stream';
import type { Observable } from 'rxjs';
import { DeliveryError } from '../transforms/errors.ts';
import type { SpooledFile } from './delivery.ts';

/** A finished file that waits for delivery. */
export interface OutgoingFile {
  /** Name at the destination; never a path. */
  readonly name: string;
  /** As `text/csv`. */
  readonly mediaType: string;
  /** Size, or undefined if it is known only at the end, as of a file compressed on the way. */
  readonly bytes: number | undefined;
  /** Opens the content from its first byte; may be called more than once. */
  open(): Readable;
  /** The same bytes on this machine's disk, where they are; sinks then read from there. */
  readonly local?: SpooledFile;
}

/** Record of one file at one destination. Sentences about a delivery are built from it. */
export interface Receipt {
  /** As `ftp://127.0.0.1:21/feeds/12345.csv`; never holds a password. */
  readonly destination: string;
  readonly file: string;
  readonly bytes: number;
  /** Of the bytes that were sent, in lower-case hex. */
  readonly sha256: string;
  /** `unknown`: all of it was sent, and no answer came; an error follows. */
  readonly outcome: 'delivered' | 'unknown';
  /** What was verified at the destination, as `size`. */
  readonly verified: readonly string[];
  /** What could not be verified, with the reason. */
  readonly unverified: readonly string[];
  /** What the destination turned out to be able to do (true) or not (false). */
  readonly capabilities: Readonly<Record<string, boolean>>;
  /** What happened, or what the server said: one line, without secrets. */
  readonly said: string;
  /** Of an e-mail: the bare addresses that the mail server accepted. */
  readonly recipients?: readonly string[];
}

/**
 * Delivers files in order and emits a receipt for each one that arrived.
 *
 * Nothing starts before somebody subscribes; unsubscribing cancels, and removes partial uploads. A
 * failure is a `DeliveryError` after the receipts of the files before it.
 */
export type Sink = (files: readonly OutgoingFile[]) => Observable<Receipt>;

/** A delivery failed in a way that may pass without any change: a retry makes sense. */
export class TemporaryDeliveryError extends DeliveryError {}
