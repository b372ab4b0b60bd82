/** Faults of the stand-in FTP server; each can be changed while it runs. */
export interface FtpFaults {
  /** Refuses every log-in with 530, even with the right password. */
  refuseLogin: boolean;
  /** Answers 530 with the password in the text, as some servers do. */
  echoPassword: boolean;
  /** Answers uploads with 552 once this many bytes have arrived. */
  diskFullAfterBytes: number | undefined;
  /** Cuts both connections once this many bytes of an upload have arrived. */
  dropAfterBytes: number | undefined;
  /** How many uploads `dropAfterBytes` cuts; later ones succeed. */
  drops: number;
  /** Stops reading and answering once this many bytes have arrived. */
  stallAfterBytes: number | undefined;
  /** Drops everything after this many bytes and still answers 226. */
  keepOnlyBytes: number | undefined;
  /** Changes the bytes of a resumed upload. */
  spoilResumed: boolean;
  /** Refuses uploads with 550. */
  forbidUpload: boolean;
  /** Refuses every rename with 550. */
  forbidRename: boolean;
  /** Refuses a rename onto a name that exists with 550, as servers on Windows do. */
  forbidOverwrite: boolean;
  /** Refuses to rename names that contain one of these with 550, to stop between two renames. */
  forbidRenameFrom: readonly string[];
  /** Does not know SIZE. */
  withoutSize: boolean;
  /** Does not know EPSV, and answers PASV with this host, as behind a NAT. */
  passiveHost: string | undefined;
  /** Refuses LIST, NLST and MLSD. */
  withoutList: boolean;
  /** Refuses DELE with 550. */
  forbidDelete: boolean;
  /** Refuses names with a leading dot, as Pure-FTPd does with `-x`. */
  forbidDotNames: boolean;
  /** Removes each file as soon as its upload is complete, as a drop folder does. */
  takesAway: boolean;
}

/** A server without faults. */
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
    passiveHost: undefined,
    withoutList: false,
    forbidDelete: false,
    forbidDotNames: false,
    takesAway: false,
  };
}
