/**
 * What every sink takes and gives: files that are already complete on disk, and a receipt for each.
 *
 * A file is spooled to disk before anything leaves, so the bytes that are sent, measured, hashed and kept are the
 * same bytes, and memory does not grow with the file.
 */

/** A finished file waiting to be handed over. */
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

/** Proof that one file arrived. `detail` is what the other side said, for a person to read. */
export interface Receipt {
  readonly file: string;
  /** As `ftp://127.0.0.1:21/feeds/12345.csv`; never holds a password. */
  readonly destination: string;
  readonly bytes: number;
  readonly detail: string;
  /** Of an e-mail: the bare addresses that the mail server took it for. */
  readonly recipients?: readonly string[];
}

/** A sink: hands over all files, in order, or throws a `DeliveryError` that names the file and what had arrived. */
export type Deliver = (
  files: readonly OutgoingFile[],
  signal: AbortSignal,
) => Promise<readonly Receipt[]>;
