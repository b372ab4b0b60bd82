import { sendEmail } from '../../sinks/email.ts';
import { deliverToFolder } from '../../sinks/folder.ts';
import type { Receipt } from '../../sinks/outgoing.ts';
import { closeExport } from '../../sinks/postgres/exports.ts';
import { DeliveryError, TillstreamError } from '../../transforms/errors.ts';
import { messageText } from '../../transforms/management-one/message.ts';
import type { ManagementOneConfiguration } from '../configuration/management-one.ts';
import type { Work } from '../work.ts';
import type { ManagementOneRequest, ManagementOneResult } from './result.ts';
import type { SendingHistory } from './sent.ts';
import { filled } from './template.ts';

type Made = Omit<ManagementOneResult, 'status' | 'exportId'> & { readonly exportId: string };

/** Hands over a file that is kept as `sending`, and writes down how that ended. */
export async function deliver(
  work: Work,
  settings: ManagementOneConfiguration,
  made: Made,
  history: SendingHistory,
  request: ManagementOneRequest,
  signal: AbortSignal,
): Promise<ManagementOneResult> {
  const close = (
    status: Parameters<typeof closeExport>[2],
    receipts: readonly Receipt[],
    message?: string,
  ) => closeExport(work.warehouse, made.exportId, status, receipts, message);
  const { out } = request;
  work.report({
    kind: 'stage',
    title: out === undefined ? `Sending ${made.month.label}` : `Copying ${made.month.label}`,
  });
  try {
    const receipts =
      out === undefined
        ? [await send(work, settings, made, history, signal)]
        : await deliverToFolder(out)(made.files, signal);
    const status = out === undefined ? 'delivered' : 'saved';
    await close(status, receipts);
    return { ...made, receipts, status };
  } catch (error) {
    await noteFailure(error, close);
    throw error;
  }
}

function send(
  work: Work,
  settings: ManagementOneConfiguration,
  made: Made,
  { delivered }: SendingHistory,
  signal: AbortSignal,
): Promise<Receipt> {
  const { email, client_id: clientId } = settings;
  const { merchant } = work.configuration;
  const domain = email.from.replace(/^.*@/, '').replace(/>.*$/, '');
  return sendEmail(
    {
      smtp: email.smtp,
      from: email.from,
      to: email.to,
      cc: email.cc,
      ...(email.reply_to !== undefined && { replyTo: email.reply_to }),
    },
    {
      subject: filled(email.subject, work.configuration, settings, made.month),
      text: messageText({ merchant, clientId, ...made }),
      attachments: made.files,
      // The same until it is known to have arrived: two copies of one sending are one message to a mail program.
      messageId: `<management-one.${merchant}.${made.month.label}.${delivered.length + 1}@${domain}>`,
    },
    signal,
  );
}

/** What may have left stays `sending`, so that nobody sends it twice; what certainly did not is `failed`. */
async function noteFailure(
  error: unknown,
  close: (
    status: Parameters<typeof closeExport>[2],
    receipts: readonly Receipt[],
    message?: string,
  ) => Promise<void>,
): Promise<void> {
  if (!(error instanceof TillstreamError)) return;
  switch (error.code) {
    case 'MAIL_MAYBE_SENT':
      return close('sending', [], error.message);
    case 'MAIL_PARTLY_SENT':
      // Those who have it must not get it again by itself.
      return close('delivered', [], error.message);
    default:
      return close('failed', [], error instanceof DeliveryError ? error.message : String(error));
  }
}
