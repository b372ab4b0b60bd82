import { resolve } from 'node:path';
import type { OutgoingFile, Receipt } from '../../sinks/delivery.ts';
import { deliverToFolder } from '../../sinks/folder/folder.ts';
import { exportedBytes, type MadeExport, madeExports } from '../../sinks/postgres/exports.ts';
import type { Warehouse } from '../../sinks/postgres/warehouse.ts';
import { spoolFile } from '../../sinks/spool.ts';
import { UsageError, WarehouseError } from '../../transforms/errors.ts';
import { inSpool } from '../run/spool-folder.ts';
import type { Configuration } from '../settings/schema.ts';

/**
 * Writes the files of an export into a folder, byte for byte as they were made: all, or none.
 *
 * Each is hashed and compared with the hash in the export ledger.
 *
 * @throws UsageError where there is no such export, it has no files, or its bytes were deleted
 * @throws DeliveryError where the folder cannot be written
 */
export async function saveExport(
  { warehouse, configuration }: { warehouse: Warehouse; configuration: Configuration },
  exportId: string,
  folder: string,
  signal: AbortSignal,
): Promise<{ readonly made: MadeExport; readonly receipts: readonly Receipt[] }> {
  const [made] = await madeExports(warehouse, { exportId });
  if (made === undefined) throw notFound(exportId, await madeExports(warehouse, { limit: 5 }));
  if (made.files.length === 0) throw withoutFiles(made);
  return inSpool({ configuration, runId: made.runId }, async spool => {
    const files: OutgoingFile[] = [];
    for (const recorded of made.files) {
      const chunks = chunksOf(exportedBytes(warehouse, exportId, recorded.name));
      const file = await spoolFile(spool, recorded.name, chunks, signal);
      if (file.sha256 !== recorded.sha256)
        throw file.bytes === 0 ? bytesDeleted(made) : damaged(made, recorded);
      files.push({ ...file, rows: recorded.rows });
    }
    return { made, receipts: await deliverToFolder(resolve(folder))(files, signal) };
  });
}

async function* chunksOf(parts: AsyncIterable<Buffer>) {
  for await (const data of parts) yield { data, rows: 0 };
}

const LIST = 'List them with: tillstream exports';

function notFound(exportId: string, latest: readonly MadeExport[]): UsageError {
  return new UsageError('NO_SUCH_EXPORT', {
    problem: 'There is no export with that number',
    found: exportId,
    ...(latest.length > 0 && {
      expected: `a number such as ${latest.map(({ exportId }) => exportId).join(', ')}`,
    }),
    next: latest.length > 0 ? LIST : 'Nothing was exported yet.',
  });
}

function withoutFiles({ exportId, kind }: MadeExport): UsageError {
  return new UsageError('EXPORT_WITHOUT_FILES', {
    problem: `Export ${exportId} (${kind}) was held before any file was made`,
    next: 'See why with: tillstream runs',
  });
}

function bytesDeleted({ exportId }: MadeExport): UsageError {
  return new UsageError('EXPORT_FORGOTTEN', {
    problem: `The files of export ${exportId} were deleted`,
    next: `${LIST}. locally.keep_days says after how many days the files of a feed are deleted.`,
  });
}

function damaged({ exportId }: MadeExport, file: MadeExport['files'][number]): WarehouseError {
  return new WarehouseError('EXPORT_DAMAGED', {
    problem: `"${file.name}" of export ${exportId} was changed in the warehouse`,
    expected: `${file.bytes.toLocaleString('en-US')} bytes with the SHA-256 ${file.sha256}`,
    next: 'Restore the table _export_chunks from a backup. Nothing was written.',
  });
}
