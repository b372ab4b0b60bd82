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
import { warnOutcomeNotRecorded } from '../../run/outcome-not-recorded.ts';
import type { Work } from '../../run/work.ts';
import type { ManagementOneConfiguration } from '../../settings/management-one.ts';
import { trustOf } from '../../settings/tls.ts';
import { changesSinceDelivery, type DeliveryHistory, HANDED_OVER } from './delivery-history.ts';
import { earlierMonths } from './earlier.ts';
import { type MailSettings, mailServer } from './mail-server.ts';
import { notifyIssues } from './notify-issues.ts';
import type { ManagementOneRequest, ManagementOneResult } from './result.ts';
import { filled } from './template.ts';
import type { TotalsSnapshot } from './totals-snapshot.ts';

/** A month that is made, proved, and kept as `sending`. */
export interface MonthToDeliver extends Omit<ManagementOneResult, 'status' | 'exportId'> {
  readonly exportId: string;
  readonly kept: TotalsSnapshot;
  /** Of recipients who have this very file already. */
  readonly earlierReceipts?: readonly Receipt[];
}

type Close = (
  status: Parameters<typeof closeExport>[2],
  receipts: readonly Receipt[],
  message?: string,
) => Promise<void>;

/** Hands over a file that is kept as `sending`, and writes down how that ended. */
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
  const { kept: _, earlierReceipts: __, ...result } = made;
  const { label } = made.month;
  work.report({
    kind: 'stage',
    title: out === undefined ? `Sending ${label}` : `Copying ${label}`,
  });
  const told = await summaryOf(work, settings, made, history);
  const status = out === undefined ? 'delivered' : 'saved';
  let receipts: readonly Receipt[];
  try {
    receipts =
      out !== undefined
        ? await deliverToFolder(out)(made.files, signal)
        : settings.upload !== undefined
          ? await upload(settings, settings.upload, made, close, signal)
          : await send(work, settings, made, told, history, close, signal);
  } catch (error) {
    await noteFailure(error, close).catch(failure => warnOutcomeNotRecorded(work, failure));
    throw error;
  }
  // Not among what may fail above: a file that arrived must not be noted as failed, because this could not be written.
  await close(status, receipts, receipts.map(({ detail }) => detail).join('; ') || undefined);
  if (out === undefined) await notifyIssues(work, settings, told, receipts, signal);
  return { ...result, receipts, status };
}

async function summaryOf(
  work: Work,
  settings: ManagementOneConfiguration,
  made: MonthToDeliver,
  history: DeliveryHistory,
): Promise<MonthEndSummary> {
  return {
    ...made,
    merchant: work.configuration.merchant,
    clientId: settings.client_id,
    earlier: await earlierMonths(work, settings, made.month),
    resent: changesSinceDelivery(history, made.kept, work.configuration.timezone),
  };
}

/** The file with its totals and checks. The list of what to mend is no business of those who get it. */
async function send(
  work: Work,
  settings: ManagementOneConfiguration,
  made: MonthToDeliver,
  told: MonthEndSummary,
  history: DeliveryHistory,
  close: Close,
  signal: AbortSignal,
): Promise<readonly Receipt[]> {
  // Without an upload there is one: the configuration was checked.
  const email = settings.email!;
  const { merchant } = work.configuration;
  const domain = email.from.replace(/^.*@/, '').replace(/>.*$/, '');
  const withoutList = { ...told, problems: [] };
  const { to, cc } = stillToSendTo(email, made.earlierReceipts ?? []);
  // Who was refused before may have been taken out of the configuration since.
  if (to.length === 0) return [];
  const sending = sendEmail(
    { ...mailServer(email), to, cc },
    {
      subject: filled(email.subject, work.configuration, settings, made.month),
      text: messageText(withoutList),
      html: messageHtml(withoutList),
      attachments: made.files,
      // The same until it is known to have arrived: two copies of one sending are one message to a mail program.
      messageId: `<management-one.${merchant}.${made.month.label}.${history.delivered.length + 1}@${domain}>`,
      beforeHandover: () => close('sending', [], HANDED_OVER),
    },
    signal,
  );
  try {
    return [await sending];
  } catch (error) {
    if (!(error instanceof PartlySentError)) throw error;
    // A copy is a courtesy: without it the month is delivered all the same.
    if (stillToSendTo(email, [...(made.earlierReceipts ?? []), error.receipt]).to.length > 0) {
      throw error;
    }
    work.report({ kind: 'warning', text: error.message });
    return [error.receipt];
  }
}

/** Recipients of the configuration who do not have the file. */
function stillToSendTo(
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

/** To the web service. From the first byte on it may have arrived. */
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

/** What may have left stays `sending`, so that nobody sends it twice; what certainly did not is `failed`. */
async function noteFailure(error: unknown, close: Close): Promise<void> {
  if (!(error instanceof TillstreamError)) return;
  // The next run sends this very file to the others alone.
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
