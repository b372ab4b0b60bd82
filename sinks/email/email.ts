import { randomUUID } from 'node:crypto';
import { access } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ConfigurationError, DeliveryError, InterruptedError } from '../../transforms/errors.ts';
import { interrupted } from '../../transforms/interruption.ts';
import { inAttempts } from '../attempts.ts';
import type { DeliveredFile } from '../delivery.ts';
import { onDisk } from '../local-file.ts';
import { TemporaryDeliveryError } from '../sink.ts';
import type { MailFault } from './fault.ts';
import { hiddenAddress, withHiddenAddresses } from './hidden-address.ts';
import { checkMessage, type EmailMessage, type EmailOptions, readAddress } from './options.ts';
import { MailFailure, readSmtpUrl, sendOnce } from './smtp.ts';

/**
 * Sends one message with its attachments and returns the mail server's receipt.
 *
 * `bytes` of the receipt counts the attachments. Retries only a temporary fault before anything was
 * sent; the Message-ID stays the same. Throws `DeliveryError` with code `MAIL_NOT_SENT` (certain),
 * `MAIL_MAYBE_SENT` (no answer after the whole message), or `MAIL_PARTLY_SENT` (some recipients
 * refused, the others have it). Throws `ConfigurationError` for an address, subject or name that is
 * not one line, and `InterruptedError` after an abort, with code `MAIL_MAYBE_SENT` if the whole
 * message had been sent.
 */
export async function sendEmail(
  options: EmailOptions,
  message: EmailMessage,
  signal: AbortSignal,
): Promise<DeliveredFile> {
  const server = readSmtpUrl(options.smtp);
  const headers = readHeaders(options, message);
  for (const file of message.attachments) {
    await onDisk(dirname(file.path), file.name, () => access(file.path));
  }
  const { attempts = 4, backoffMs = 1000 } = options;
  const destination = `${server.isTlsFromStart ? 'smtps' : 'smtp'}://${server.host}:${server.port}`;

  const sent = await inAttempts({ most: attempts, backoffMs }, signal, isTemporary, () =>
    sendOnce(server, options, { ...headers, ...body(message), signal }, message.beforeHandover),
  ).catch((error: unknown) => {
    if (!(error instanceof MailFailure)) throw error;
    if (signal.aborted) throw stopped(message, error.fault);
    throw notSent(message, destination, error.fault);
  });
  const shown = (address: string) => (options.hidesRecipients ? hiddenAddress(address) : address);
  const accepted = sent.accepted.map(shown);
  const said = options.hidesRecipients ? withHiddenAddresses(sent.response) : sent.response;
  const receipt: DeliveredFile = {
    file: message.attachments.map(file => file.name).join(', '),
    destination: `${destination} to ${accepted.join(', ')}`,
    bytes: message.attachments.reduce((sum, file) => sum + file.bytes, 0),
    detail: `${said} (Message-ID ${headers.messageId})`,
    ...(!options.hidesRecipients && { recipients: sent.accepted }),
  };
  if (sent.rejected.length > 0) {
    const rejected = sent.rejected.map(shown);
    throw new PartlySentError(message.subject, destination, receipt, accepted, rejected);
  }
  return receipt;
}

/** Some recipients have the message, others were refused: send it to those alone. */
export class PartlySentError extends DeliveryError {
  /** For the recipients who have it. */
  readonly receipt: DeliveredFile;
  readonly rejected: readonly string[];

  constructor(
    subject: string,
    destination: string,
    receipt: DeliveredFile,
    accepted: readonly string[],
    rejected: readonly string[],
  ) {
    super('MAIL_PARTLY_SENT', {
      problem:
        `${destination} refused some recipients of the e-mail "${subject}": ` +
        `${rejected.join(', ')}`,
      next:
        'Check those addresses and send it only to them; these have it: ' +
        `${accepted.join(', ')}.`,
    });
    this.receipt = receipt;
    this.rejected = rejected;
  }
}

function readHeaders(options: EmailOptions, message: EmailMessage) {
  checkMessage(message);
  if (options.to.length === 0) throw noRecipient();
  const from = readAddress('from', options.from);
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1);
  return {
    from,
    to: options.to.map(address => readAddress('to', address)),
    cc: options.cc?.map(address => readAddress('cc', address)),
    replyTo: options.replyTo === undefined ? undefined : readAddress('replyTo', options.replyTo),
    messageId: message.messageId ?? `<${randomUUID()}@${domain}>`,
    date: new Date(),
    subject: message.subject,
    // RFC 3834: prevents out-of-office replies.
    headers: { 'Auto-Submitted': 'auto-generated' },
    xMailer: false,
  } as const;
}

function body({ text, html, attachments }: EmailMessage) {
  return {
    text,
    html,
    // Base64, because a relay may rewrite line ends in quoted-printable.
    attachments: attachments.map(({ name, path }) => ({
      filename: name,
      path,
      contentTransferEncoding: 'base64' as const,
    })),
  };
}

function isTemporary(error: unknown): boolean {
  return error instanceof MailFailure && error.fault.isTemporary;
}

function stopped({ subject }: EmailMessage, { outcome }: MailFault): InterruptedError {
  if (outcome === 'MAIL_NOT_SENT') return interrupted(`Sending "${subject}"`, 'It was not sent');
  return new InterruptedError(outcome, {
    problem: `Sending "${subject}" was stopped on request after the whole message had been sent`,
    next: 'Ask a recipient whether it arrived before you send it again.',
  });
}

function notSent({ subject }: EmailMessage, destination: string, fault: MailFault): DeliveryError {
  const what = fault.outcome === 'MAIL_NOT_SENT' ? 'was not sent' : 'may or may not have been sent';
  const Failure = fault.isTemporary ? TemporaryDeliveryError : DeliveryError;
  return new Failure(fault.outcome, {
    problem: `The e-mail "${subject}" ${what} through ${destination}: ${fault.reason}`,
    found: fault.said,
    next: fault.next,
  });
}

function noRecipient(): ConfigurationError {
  return new ConfigurationError('MAIL_NO_RECIPIENT', {
    problem: 'The e-mail has no recipient',
    expected: 'at least one address under "to"',
    next: 'Add it in the configuration.',
  });
}
