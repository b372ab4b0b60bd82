import { certificateFault } from '../certificate-fault.ts';
import { redact } from '../redact.ts';

/** Outcome of a failed message: not sent for certain, or maybe accepted by the server. */
type MailOutcome = 'MAIL_NOT_SENT' | 'MAIL_MAYBE_SENT';

export interface MailFault {
  readonly outcome: MailOutcome;
  readonly reason: string;
  /** What the server or the system said, without secrets. */
  readonly said: string;
  readonly next: string;
  /** Not sent for certain, and a retry without changes may succeed. */
  readonly isTemporary: boolean;
}

/** The fields that nodemailer 10 sets on its errors. */
interface SmtpError extends Error {
  readonly code?: string;
  readonly originalCode?: string;
  readonly responseCode?: number;
  readonly rejected?: readonly string[];
}

/**
 * Classifies an error of nodemailer. `isHandedOver`: the whole message had been sent before it.
 *
 * A server accepts a message when it answers the final dot (RFC 5321, 4.2.5 and 6.1): before the dot
 * it must drop the message, a refusal means it was not accepted, and silence after the dot can mean
 * either.
 */
export function mailFault(
  error: unknown,
  isHandedOver: boolean,
  secrets: readonly string[],
): MailFault {
  const fault = error as SmtpError;
  const text = error instanceof Error ? error.message : String(error);
  const said = redact(text, secrets);
  if (isHandedOver && fault.responseCode === undefined) return { ...MAYBE_SENT, said };
  const known = NO_PASSWORDS.test(text) ? FAULTS.noPasswords : notSent(fault);
  return { outcome: 'MAIL_NOT_SENT', ...known, said };
}

/** The fault of a message that was not sent because recording it failed first. */
export function notRecorded(error: unknown, secrets: readonly string[]): MailFault {
  const said = redact(error instanceof Error ? error.message : String(error), secrets);
  return { outcome: 'MAIL_NOT_SENT', ...FAULTS.notRecorded, said };
}

/** The fault of a message that was not sent because there is no access token for the log-in. */
export function noToken(error: unknown, secrets: readonly string[]): MailFault {
  const said = redact(error instanceof Error ? error.message : String(error), secrets);
  return { outcome: 'MAIL_NOT_SENT', ...FAULTS.noToken, said };
}

/** Microsoft 365 (5.7.139) and Gmail (5.7.9) where log-ins with a password are turned off. */
const NO_PASSWORDS = /5\.7\.139|5\.7\.9\b|basic authentication is disabled/i;

const MAYBE_SENT = {
  outcome: 'MAIL_MAYBE_SENT',
  reason: 'the connection was lost after the whole message was sent and before the server answered',
  next: 'Ask a recipient whether it arrived before you send it again.',
  isTemporary: false,
} as const;

type Known = Omit<MailFault, 'said' | 'outcome'>;

function notSent(error: SmtpError): Known {
  const { code, originalCode, responseCode, rejected } = error;
  if (certificateFault(error) !== undefined) return FAULTS.certificate;
  if (code === 'ETLS' || originalCode === 'EPROTO' || originalCode?.startsWith('ERR_SSL')) {
    return FAULTS.noTls;
  }
  if (code === 'EAUTH') return { ...FAULTS.logIn, isTemporary: isForNow(responseCode) };
  if (rejected !== undefined && rejected.length > 0) {
    const reason = `the server accepts none of the recipients: ${rejected.join(', ')}`;
    return { ...FAULTS.recipients, reason, isTemporary: isForNow(responseCode) };
  }
  if (responseCode !== undefined) return isForNow(responseCode) ? FAULTS.temporary : FAULTS.refused;
  if (originalCode === 'ECONNREFUSED') return FAULTS.nobody;
  if (originalCode === 'ENOTFOUND' || code === 'EDNS') return FAULTS.unknownHost;
  if (code === 'ESTREAM') return FAULTS.unreadable;
  if (code === 'ETIMEDOUT') return FAULTS.stalled;
  return FAULTS.lost;
}

function isForNow(responseCode: number | undefined): boolean {
  return responseCode !== undefined && responseCode >= 400 && responseCode < 500;
}

const FAULTS = {
  certificate: {
    reason: 'the certificate of the mail server is not trusted',
    next:
      'If it is the right server, set `ca` to a file with the certificate of the authority ' +
      'that signed it, or `server_name` to the name in its certificate.',
    isTemporary: false,
  },
  logIn: {
    reason: 'the mail server refused the log-in',
    next: 'Check user and password of the mail server in the configuration.',
    isTemporary: false,
  },
  noPasswords: {
    reason: 'the mail server accepts no passwords',
    next:
      'Send it to a destination of type email with oauth, as Microsoft 365 and Gmail require, ' +
      'or through a mail relay.',
    isTemporary: false,
  },
  noToken: {
    reason: 'the service for access tokens gave none',
    next: 'Check oauth of the destination: token_url, client_id, client_secret and scope.',
    isTemporary: false,
  },
  recipients: {
    reason: 'the server accepts none of the recipients',
    next: 'Check the addresses, and that this user may send to them.',
    isTemporary: false,
  },
  temporary: {
    reason: 'the mail server refused it temporarily',
    next: 'Run the command again later.',
    isTemporary: true,
  },
  refused: {
    reason: 'the mail server refused the message',
    next: 'Send the answer to the administrator of the mail server.',
    isTemporary: false,
  },
  nobody: {
    reason: 'nothing answers at that host and port',
    next: 'Check host and port, that the server runs, and that no firewall blocks it.',
    isTemporary: true,
  },
  unknownHost: {
    reason: 'no host has that name',
    next: 'Check the spelling of the host in the configuration.',
    isTemporary: false,
  },
  noTls: {
    reason: 'no encrypted connection could be made',
    next: 'Use smtps:// (465) or smtp:// with STARTTLS (587), whichever the server offers.',
    isTemporary: false,
  },
  unreadable: {
    reason: 'an attachment could not be read completely',
    next: 'Run the command again to create the file again.',
    isTemporary: false,
  },
  notRecorded: {
    reason: 'the attempt could not be recorded first',
    next: 'Fix the problem after "found", then run the command again.',
    isTemporary: false,
  },
  stalled: {
    reason: 'the mail server stopped answering',
    next: 'Run the command again later.',
    isTemporary: true,
  },
  lost: {
    reason: 'the connection to the mail server broke',
    next: 'Run the command again.',
    isTemporary: true,
  },
} satisfies Record<string, Known>;
