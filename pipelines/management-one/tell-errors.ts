import { sendEmail } from '../../sinks/email.ts';
import {
  ConfigurationError,
  InterruptedError,
  TillstreamError,
  UsageError,
} from '../../transforms/errors.ts';
import { failureText } from '../../transforms/management-one/message/errors.ts';
import type { Month } from '../../transforms/month.ts';
import type { ManagementOneConfiguration } from '../configuration/management-one.ts';
import type { Work } from '../work.ts';
import { MonthHeldError } from './held.ts';
import { type MailSettings, mailServer } from './mail-server.ts';

/**
 * Tells those under `errors_to` why a month did not go out. That this could not be mailed is noted and changes nothing:
 * the command says the same.
 */
export async function tellErrors(
  work: Work,
  settings: ManagementOneConfiguration,
  month: Month,
  error: unknown,
  signal: AbortSignal,
): Promise<void> {
  const { email } = settings;
  if (email === undefined || !isWorthTelling(error)) return;
  const to = error instanceof MonthHeldError ? toldOfHeld(email) : email.errors_to;
  if (to.length === 0) return;
  const { merchant } = work.configuration;
  const { checks, problems } =
    error instanceof MonthHeldError ? error.result : { checks: [], problems: [] };
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

/** A month that is held has a list too: it goes to those who get it of every other month. */
function toldOfHeld(email: MailSettings): readonly string[] {
  return [...new Set([...email.errors_to, ...(email.list_to ?? [])])];
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
