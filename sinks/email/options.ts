import addressparser from 'nodemailer/lib/addressparser';
import { ConfigurationError } from '../../transforms/errors.ts';
import type { SpooledFile } from '../delivery.ts';
import { checkFileName } from '../file-name.ts';
import type { MailOAuth } from './oauth.ts';

/** Mail server, sender and recipients of an e-mail. */
export interface EmailOptions {
  /** `smtp://user:password@host:port` (TLS by STARTTLS) or `smtps://…` (TLS from the start). */
  readonly smtp: string;
  /** Addresses are written `a@b.example` or `Name <a@b.example>`, one per string. */
  readonly from: string;
  readonly to: readonly string[];
  readonly cc?: readonly string[];
  readonly replyTo?: string;
  /** Whether receipts and errors show only the start of each recipient's address. Default false. */
  readonly hidesRecipients?: boolean;
  /**
   * PEM of the authority to trust instead of the public ones. Certificates are verified, except for
   * STARTTLS without a password on this machine, where the alternative is no encryption at all.
   */
  readonly ca?: string;
  /** Name in the server's certificate, if it differs from the host. */
  readonly serverName?: string;
  /** Log in with an access token (XOAUTH2) instead of a password. */
  readonly oauth?: MailOAuth;
  /**
   * Send nothing unless STARTTLS succeeded. Default: true when a password would go to another machine.
   * Has no meaning for `smtps://`.
   */
  readonly requireTls?: boolean;
  /** Longest silence of the server before it counts as stalled. Default 30 000. */
  readonly timeoutMs?: number;
  /** Attempts in all, including the first. Default 4. */
  readonly attempts?: number;
  /** Longest wait before the second attempt; grows after that. Default 1,000. */
  readonly backoffMs?: number;
}

/** Content of an e-mail. */
export interface EmailMessage {
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  readonly attachments: readonly SpooledFile[];
  /** As `<run-7@acme.example>`. Mail programs show messages with the same id once. */
  readonly messageId?: string;
  /**
   * Awaited in each attempt before the end of the message is sent: the place to record that it may
   * have arrived. If it fails, the message is not sent.
   */
  readonly beforeHandover?: () => Promise<void>;
}

export interface Address {
  readonly name: string;
  readonly address: string;
}

/** Parses exactly one address. Throws `ConfigurationError` for anything else. */
export function readAddress(field: string, text: string): Address {
  const [first, ...rest] = addressparser(oneLine(field, text));
  const { name = '', address = '' } = first ?? {};
  if (rest.length === 0 && /^[^\s@<>,;]+@[^\s@<>,;]+$/.test(address)) return { name, address };
  throw new ConfigurationError('MAIL_ADDRESS', {
    problem: `"${field}" of the e-mail is not one address`,
    found: text,
    expected: '"ops@acme.example" or "Acme <ops@acme.example>"',
    next: 'Correct it in the configuration; write several addresses as a list.',
  });
}

/** Returns a header's text; throws when a line break in it could start another header. */
function oneLine(field: string, text: string): string {
  if (!/\p{Cc}/u.test(text)) return text;
  throw new ConfigurationError('MAIL_HEADER_UNSAFE', {
    problem: `"${field}" of the e-mail contains a line break or another control character`,
    found: text,
    expected: 'one line of text',
    next: 'Remove it in the configuration.',
  });
}

/** Checks the parts of a message that become headers. */
export function checkMessage({ subject, messageId, attachments }: EmailMessage): void {
  oneLine('subject', subject);
  for (const { name } of attachments) checkFileName(name);
  if (messageId === undefined || /^<[^\s<>@]+@[^\s<>@]+>$/.test(oneLine('Message-ID', messageId))) {
    return;
  }
  throw new ConfigurationError('MAIL_MESSAGE_ID', {
    problem: 'The Message-ID of the e-mail is not one',
    found: messageId,
    expected: '"<name@host.example>"',
  });
}
