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
 * Writes the files of an export into a folder, as they were made: each is hashed on its way and compared with what was
 * written down then. All of them, or none.
 *
 * @throws UsageError where there is no such export, it has no files, or its bytes are no longer kept
 * @throws DeliveryError where the folder cannot be written
 */
export async function saveExport(
  { warehouse, configuration }: { warehouse: Warehouse; configuration: Configuration },
  exportId: string,
  folder: string,
  signal: AbortSignal,
): Promise<{ readonly made: MadeExport; readonly receipts: readonly Receipt[] }> {
  const [made] = await madeExports(warehouse, { exportId });
  if (made === undefined) throw unknown(exportId, await madeExports(warehouse, { limit: 5 }));
  if (made.files.length === 0) throw withoutFiles(made);
  return inSpool({ configuration, runId: made.runId }, async spool => {
    const files: OutgoingFile[] = [];
    for (const kept of made.files) {
      const chunks = chunksOf(exportedBytes(warehouse, exportId, kept.name));
      const file = await spoolFile(spool, kept.name, chunks, signal);
      if (file.sha256 !== kept.sha256)
        throw file.bytes === 0 ? forgotten(made) : damaged(made, kept);
      files.push({ ...file, rows: kept.rows });
    }
    return { made, receipts: await deliverToFolder(resolve(folder))(files, signal) };
  });
}

async function* chunksOf(pieces: AsyncIterable<Buffer>) {
  for await (const data of pieces) yield { data, rows: 0 };
}

const LIST = 'See what there is with: tillstream exports';

function unknown(exportId: string, latest: readonly MadeExport[]): UsageError {
  return new UsageError('NO_SUCH_EXPORT', {
    problem: 'There is no export of that number',
    found: exportId,
    ...(latest.length > 0 && {
      expected: `a number as ${latest.map(({ exportId }) => exportId).join(', ')}`,
    }),
    next: latest.length > 0 ? LIST : 'Nothing was made yet.',
  });
}

function withoutFiles({ exportId, kind }: MadeExport): UsageError {
  return new UsageError('EXPORT_WITHOUT_FILES', {
    problem: `Export ${exportId} (${kind}) was held before any file could be made`,
    next: 'The output of its run says why; see tillstream runs.',
  });
}

function forgotten({ exportId }: MadeExport): UsageError {
  return new UsageError('EXPORT_FORGOTTEN', {
    problem: `The files of export ${exportId} are no longer kept`,
    next: `${LIST} (locally.keep_days says for how many days those of a feed are kept).`,
  });
}

function damaged({ exportId }: MadeExport, file: MadeExport['files'][number]): WarehouseError {
  return new WarehouseError('EXPORT_DAMAGED', {
    problem: `"${file.name}" of export ${exportId} is not in the warehouse as it was made`,
    expected: `${file.bytes} bytes with the SHA-256 ${file.sha256}`,
    next: 'Something else changed the table _export_chunks: restore it from a backup. Nothing was written.',
  });
}
