import { FTPError } from 'basic-ftp';
import { certificateFault } from '../certificate-fault.ts';
import { redact } from '../redact.ts';
import type { RemoteFault } from '../remote-folder.ts';

/** What the session was doing when it failed; the same reply means another thing at each step. */
export type FtpStep =
  | ('connect' | 'secure' | 'log in' | 'enter')
  | ('upload' | 'verify' | 'rename' | 'remove');

/** Classifies an error of a step. Pure: the same error gives the same fault. */
export function ftpFault(error: unknown, step: FtpStep, password: string): RemoteFault {
  const text = error instanceof Error ? error.message : String(error);
  const said = redact(text, [password]);
  const fault = error instanceof FTPError ? replyFault(error.code, step) : lineFault(error, text);
  return { ...fault, said };
}

type Known = Omit<RemoteFault, 'said'>;

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
  if (/data connection/i.test(text)) return FAULTS.noDataConnection;
  if (code.startsWith('ERR_SSL') || code === 'EPROTO') return FAULTS.noTls;
  if (/timeout/i.test(text) || code === 'ETIMEDOUT') return FAULTS.stalled;
  return FAULTS.lost;
}

const FAULTS = {
  diskFull: {
    code: 'FTP_DISK_FULL',
    reason: 'the disk or quota of the server is full',
    next: 'Ask the administrator of the server for space, then run the command again.',
    isTemporary: false,
  },
  noTls: {
    code: 'FTP_NO_TLS',
    reason: 'the server does not speak TLS this way',
    next:
      'Set the protocol that the server offers: ftps, ftps-implicit, or ftp without ' +
      'encryption.',
    isTemporary: false,
  },
  certificate: {
    code: 'FTP_CERTIFICATE',
    reason: 'the certificate of the server is not trusted',
    next:
      'If it is the right server, set `ca` to a file with the certificate of the authority ' +
      'that signed it, or `server_name` to the name in its certificate.',
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
    reason: 'the server refused temporarily',
    next: 'Run the command again later.',
    isTemporary: true,
  },
  noFolder: {
    code: 'FTP_NO_FOLDER',
    reason: 'the folder cannot be entered',
    next: 'Check `directory` in the configuration, or create the folder on the server.',
    isTemporary: false,
  },
  rename: {
    code: 'FTP_RENAME_REFUSED',
    reason: 'the server refused to rename the uploaded file',
    next: 'Ask for permission to rename files, or set rename: false.',
    isTemporary: false,
    isRefusal: true,
  },
  permission: {
    code: 'FTP_NOT_PERMITTED',
    reason: 'the server does not allow writing there',
    next:
      'Check `directory`, ask the administrator of the server for permission to write there, ' +
      'or set rename: false if only file names of your own are allowed.',
    isTemporary: false,
    isRefusal: true,
  },
  refused: {
    code: 'FTP_REFUSED',
    reason: 'the server refused',
    next: 'Send this answer to the administrator of the server.',
    isTemporary: false,
    isRefusal: true,
  },
  noDataConnection: {
    code: 'FTP_NO_DATA_CONNECTION',
    reason: 'the server accepts no data connection',
    next:
      'Ask the administrator of the server to open its passive ports in the firewall, and ' +
      'allow them in yours.',
    isTemporary: true,
  },
  nobody: {
    code: 'FTP_UNREACHABLE',
    reason: 'nothing answers at that host and port',
    next: 'Check host and port, that the server runs, and that no firewall blocks it.',
    isTemporary: true,
  },
  unknownHost: {
    code: 'FTP_UNREACHABLE',
    reason: 'no host has that name',
    next: 'Check the spelling of the host in the configuration.',
    isTemporary: false,
  },
  stalled: {
    code: 'FTP_STALLED',
    reason: 'the server stopped answering',
    next: 'Run the command again later, or raise `timeout_ms` if the line is slow.',
    isTemporary: true,
  },
  lost: {
    code: 'FTP_CONNECTION_LOST',
    reason: 'the connection broke',
    next: 'Run the command again.',
    isTemporary: true,
  },
} satisfies Record<string, Known>;
