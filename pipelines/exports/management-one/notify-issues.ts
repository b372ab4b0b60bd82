import type { Receipt } from '../../../sinks/delivery.ts';
import { sendEmail } from '../../../sinks/email/email.ts';
import { TillstreamError } from '../../../transforms/errors.ts';
import { casesInWords } from '../../../transforms/findings.ts';
import { messageHtml } from '../../../transforms/management-one/message/html.ts';
import type { MonthEndSummary } from '../../../transforms/management-one/message/summary.ts';
import { messageText } from '../../../transforms/management-one/message/text.ts';
import type { Work } from '../../run/work.ts';
import type { ManagementOneConfiguration } from '../../settings/management-one.ts';
import { mailServer } from './mail-server.ts';
import { listRecipients } from './recipients.ts';

/**
 * Sends the list of what to mend, with the totals and the checks, to those who mend it. The file went out before: that the
 * list could not be mailed is noted and changes nothing, and the command shows it too.
 */
export async function notifyIssues(
  work: Work,
  { email }: ManagementOneConfiguration,
  told: MonthEndSummary,
  receipts: readonly Receipt[],
  signal: AbortSignal,
): Promise<void> {
  const { merchant, month, problems } = told;
  if (problems.length === 0) return;
  const to = email === undefined ? [] : listRecipients(email);
  if (email === undefined || to.length === 0) {
    if (email?.list_to === undefined) {
      work.report({
        kind: 'warning',
        text: `The list of what to mend was not mailed, ${casesInWords(problems)}: nobody is named for it. Set management_one.email.list_to or errors_to.`,
      });
    }
    return;
  }
  const sent = { ...told, sentTo: receipts.map(({ destination }) => destination).join(', ') };
  try {
    await sendEmail(
      { ...mailServer(email), to, attempts: 1 },
      {
        subject: `Management One file of ${merchant} ${month.label}: ${casesInWords(problems)} to mend`,
        text: messageText(sent),
        html: messageHtml(sent),
        attachments: [],
      },
      signal,
    );
  } catch (failure) {
    if (!(failure instanceof TillstreamError)) throw failure;
    work.report({
      kind: 'warning',
      text: `The list of what to mend was not mailed. ${failure.message}`,
    });
  }
}
