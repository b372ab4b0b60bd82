import addressparser from 'nodemailer/lib/addressparser';
import { ConfigurationError } from '../../transforms/errors.ts';
import type { OutgoingFile } from '../delivery.ts';
import { checkFileName } from '../file-name.ts';

/** Where and how mail is handed over. */
export interface EmailOptions {
  /** `smtp://user:password@host:port` (TLS by STARTTLS) or `smtps://…` (TLS from the start). */
  readonly smtp: string;
  /** Addresses are written `a@b.example` or `Name <a@b.example>`, one per string. */
  readonly from: string;
  readonly to: readonly string[];
  readonly cc?: readonly string[];
  readonly replyTo?: string;
  /** Whether receipts and errors tell of each recipient only how the address begins. Default false. */
  readonly hidesRecipients?: boolean;
  /**
   * PEM of the authority to trust instead of the public ones. Certificates are verified, but for STARTTLS with a server on
   * this machine that gets no password: without it the mail would go there in the clear.
   */
  readonly ca?: string;
  /** Name in the server's certificate, where it is another than the host. */
  readonly serverName?: string;
  /**
   * Send nothing unless STARTTLS succeeded. Default: true when a password would go to another machine.
   * Has no meaning for `smtps://`.
   */
  readonly requireTls?: boolean;
  /** Longest silence of the server before it counts as stalled. Default 30 000. */
  readonly timeoutMs?: number;
  /** Tries in all, the first one counted. Default 4. */
  readonly attempts?: number;
  /** Longest rest before the second try; grows after. Default 1000. */
  readonly backoffMs?: number;
}

/** What is said. */
export interface EmailMessage {
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  readonly attachments: readonly OutgoingFile[];
  /** As `<run-7@acme.example>`. The same message sent twice under the same id is one message to a mail program. */
  readonly messageId?: string;
  /**
   * Awaited before the message's end leaves, in each try: the place to write down that from now on it may have arrived.
   * Where it fails, the message is not sent.
   */
  readonly beforeHandover?: () => Promise<void>;
}

export interface Address {
  readonly name: string;
  readonly address: string;
}

/** Reads one address. Throws `ConfigurationError` when it is none, or more than one, or breaks a line. */
export function readAddress(field: string, text: string): Address {
  const [first, ...rest] = addressparser(oneLine(field, text));
  const { name = '', address = '' } = first ?? {};
  if (rest.length === 0 && /^[^\s@<>,;]+@[^\s@<>,;]+$/.test(address)) return { name, address };
  throw new ConfigurationError('MAIL_ADDRESS', {
    problem: `"${field}" of the e-mail is not one address`,
    found: text,
    expected: '"ops@acme.example" or "Acme <ops@acme.example>"',
    next: 'Mend it in the configuration; several addresses are written as a list.',
  });
}

/** Passes a header's text through; throws when it could begin a header of its own. */
function oneLine(field: string, text: string): string {
  if (!/\p{Cc}/u.test(text)) return text;
  throw new ConfigurationError('MAIL_HEADER_UNSAFE', {
    problem: `"${field}" of the e-mail holds a line break or another control character`,
    found: text,
    expected: 'one line of text',
    next: 'Remove it in the configuration.',
  });
}

/** Checks everything of a message that becomes a header. */
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
