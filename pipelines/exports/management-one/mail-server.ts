import type { EmailOptions } from '../../../sinks/email/options.ts';
import type { ManagementOneConfiguration } from '../../settings/management-one.ts';
import { trustOf } from '../../settings/tls.ts';

/** The section `management_one.email`. */
export type MailSettings = NonNullable<ManagementOneConfiguration['email']>;

/** Through which server, from whom, and to whom answers go. */
export function mailServer(
  email: MailSettings,
): Pick<EmailOptions, 'smtp' | 'from' | 'replyTo' | 'ca' | 'serverName'> {
  return {
    smtp: email.smtp,
    from: email.from,
    ...trustOf(email),
    ...(email.reply_to !== undefined && { replyTo: email.reply_to }),
  };
}
