/**
 * What every sink takes and returns: files that are complete on disk, and a receipt for each.
 *
 * A file is spooled to disk before anything is sent. The bytes that are sent, measured, hashed and
 * stored are therefore the same bytes, and memory does not grow with the file.
 */

/** A finished file that waits for delivery. */
export interface OutgoingFile {
  /** Name at the destination; never a path. */
  readonly name: string;
  /** Where the bytes are on this machine. */
  readonly path: string;
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
  /** Data rows, the header not counted. */
  readonly rows: number;
}

/** Record of one delivered file. `detail` says what happened, or what the server said. */
export interface Receipt {
  readonly file: string;
  /** As `ftp://127.0.0.1:21/feeds/12345.csv`; never holds a password. */
  readonly destination: string;
  readonly bytes: number;
  readonly detail: string;
  /** Of an e-mail: the bare addresses that the mail server accepted. */
  readonly recipients?: readonly string[];
}

/** A sink: delivers all files, in order. Throws `DeliveryError` with what was delivered before. */
export type Deliver = (
  files: readonly OutgoingFile[],
  signal: AbortSignal,
) => Promise<readonly Receipt[]>;
