import type { Receipt } from '../../../sinks/delivery.ts';
import { PartlySentError, sendEmail } from '../../../sinks/email/email.ts';
import { readAddress } from '../../../sinks/email/options.ts';
import { deliverToFolder } from '../../../sinks/folder/folder.ts';
import { deliverByUpload } from '../../../sinks/http/upload.ts';
import { closeExport } from '../../../sinks/postgres/exports.ts';
import { TillstreamError } from '../../../transforms/errors.ts';
import { messageHtml } from '../../../transforms/management-one/message/html.ts';
import type { MonthEndSummary } from '../../../transforms/management-one/message/summary.ts';
import { messageText } from '../../../transforms/management-one/message/text.ts';
import { periodInWords } from '../../../transforms/month.ts';
import { warnOutcomeNotRecorded } from '../../run/outcome-not-recorded.ts';
import type { Work } from '../../run/work.ts';
import type { ManagementOneConfiguration } from '../../settings/management-one.ts';
import { trustOf } from '../../settings/tls.ts';
import { type DeliveryHistory, HANDED_OVER, type MonthToDeliver } from './delivery-history.ts';
import { type MailSettings, mailServer, notifyIssues } from './notify.ts';
import type { ManagementOneRequest, ManagementOneResult } from './result.ts';
import { fillTemplate } from './settings.ts';
import { summaryOf } from './summary.ts';

type Close = (
  status: Parameters<typeof closeExport>[2],
  receipts: readonly Receipt[],
  message?: string,
) => Promise<void>;

/**
 * Delivers a file that is recorded as `sending`, and records the outcome.
 *
 * @throws DeliveryError when it was not delivered, or not to every recipient
 */
export async function deliver(
  work: Work,
  settings: ManagementOneConfiguration,
  made: MonthToDeliver,
  history: DeliveryHistory,
  request: ManagementOneRequest,
  signal: AbortSignal,
): Promise<ManagementOneResult> {
  const { earlierReceipts = [] } = made;
  const close: Close = (status, receipts, message) => {
    const all = [...earlierReceipts, ...receipts];
    return closeExport(work.warehouse, made.exportId, status, all, message);
  };
  const { out } = request;
  const { snapshot: _, earlierReceipts: __, ...result } = made;
  const period = periodInWords(made.month);
  work.report({
    kind: 'stage',
    title: out === undefined ? `Sending ${period}` : `Copying ${period}`,
  });
  const summary = await summaryOf(work, settings, made, history);
  const status = out === undefined ? 'delivered' : 'saved';
  let receipts: readonly Receipt[];
  try {
    receipts =
      out !== undefined
        ? await deliverToFolder(out)(made.files, signal)
        : settings.upload !== undefined
          ? await upload(settings, settings.upload, made, close, signal)
          : await send(work, settings, made, summary, history, close, signal);
  } catch (error) {
    await recordFailure(error, close).catch(failure => warnOutcomeNotRecorded(work, failure));
    throw error;
  }
  // Outside of the try: a delivered file must not be recorded as failed when this write fails.
  await close(status, receipts, receipts.map(({ detail }) => detail).join('; ') || undefined);
  if (out === undefined) await notifyIssues(work, settings, summary, receipts, signal);
  return { ...result, receipts, status };
}

/** E-mails the file with its totals and checks, without the list of issues: that is the retailer's. */
async function send(
  work: Work,
  settings: ManagementOneConfiguration,
  made: MonthToDeliver,
  summary: MonthEndSummary,
  history: DeliveryHistory,
  close: Close,
  signal: AbortSignal,
): Promise<readonly Receipt[]> {
  // The configuration has email or upload: its schema requires it.
  const email = settings.email!;
  const { merchant } = work.configuration;
  const domain = email.from.replace(/^.*@/, '').replace(/>.*$/, '');
  const withoutList = { ...summary, problems: [] };
  const isResent = history.delivered.length > 0;
  const subject = fillTemplate(email.subject, work.configuration, settings, made.month);
  const { to, cc } = missingRecipients(email, made.earlierReceipts ?? []);
  // The recipients who were refused may have been removed from the configuration since.
  if (to.length === 0) return [];
  const sending = sendEmail(
    { ...mailServer(email), to, cc },
    {
      subject: isResent ? `${subject} (resent)` : subject,
      text: messageText(withoutList),
      html: messageHtml(withoutList),
      attachments: made.files,
      // The same id until the delivery is known: a mail program shows two copies as one message.
      messageId: `<management-one.${merchant}.${made.month.label}.${history.delivered.length + 1}@${domain}>`,
      beforeHandover: () => close('sending', [], HANDED_OVER),
    },
    signal,
  );
  try {
    return [await sending];
  } catch (error) {
    if (!(error instanceof PartlySentError)) throw error;
    // The month is delivered when every recipient under `to` has it; a copy may be missing.
    if (missingRecipients(email, [...(made.earlierReceipts ?? []), error.receipt]).to.length > 0) {
      throw error;
    }
    work.report({ kind: 'warning', text: error.message });
    return [error.receipt];
  }
}

/** Lists the configured recipients who do not have the file. */
function missingRecipients(
  { to, cc }: Pick<MailSettings, 'to' | 'cc'>,
  receipts: readonly Receipt[],
): Pick<MailSettings, 'to' | 'cc'> {
  const have = new Set(receipts.flatMap(({ recipients = [] }) => recipients.map(lowerCase)));
  const isMissing = (address: string) => !have.has(lowerCase(readAddress('to', address).address));
  return { to: to.filter(isMissing), cc: cc.filter(isMissing) };
}

function lowerCase(address: string): string {
  return address.toLowerCase();
}

/** Uploads the file to the web service, which may have it from the first byte on. */
async function upload(
  { client_id: clientId }: ManagementOneConfiguration,
  service: NonNullable<ManagementOneConfiguration['upload']>,
  { files }: MonthToDeliver,
  close: Close,
  signal: AbortSignal,
): Promise<readonly Receipt[]> {
  await close('sending', [], HANDED_OVER);
  const deliverFiles = deliverByUpload({
    url: service.url,
    section: 'management_one.upload',
    fileField: service.file_field,
    fields: {
      [service.client_field]: service.client_code ?? clientId,
      [service.secret_field]: service.secret,
    },
    secrets: [service.secret],
    timeoutMs: service.timeout_ms,
    ...trustOf(service),
  });
  return deliverFiles(files, signal);
}

/** Records `failed` where nothing was sent; what may have been sent stays `sending`. */
async function recordFailure(error: unknown, close: Close): Promise<void> {
  if (!(error instanceof TillstreamError)) return;
  // The next run sends this very file to the other recipients only.
  if (error instanceof PartlySentError) return close('failed', [error.receipt], error.message);
  switch (error.code) {
    case 'MAIL_MAYBE_SENT':
    case 'UPLOAD_MAYBE_TAKEN':
    case 'UPLOAD_PARTLY':
      return close('sending', [], error.message);
    default:
      return close('failed', [], error.message);
  }
}
