import type { EmailOptions } from '../../sinks/email/options.ts';
import type { ManagementOneConfiguration } from '../configuration/management-one.ts';

/** The section `management_one.email`. */
export type MailSettings = NonNullable<ManagementOneConfiguration['email']>;

/** Through which server, from whom, and to whom answers go. */
export function mailServer(email: MailSettings): Pick<EmailOptions, 'smtp' | 'from' | 'replyTo'> {
  return {
    smtp: email.smtp,
    from: email.from,
    ...(email.reply_to !== undefined && { replyTo: email.reply_to }),
  };
}
