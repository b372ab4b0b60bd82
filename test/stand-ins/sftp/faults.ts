/** Faults of the stand-in SFTP server; each can be changed while it runs. */
export interface SftpFaults {
  refuseLogin: boolean;
  /** Answers writes with a failure once this many bytes have arrived. */
  diskFullAfterBytes: number | undefined;
  /** Cuts the connection once this many bytes have arrived, `drops` times. */
  dropAfterBytes: number | undefined;
  drops: number;
  /** Stops answering once this many bytes have arrived. */
  stallAfterBytes: number | undefined;
  /** Drops everything after this many bytes. */
  keepOnlyBytes: number | undefined;
  forbidUpload: boolean;
  forbidRename: boolean;
  forbidList: boolean;
  /** Refuses to rename a temporary name, so that a backup of the old file must be restored. */
  forbidFinalRename: boolean;
  /** Does not support STAT and LSTAT. */
  withoutStat: boolean;
  forbidDelete: boolean;
  /** Refuses names with a leading dot. */
  forbidDotNames: boolean;
  /** Removes each file as soon as it is closed, as a drop folder does. */
  takesAway: boolean;
}

/** A server without faults. */
export function noFaults(): SftpFaults {
  return {
    refuseLogin: false,
    diskFullAfterBytes: undefined,
    dropAfterBytes: undefined,
    drops: Number.POSITIVE_INFINITY,
    stallAfterBytes: undefined,
    keepOnlyBytes: undefined,
    forbidUpload: false,
    forbidRename: false,
    forbidList: false,
    forbidFinalRename: false,
    withoutStat: false,
    forbidDelete: false,
    forbidDotNames: false,
    takesAway: false,
  };
}
