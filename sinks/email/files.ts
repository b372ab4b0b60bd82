import { DeliveryError } from '../../transforms/errors.ts';
import { PartlyDeliveredError } from '../compose.ts';
import type { Deliver, DeliveredFile, SpooledFile } from '../delivery.ts';
import { PartlySentError, sendEmail } from './email.ts';
import type { EmailOptions } from './options.ts';

export interface EmailFilesOptions extends Omit<EmailOptions, 'to' | 'cc' | 'hidesRecipients'> {
  /** Recipient of a file. */
  readonly addressOf: (file: SpooledFile) => string;
  readonly subjectOf: (file: SpooledFile) => string;
}

/**
 * Delivers files by e-mail, each in its own message to its own address.
 *
 * Anyone who knows the address of a feed can send one, so receipts and errors show only its start.
 * Throws what {@link sendEmail} throws.
 */
export function deliverByEmail({ addressOf, subjectOf, ...options }: EmailFilesOptions): Deliver {
  return async (files, signal) => {
    const receipts: DeliveredFile[] = [];
    const failures: DeliveryError[] = [];
    for (const file of files) {
      const message = { subject: subjectOf(file), text: file.name, attachments: [file] };
      const to = addressOf(file);
      try {
        receipts.push(
          await sendEmail({ ...options, to: [to], hidesRecipients: true }, message, signal),
        );
      } catch (error) {
        // A refused address does not stop the other messages.
        if (!(error instanceof DeliveryError)) throw error;
        failures.push(error);
      }
    }
    if (failures.length === 0) return receipts;
    if (receipts.length === 0) throw failures[0];
    const names = receipts.map(({ file }) => `"${file}"`).join(', ');
    throw new PartlyDeliveredError(failures, receipts, `These were sent: ${names}.`);
  };
}

/** Sends all files as attachments of one e-mail. `{files}` in the subject is their names. */
export function sendFiles(options: EmailOptions, subject: string): Deliver {
  return async (files, signal, delivered = () => {}) => {
    const names = files.map(({ name }) => name).join(', ');
    const filled = subject.replaceAll('{files}', () => names);
    try {
      const message = { subject: filled, text: names, attachments: files };
      const receipt = await sendEmail(options, message, signal);
      return [receipt];
    } catch (error) {
      if (error instanceof PartlySentError) delivered(error.receipt);
      throw error;
    }
  };
}
