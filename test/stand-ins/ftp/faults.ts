/** What the stand-in FTP server does wrong, each switched on and off while it runs. */
export interface FtpFaults {
  /** Refuses every log-in with 530, however right the password. */
  refuseLogin: boolean;
  /** Answers 530 with the password in the text, as some servers do. */
  echoPassword: boolean;
  /** Answers uploads with 552 once this many bytes have arrived. */
  diskFullAfterBytes: number | undefined;
  /** Cuts both connections once this many bytes of an upload have arrived. */
  dropAfterBytes: number | undefined;
  /** How many uploads in all are cut by `dropAfterBytes`; later ones go through. */
  drops: number;
  /** Stops reading once this many bytes have arrived, and says nothing more. */
  stallAfterBytes: number | undefined;
  /** Loses everything beyond this many bytes and still answers 226. */
  keepOnlyBytes: number | undefined;
  /** Writes other bytes than it gets when an upload is resumed. */
  spoilResumed: boolean;
  /** Refuses uploads with 550. */
  forbidUpload: boolean;
  /** Refuses every rename with 550. */
  forbidRename: boolean;
  /** Refuses a rename onto a name that exists with 550, as servers on Windows do. */
  forbidOverwrite: boolean;
  /** Refuses to rename names that hold one of these with 550: the way to stop at the worst moment. */
  forbidRenameFrom: readonly string[];
  /** Does not know SIZE. */
  withoutSize: boolean;
}

/** Nothing goes wrong. */
export function noFaults(): FtpFaults {
  return {
    refuseLogin: false,
    echoPassword: false,
    diskFullAfterBytes: undefined,
    dropAfterBytes: undefined,
    drops: Number.POSITIVE_INFINITY,
    stallAfterBytes: undefined,
    keepOnlyBytes: undefined,
    spoilResumed: false,
    forbidUpload: false,
    forbidRename: false,
    forbidOverwrite: false,
    forbidRenameFrom: [],
    withoutSize: false,
  };
}
