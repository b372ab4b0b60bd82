/**
 * Files that are complete on disk, and how one delivery of them runs.
 *
 * A file is spooled to disk before anything is sent. The bytes that are sent, measured, hashed and
 * stored are therefore the same bytes, and memory does not grow with the file.
 */

/** A finished file on this machine's disk. */
export interface SpooledFile {
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
export interface DeliveredFile {
  readonly file: string;
  /** As `ftp://127.0.0.1:21/feeds/12345.csv`; never holds a password. */
  readonly destination: string;
  readonly bytes: number;
  readonly detail: string;
  /** Of an e-mail: the bare addresses that the mail server accepted. */
  readonly recipients?: readonly string[];
  /** What was verified at the destination, and what could not be. */
  readonly verified?: readonly string[];
  readonly unverified?: readonly string[];
  /** What the destination turned out to be able to do or not. */
  readonly capabilities?: Readonly<Record<string, boolean>>;
}

/** The earlier names, for exports that call `Deliver` themselves. */
export type { DeliveredFile as Receipt, SpooledFile as OutgoingFile };

/**
 * Delivers all files, in order. Throws `DeliveryError` with what was delivered before.
 *
 * @param delivered is called for each file as soon as it is delivered
 */
export type Deliver = (
  files: readonly SpooledFile[],
  signal: AbortSignal,
  delivered?: (receipt: DeliveredFile) => void,
) => Promise<readonly DeliveredFile[]>;
