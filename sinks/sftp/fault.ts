import { redact } from '../redact.ts';
import type { RemoteFault } from '../remote-folder.ts';
import type { SftpOptions } from './options.ts';

/** What the session was doing when it failed. */
export type SftpStep = 'connect' | 'enter' | 'upload' | 'verify' | 'rename' | 'remove';

/** Codes of an SFTP answer (draft-ietf-secsh-filexfer, "Responses from the Server"). */
export const NO_SUCH_FILE = 2;
const PERMISSION_DENIED = 3;
const NO_SPACE = 14;
const QUOTA = 15;

/** Classifies an error of a step. `presented` lists the host keys that the server showed. */
export function sftpFault(
  error: unknown,
  step: SftpStep,
  options: SftpOptions,
  presented: readonly string[],
): RemoteFault {
  const text = error instanceof Error ? error.message : String(error);
  const secrets = [options.password, options.passphrase].filter(each => each !== undefined);
  const said = redact(text, secrets);
  if (/host denied/i.test(text)) return { ...hostKeyFault(options, presented), said };
  return { ...knownFault(error, text, step), said };
}

type Known = Omit<RemoteFault, 'said'>;

function knownFault(error: unknown, text: string, step: SftpStep): Known {
  const { code, level } = (error ?? {}) as { code?: unknown; level?: unknown };
  if (level === 'client-authentication') return FAULTS.logIn;
  if (level === 'handshake' && /no matching/i.test(text)) return FAULTS.algorithms;
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

/** Message of the error for a server that stopped answering. */
export const STALLED = 'no response in time';

function hostKeyFault({ hostKey }: SftpOptions, presented: readonly string[]): Known {
  const shown = presented.join(' and ') || 'no key';
  return hostKey === undefined
    ? {
        code: 'SFTP_HOST_KEY_UNKNOWN',
        reason: `no host key is set, and the server presents ${shown}`,
        next:
          'Ask the administrator of the server whether that is its key, and set it as ' +
          'host_key.',
        isTemporary: false,
      }
    : {
        code: 'SFTP_HOST_KEY_CHANGED',
        reason: `the server presents ${shown} instead of the configured host_key (${hostKey})`,
        next:
          'Ask the administrator of the server whether its key has changed; until then ' +
          'another server may be answering.',
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
    next:
      'Set private_key to the text of its file (OpenSSH, PKCS#8 or PEM), and passphrase if ' +
      'it has one.',
    isTemporary: false,
  },
  algorithms: {
    code: 'SFTP_NO_COMMON_ALGORITHM',
    reason: 'the server and Tillstream have no SSH algorithm in common',
    next: 'Ask the administrator of the server to enable current SSH algorithms.',
    isTemporary: false,
  },
  nobody: {
    code: 'SFTP_UNREACHABLE',
    reason: 'nothing answers at that host and port',
    next: 'Check host and port, that the server runs, and that no firewall blocks it.',
    isTemporary: true,
  },
  unknownHost: {
    code: 'SFTP_UNREACHABLE',
    reason: 'no host has that name',
    next: 'Check the spelling of the host in the configuration.',
    isTemporary: false,
  },
  stalled: {
    code: 'SFTP_STALLED',
    reason: 'the server stopped answering',
    next: 'Run the command again later, or raise `timeout_ms` if the line is slow.',
    isTemporary: true,
  },
  diskFull: {
    code: 'SFTP_DISK_FULL',
    reason: 'the disk or quota of the server is full',
    next: 'Ask the administrator of the server for space, then run the command again.',
    isTemporary: false,
  },
  noFolder: {
    code: 'SFTP_NO_FOLDER',
    reason: 'the folder does not exist',
    next: 'Check `directory` in the configuration, or create the folder on the server.',
    isTemporary: false,
  },
  rename: {
    code: 'SFTP_RENAME_REFUSED',
    reason: 'the server refused to rename the uploaded file',
    next: 'Ask for permission to rename files, or set rename: false.',
    isTemporary: false,
    isRefusal: true,
  },
  permission: {
    code: 'SFTP_NOT_PERMITTED',
    reason: 'the server does not allow writing there',
    next:
      'Check `directory`, ask the administrator of the server for permission to write there, ' +
      'or set rename: false if only file names of your own are allowed.',
    isTemporary: false,
    isRefusal: true,
  },
  refused: {
    code: 'SFTP_REFUSED',
    reason: 'the server refused',
    next: 'Send this answer to the administrator of the server.',
    isTemporary: false,
    isRefusal: true,
  },
  lost: {
    code: 'SFTP_CONNECTION_LOST',
    reason: 'the connection broke',
    next: 'Run the command again.',
    isTemporary: true,
  },
} satisfies Record<string, Known>;
