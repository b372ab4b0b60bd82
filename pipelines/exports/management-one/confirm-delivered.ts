import { closeExport, listExports } from '../../../sinks/postgres/exports.ts';
import type { Warehouse } from '../../../sinks/postgres/warehouse.ts';
import { UsageError } from '../../../transforms/errors.ts';

/**
 * Notes that a sending whose end was not known did arrive, as a recipient says; from then on the month counts as sent.
 *
 * @param label the month, as `2026-10`
 * @returns the export's id
 * @throws UsageError when no sending of the month is in doubt
 */
export async function confirmDelivered(warehouse: Warehouse, label: string): Promise<string> {
  const open = await listExports(warehouse, 'management_one', {
    period: label,
    statuses: ['sending'],
  });
  const inDoubt = open.find(({ message }) => message !== undefined);
  if (inDoubt === undefined) {
    throw new UsageError('NOTHING_IN_DOUBT', {
      problem: `No sending of ${label} is in doubt`,
      next: 'tillstream status shows what was sent and when.',
    });
  }
  const message = 'A person noted that it arrived.';
  await closeExport(warehouse, inDoubt.exportId, 'delivered', inDoubt.receipts, message);
  return inDoubt.exportId;
}
