import { FTPError } from 'basic-ftp';
import { certificateFault } from '../certificate-fault.ts';
import { redact } from '../redact.ts';
import type { FtpOptions } from './options.ts';

/** What the session was doing when something went wrong; a 550 means another thing at each step. */
export type FtpStep = 'connect' | 'secure' | 'log in' | 'enter' | 'upload' | 'verify' | 'rename';

/** What went wrong, in words, before the file and what had arrived are added. */
export interface FtpFault {
  readonly code: string;
  /** Completes "x.csv did not reach ftp://…: ". */
  readonly reason: string;
  /** What the server or the system said, without secrets. */
  readonly said: string;
  readonly next: string;
  /** Whether trying again soon, unchanged, may succeed. */
  readonly isTemporary: boolean;
}

/** Makes sense of whatever a step threw. Pure: the same error gives the same fault. */
function ftpFault(error: unknown, step: FtpStep, options: FtpOptions): FtpFault {
  const text = error instanceof Error ? error.message : String(error);
  const said = redact(text, [options.password]);
  const fault = error instanceof FTPError ? replyFault(error.code, step) : lineFault(error, text);
  return { ...fault, said };
}

/** A fault on its way up through a delivery; it ends there, as a `DeliveryError` that names the file. */
export class FtpFailure extends Error {
  readonly fault: FtpFault;

  constructor(fault: FtpFault) {
    super(fault.reason);
    this.fault = fault;
  }
}

/** Runs one step of a session; whatever it throws becomes an `FtpFailure` that knows the step. */
export async function during<T>(
  step: FtpStep,
  options: FtpOptions,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof FtpFailure ? error : new FtpFailure(ftpFault(error, step, options));
  }
}

type Known = Omit<FtpFault, 'said'>;

function replyFault(code: number, step: FtpStep): Known {
  if (code === 452 || code === 552) return FAULTS.diskFull;
  if (step === 'secure') return FAULTS.noTls;
  if (step === 'log in' && code >= 500) return FAULTS.logIn;
  if (code === 421) return FAULTS.busy;
  if (code < 500) return FAULTS.temporary;
  if (step === 'enter') return FAULTS.noFolder;
  if (step === 'rename') return FAULTS.rename;
  if (code === 530 || code === 532 || code === 550 || code === 553) return FAULTS.permission;
  return FAULTS.refused;
}

function lineFault(error: unknown, text: string): Known {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (certificateFault(error) !== undefined) return FAULTS.certificate;
  if (code === 'ECONNREFUSED') return FAULTS.nobody;
  if (code === 'ENOTFOUND') return FAULTS.unknownHost;
  if (code.startsWith('ERR_SSL') || code === 'EPROTO') return FAULTS.noTls;
  if (/timeout/i.test(text) || code === 'ETIMEDOUT') return FAULTS.stalled;
  return FAULTS.lost;
}

const FAULTS = {
  diskFull: {
    code: 'FTP_DISK_FULL',
    reason: 'the disk or quota of the server is full',
    next: 'Ask whoever runs the server for space, then run the command again.',
    isTemporary: false,
  },
  noTls: {
    code: 'FTP_NO_TLS',
    reason: 'the server does not speak TLS this way',
    next: 'Set the protocol to the one the server offers: ftps, ftps-implicit, or ftp where it has no encryption.',
    isTemporary: false,
  },
  certificate: {
    code: 'FTP_CERTIFICATE',
    reason: 'the certificate of the server is not trusted',
    next: 'If it is the right server, set `ca` beside its address to a file with the certificate of the authority that signed it, or `server_name` to the name that its certificate is for.',
    isTemporary: false,
  },
  logIn: {
    code: 'FTP_LOGIN_REFUSED',
    reason: 'the server refused the log-in',
    next: 'Check user and password of the delivery in the configuration.',
    isTemporary: false,
  },
  busy: {
    code: 'FTP_UNAVAILABLE',
    reason: 'the server is not available now',
    next: 'Run the command again later.',
    isTemporary: true,
  },
  temporary: {
    code: 'FTP_REFUSED_FOR_NOW',
    reason: 'the server refused for the moment',
    next: 'Run the command again later.',
    isTemporary: true,
  },
  noFolder: {
    code: 'FTP_NO_FOLDER',
    reason: 'the folder cannot be entered',
    next: 'Check `directory` in the configuration, or make the folder on the server.',
    isTemporary: false,
  },
  rename: {
    code: 'FTP_RENAME_REFUSED',
    reason: 'the server refused to rename the uploaded file',
    next: 'Ask for the permission to rename, or turn uploading under a temporary name off.',
    isTemporary: false,
  },
  permission: {
    code: 'FTP_NOT_PERMITTED',
    reason: 'the server does not permit writing there',
    next: 'Ask whoever runs the server for permission to write in that folder.',
    isTemporary: false,
  },
  refused: {
    code: 'FTP_REFUSED',
    reason: 'the server refused',
    next: 'Show the answer to whoever runs the server.',
    isTemporary: false,
  },
  nobody: {
    code: 'FTP_UNREACHABLE',
    reason: 'nothing answers at that host and port',
    next: 'Check host and port, and that the server runs and no firewall is between.',
    isTemporary: true,
  },
  unknownHost: {
    code: 'FTP_UNREACHABLE',
    reason: 'no host of that name is known',
    next: 'Check the spelling of the host in the configuration.',
    isTemporary: false,
  },
  stalled: {
    code: 'FTP_STALLED',
    reason: 'the server stopped answering',
    next: 'Run the command again later, or raise the time-out where the line is slow.',
    isTemporary: true,
  },
  lost: {
    code: 'FTP_CONNECTION_LOST',
    reason: 'the connection broke',
    next: 'Run the command again.',
    isTemporary: true,
  },
} satisfies Record<string, Known>;
