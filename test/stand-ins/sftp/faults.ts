/** What the stand-in SFTP server does wrong, each switched on and off while it runs. */
export interface SftpFaults {
  refuseLogin: boolean;
  /** Answers writes with a failure once this many bytes have arrived. */
  diskFullAfterBytes: number | undefined;
  /** Cuts the connection once this many bytes have arrived, `drops` times. */
  dropAfterBytes: number | undefined;
  drops: number;
  /** Says nothing more once this many bytes have arrived. */
  stallAfterBytes: number | undefined;
  /** Loses everything beyond this many bytes. */
  keepOnlyBytes: number | undefined;
  forbidUpload: boolean;
  forbidRename: boolean;
  forbidList: boolean;
  /** Refuses renaming away from a temporary name once the target is gone: the worst moment. */
  forbidFinalRename: boolean;
}

/** A server that does everything right. */
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
  };
}
