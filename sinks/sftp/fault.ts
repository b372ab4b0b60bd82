import { redact } from '../redact.ts';
import type { SftpOptions } from './options.ts';

/** What the session was doing when something went wrong. */
export type SftpStep = 'connect' | 'enter' | 'upload' | 'verify' | 'rename' | 'tidy';

export interface SftpFault {
  readonly code: string;
  /** Completes "x.csv was not delivered to sftp://…: ". */
  readonly reason: string;
  /** What the server or the system said, without secrets. */
  readonly said: string;
  readonly next: string;
  /** Whether trying again soon, unchanged, may succeed. */
  readonly isTemporary: boolean;
}

/** A fault on its way up through a delivery; it ends there, as a `DeliveryError` that names the file. */
export class SftpFailure extends Error {
  readonly fault: SftpFault;

  constructor(fault: SftpFault) {
    super(fault.reason);
    this.fault = fault;
  }
}

/** Codes of an SFTP answer (draft-ietf-secsh-filexfer, "Responses from the Server"). */
const NO_SUCH_FILE = 2;
const PERMISSION_DENIED = 3;
const NO_SPACE = 14;
const QUOTA = 15;

/** Makes sense of whatever a step threw. `presented` is the fingerprint that the server showed. */
export function sftpFault(
  error: unknown,
  step: SftpStep,
  options: SftpOptions,
  presented: string | undefined,
): SftpFault {
  const text = error instanceof Error ? error.message : String(error);
  const secrets = [options.password, options.passphrase].filter(each => each !== undefined);
  const said = redact(text, secrets);
  if (/host denied/i.test(text)) return { ...hostKeyFault(options, presented), said };
  return { ...knownFault(error, text, step), said };
}

type Known = Omit<SftpFault, 'said'>;

function knownFault(error: unknown, text: string, step: SftpStep): Known {
  const { code, level } = (error ?? {}) as { code?: unknown; level?: unknown };
  if (level === 'client-authentication') return FAULTS.logIn;
  if (level === 'agent' || /privateKey|passphrase|key format/i.test(text)) return FAULTS.key;
  if (code === 'ECONNREFUSED') return FAULTS.nobody;
  if (code === 'ENOTFOUND') return FAULTS.unknownHost;
  if (level === 'client-timeout' || code === 'ETIMEDOUT' || text === STALLED) return FAULTS.stalled;
  if (code === NO_SPACE || code === QUOTA || /no space|quota|disk full/i.test(text))
    return FAULTS.diskFull;
  if (step === 'enter' && code === NO_SUCH_FILE) return FAULTS.noFolder;
  if (step === 'rename' && typeof code === 'number') return FAULTS.rename;
  if (code === PERMISSION_DENIED) return FAULTS.permission;
  if (typeof code === 'number') return FAULTS.refused;
  return FAULTS.lost;
}

/** The message of an error for a server that fell silent. */
export const STALLED = 'no sign of life';

function hostKeyFault({ hostKey }: SftpOptions, presented: string | undefined): Known {
  const shown = presented ?? 'no key';
  return hostKey === undefined
    ? {
        code: 'SFTP_HOST_KEY_UNKNOWN',
        reason: `no host key is set, and the server shows ${shown}`,
        next: 'Ask whoever runs the server whether that is its key, and set it as host_key.',
        isTemporary: false,
      }
    : {
        code: 'SFTP_HOST_KEY_CHANGED',
        reason: `the server shows ${shown} and not the host key that is set (${hostKey})`,
        next: 'Ask whoever runs the server whether its key has changed; until then somebody else may be answering.',
        isTemporary: false,
      };
}

const FAULTS = {
  logIn: {
    code: 'SFTP_LOGIN_REFUSED',
    reason: 'the server refused the log-in',
    next: 'Check user, and password or private key, of the delivery in the configuration.',
    isTemporary: false,
  },
  key: {
    code: 'SFTP_KEY_UNREADABLE',
    reason: 'the private key cannot be read',
    next: 'Give the private key as the text of its file (OpenSSH or PEM), with its passphrase where it has one.',
    isTemporary: false,
  },
  nobody: {
    code: 'SFTP_UNREACHABLE',
    reason: 'nothing answers at that host and port',
    next: 'Check host and port, and that the server runs and no firewall is between.',
    isTemporary: true,
  },
  unknownHost: {
    code: 'SFTP_UNREACHABLE',
    reason: 'no host of that name is known',
    next: 'Check the spelling of the host in the configuration.',
    isTemporary: false,
  },
  stalled: {
    code: 'SFTP_STALLED',
    reason: 'the server stopped answering',
    next: 'Run the command again later, or raise the time-out where the line is slow.',
    isTemporary: true,
  },
  diskFull: {
    code: 'SFTP_DISK_FULL',
    reason: 'the disk or quota of the server is full',
    next: 'Ask whoever runs the server for space, then run the command again.',
    isTemporary: false,
  },
  noFolder: {
    code: 'SFTP_NO_FOLDER',
    reason: 'the folder does not exist',
    next: 'Check `directory` in the configuration, or make the folder on the server.',
    isTemporary: false,
  },
  rename: {
    code: 'SFTP_RENAME_REFUSED',
    reason: 'the server refused to rename the uploaded file',
    next: 'Ask for the permission to rename, or set rename: false.',
    isTemporary: false,
  },
  permission: {
    code: 'SFTP_NOT_PERMITTED',
    reason: 'the server does not permit writing there',
    next: 'Ask whoever runs the server for permission to write in that folder.',
    isTemporary: false,
  },
  refused: {
    code: 'SFTP_REFUSED',
    reason: 'the server refused',
    next: 'Show the answer to whoever runs the server.',
    isTemporary: false,
  },
  lost: {
    code: 'SFTP_CONNECTION_LOST',
    reason: 'the connection broke',
    next: 'Run the command again.',
    isTemporary: true,
  },
} satisfies Record<string, Known>;
