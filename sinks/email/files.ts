import { sendEmail } from '../email.ts';
import type { Deliver, OutgoingFile, Receipt } from '../outgoing.ts';
import type { EmailOptions } from './options.ts';

export interface EmailFilesOptions extends Omit<EmailOptions, 'to' | 'cc'> {
  /** Who gets a file. */
  readonly addressOf: (file: OutgoingFile) => string;
  readonly subjectOf: (file: OutgoingFile) => string;
}

/**
 * Delivers files by e-mail, each alone in a message to its own address. Throws what {@link sendEmail} throws.
 *
 * Who knows the address of a feed can send one, so the receipt tells only how it begins.
 */
export function deliverByEmail({ addressOf, subjectOf, ...options }: EmailFilesOptions): Deliver {
  return async (files, signal) => {
    const receipts: Receipt[] = [];
    for (const file of files) {
      const message = { subject: subjectOf(file), text: file.name, attachments: [file] };
      const to = addressOf(file);
      const receipt = await sendEmail({ ...options, to: [to] }, message, signal);
      receipts.push({
        ...receipt,
        destination: receipt.destination.replaceAll(to, () => masked(to)),
      });
    }
    return receipts;
  };
}

function masked(address: string): string {
  const at = address.lastIndexOf('@');
  return `${address.slice(0, Math.min(2, at - 1))}***${address.slice(at)}`;
}
