import { sendEmail } from '../../../sinks/email/email.ts';
import {
  ConfigurationError,
  InterruptedError,
  TillstreamError,
  UsageError,
} from '../../../transforms/errors.ts';
import { failureText } from '../../../transforms/management-one/message/errors.ts';
import type { Month } from '../../../transforms/month.ts';
import type { Work } from '../../run/work.ts';
import type { ManagementOneConfiguration } from '../../settings/management-one.ts';
import { MonthHeldError } from './held.ts';
import { mailServer } from './mail-server.ts';
import { heldRecipients } from './recipients.ts';

/**
 * Tells those under `errors_to` why a month did not go out; of one that is held, those who get the list too. That this could not be mailed is noted and changes nothing:
 * the command says the same.
 */
export async function notifyFailure(
  work: Work,
  settings: ManagementOneConfiguration,
  month: Month,
  error: unknown,
  signal: AbortSignal,
): Promise<void> {
  const { email } = settings;
  if (!isWorthTelling(error)) return;
  const isHeld = error instanceof MonthHeldError;
  const to = email === undefined ? [] : isHeld ? heldRecipients(email) : email.errors_to;
  if (email === undefined || to.length === 0) {
    // An empty list_to says that nobody wants it.
    if (isHeld && email?.list_to === undefined) {
      work.report({
        kind: 'warning',
        text: `Why ${month.label} is held was not mailed: nobody is named for it. Set management_one.email.errors_to or list_to.`,
      });
    }
    return;
  }
  const { merchant } = work.configuration;
  const { checks, problems } = isHeld ? error.result : { checks: [], problems: [] };
  try {
    await sendEmail(
      { ...mailServer(email), to, attempts: 1 },
      {
        subject: `Management One file of ${merchant} ${month.label} was not sent`,
        text: failureText({
          merchant,
          label: month.label,
          because: error.message,
          checks,
          problems,
        }),
        attachments: [],
      },
      signal,
    );
  } catch (failure) {
    if (!(failure instanceof TillstreamError)) throw failure;
    work.report({ kind: 'warning', text: `Nobody was told by e-mail. ${failure.message}` });
  }
}

/** Not what the one who typed the command sees at once, and not that a month had gone out before. */
function isWorthTelling(error: unknown): error is TillstreamError {
  if (!(error instanceof TillstreamError) || error.code === 'ALREADY_SENT') return false;
  return !(
    error instanceof UsageError ||
    error instanceof ConfigurationError ||
    error instanceof InterruptedError
  );
}
