import { join } from 'node:path';
import {
  exportedBytes,
  listExports,
  type RecordedExport,
} from '../../../sinks/postgres/exports.ts';
import { spoolFile } from '../../../sinks/spool.ts';
import type { Month } from '../../../transforms/month.ts';
import type { Work } from '../../run/work.ts';
import type { MonthToDeliver } from './deliver.ts';
import { totalsOf } from './totals-snapshot.ts';

/**
 * The latest export of a month, where some recipients have it and others were refused; undefined in every other case.
 * Those who miss it get the same bytes, so that nobody works with another file than the rest.
 */
export async function partlySent(
  { warehouse }: Work,
  month: Month,
): Promise<RecordedExport | undefined> {
  const [last] = await listExports(warehouse, 'management_one', {
    period: month.label,
    statuses: ['failed', 'delivered', 'sending'],
    limit: 1,
  });
  const isPartly =
    last?.status === 'failed' && last.receipts.some(({ recipients = [] }) => recipients.length > 0);
  return isPartly && last.hasBytes && totalsOf(last) !== undefined ? last : undefined;
}

/** The kept export as it was made, its files written into `folder`. */
export async function asMade(
  { warehouse }: Work,
  month: Month,
  kept: RecordedExport,
  folder: string,
  signal: AbortSignal,
): Promise<MonthToDeliver> {
  const { exportId, checks, problems, receipts } = kept;
  const totals = totalsOf(kept)!;
  const files = [];
  for (const { name, rows } of kept.files) {
    const chunks = async function* () {
      for await (const data of exportedBytes(warehouse, exportId, name)) yield { data, rows: 0 };
    };
    files.push({ ...(await spoolFile(join(folder, 'again'), name, chunks(), signal)), rows });
  }
  return {
    ...{ month, checks, problems, files, exportId },
    totals,
    kept: totals,
    receipts: [],
    earlierReceipts: receipts,
  };
}
