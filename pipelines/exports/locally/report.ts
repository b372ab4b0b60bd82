import { join } from 'node:path';
import type { Receipt } from '../../../sinks/delivery.ts';
import { sendEmail } from '../../../sinks/email/email.ts';
import { spoolFile } from '../../../sinks/spool.ts';
import { TillstreamError } from '../../../transforms/errors.ts';
import { problemsFile, reportText } from '../../../transforms/locally/report.ts';
import type { Work } from '../../run/work.ts';
import { trustOf } from '../../settings/tls.ts';
import { today } from '../../sync/slices.ts';
import type { Made } from './make.ts';
import { feedOf } from './settings.ts';

/** What became of a feed, for its report. */
export interface Ending {
  readonly status: 'delivered' | 'held' | 'failed';
  readonly because: string | undefined;
  readonly receipts: readonly Receipt[];
}

/**
 * Mails the report of a feed to the configured recipients. A failure is only a warning.
 *
 * @param folder for the attachment
 */
export async function mailReport(
  work: Work,
  made: Made,
  ending: Ending,
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  const { merchant, timezone } = work.configuration;
  const { report } = feedOf(work.configuration);
  if (report === undefined) return;
  if (report.when === 'not_delivered' && ending.status === 'delivered') return;
  const { smtp, from, to, cc, reply_to: replyTo, subject } = report.email;
  const date = today(work);
  const { status, because, receipts } = ending;
  const values = { merchant, date, status };
  try {
    const data = problemsFile(made.problems);
    const rows = made.problems.length;
    const attachment = await spoolFile(
      join(folder, 'report'),
      'locally-problems.csv',
      [{ data, rows }],
      signal,
    );
    const destinations = receipts.map(receipt => `${receipt.destination}: ${receipt.detail}`);
    await sendEmail(
      { smtp, from, to, cc, ...trustOf(report.email), ...(replyTo !== undefined && { replyTo }) },
      {
        subject: subject.replace(
          /\{(merchant|date|status)\}/g,
          (_, name: keyof typeof values) => values[name],
        ),
        text: reportText({ ...made, merchant, timezone, date, status, because, destinations }),
        attachments: [attachment],
      },
      signal,
    );
  } catch (error) {
    if (!(error instanceof TillstreamError) || signal.aborted) throw error;
    work.report({ kind: 'warning', text: `The report was not mailed. ${error.message}` });
  }
}
