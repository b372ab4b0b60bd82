import { sendEmail } from '../email.ts';
import type { Deliver, OutgoingFile, Receipt } from '../outgoing.ts';
import type { EmailOptions } from './options.ts';

export interface EmailFilesOptions extends Omit<EmailOptions, 'to' | 'cc' | 'hidesRecipients'> {
  /** Who gets a file. */
  readonly addressOf: (file: OutgoingFile) => string;
  readonly subjectOf: (file: OutgoingFile) => string;
}

/**
 * Delivers files by e-mail, each alone in a message to its own address. Throws what {@link sendEmail} throws.
 *
 * Who knows the address of a feed can send one, so receipts and errors tell only how it begins.
 */
export function deliverByEmail({ addressOf, subjectOf, ...options }: EmailFilesOptions): Deliver {
  return async (files, signal) => {
    const receipts: Receipt[] = [];
    for (const file of files) {
      const message = { subject: subjectOf(file), text: file.name, attachments: [file] };
      const to = addressOf(file);
      receipts.push(
        await sendEmail({ ...options, to: [to], hidesRecipients: true }, message, signal),
      );
    }
    return receipts;
  };
}
