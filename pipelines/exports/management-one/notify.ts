import type { Receipt } from '../../../sinks/delivery.ts';
import { sendEmail } from '../../../sinks/email/email.ts';
import type { EmailOptions } from '../../../sinks/email/options.ts';
import {
  ConfigurationError,
  InterruptedError,
  TillstreamError,
  UsageError,
} from '../../../transforms/errors.ts';
import { issuesInWords } from '../../../transforms/findings.ts';
import { failureText } from '../../../transforms/management-one/message/failure.ts';
import { messageHtml } from '../../../transforms/management-one/message/html.ts';
import type { MonthEndSummary } from '../../../transforms/management-one/message/summary.ts';
import { messageText } from '../../../transforms/management-one/message/text.ts';
import { type Month, periodInWords } from '../../../transforms/month.ts';
import type { Work } from '../../run/work.ts';
import type { ManagementOneConfiguration } from '../../settings/management-one.ts';
import { trustOf } from '../../settings/tls.ts';
import { MonthHeldError } from './result.ts';
import { locationNames } from './summary.ts';

/** The section `management_one.email`. */
export type MailSettings = NonNullable<ManagementOneConfiguration['email']>;

/** Returns the server, the sender and the reply address of every e-mail. */
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

/**
 * E-mails `errors_to` why a month was not sent; a held month goes to the recipients of the list too.
 *
 * If the e-mail cannot be sent, that is a warning only: the command shows the same message.
 */
export async function notifyFailure(
  work: Work,
  settings: ManagementOneConfiguration,
  month: Month,
  error: unknown,
  signal: AbortSignal,
): Promise<void> {
  const { email } = settings;
  if (!isNotified(error)) return;
  const period = periodInWords(month);
  const isHeld = error instanceof MonthHeldError;
  const to = email === undefined ? [] : isHeld ? heldRecipients(email) : email.errors_to;
  if (email === undefined || to.length === 0) {
    // An empty list_to means that nobody wants the list.
    if (isHeld && email?.list_to === undefined) {
      const text = `Nobody was notified that ${period} is held: no recipient is configured. ${SET_RECIPIENTS}`;
      work.report({ kind: 'warning', text });
    }
    return;
  }
  const { merchant } = work.configuration;
  const { checks, problems } = isHeld ? error.result : { checks: [], problems: [] };
  const text = failureText({
    ...{ merchant, period, reason: error.message, checks, problems },
    locationNames: await locationNames(work),
  });
  try {
    await sendEmail(
      { ...mailServer(email), to, attempts: 1 },
      {
        subject: `Management One file of ${merchant} for ${period} was not sent`,
        text,
        attachments: [],
      },
      signal,
    );
  } catch (failure) {
    if (!(failure instanceof TillstreamError)) throw failure;
    work.report({ kind: 'warning', text: `Nobody was notified by e-mail. ${failure.message}` });
  }
}

const SET_RECIPIENTS = 'Set management_one.email.errors_to or list_to.';

/** Not for what the person at the command line sees at once, or that the month was sent before. */
function isNotified(error: unknown): error is TillstreamError {
  if (!(error instanceof TillstreamError) || error.code === 'ALREADY_SENT') return false;
  return !(
    error instanceof UsageError ||
    error instanceof ConfigurationError ||
    error instanceof InterruptedError
  );
}

/**
 * E-mails the list of issues to fix, with totals and checks, once the file is delivered.
 *
 * If the e-mail cannot be sent, that is a warning only: the command shows the list too.
 */
export async function notifyIssues(
  work: Work,
  { email }: ManagementOneConfiguration,
  summary: MonthEndSummary,
  receipts: readonly Receipt[],
  signal: AbortSignal,
): Promise<void> {
  const { merchant, month, problems } = summary;
  if (problems.length === 0) return;
  const issues = issuesInWords(problems);
  const to = email === undefined ? [] : listRecipients(email);
  if (email === undefined || to.length === 0) {
    if (email?.list_to === undefined) {
      const text = `The list of ${issues} to fix was not e-mailed: no recipient is configured. ${SET_RECIPIENTS}`;
      work.report({ kind: 'warning', text });
    }
    return;
  }
  const sentTo = receipts.map(({ destination }) => destination).join(', ');
  const delivered = { ...summary, sentTo };
  try {
    await sendEmail(
      { ...mailServer(email), to, attempts: 1 },
      {
        subject: `Management One file of ${merchant} for ${periodInWords(month)}: ${issues} to fix`,
        text: messageText(delivered),
        html: messageHtml(delivered),
        attachments: [],
      },
      signal,
    );
  } catch (failure) {
    if (!(failure instanceof TillstreamError)) throw failure;
    const text = `The list of ${issues} to fix was not e-mailed. ${failure.message}`;
    work.report({ kind: 'warning', text });
  }
}

/** Who gets the list of issues of a month that was delivered. */
function listRecipients({
  list_to: listed,
  errors_to: errors,
  reply_to: owner,
}: MailSettings): readonly string[] {
  if (listed !== undefined) return listed;
  if (errors.length > 0) return errors;
  return owner === undefined ? [] : [owner];
}

/** Who is notified of a held month: it has a list too, for those who get it of any other month. */
function heldRecipients(email: MailSettings): readonly string[] {
  return [...new Set([...email.errors_to, ...listRecipients(email)])];
}
