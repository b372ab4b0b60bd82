import { open } from 'node:fs/promises';
import type pg from 'pg';
import { defer, from, lastValueFrom } from 'rxjs';
import type { Check, Problem } from '../../transforms/findings.ts';
import type { OutgoingFile, Receipt } from '../delivery.ts';
import { statement } from './statement.ts';
import { transaction, type Warehouse } from './warehouse.ts';

export type ExportKind = 'locally' | 'management_one';

/**
 * The state of an export. `sending` is recorded before the first byte is sent: after a crash, the other side may have it.
 * `saved` was written to a folder and sent to nobody.
 */
export type ExportStatus = 'held' | 'sending' | 'delivered' | 'saved' | 'failed';

/** A new export, before it is delivered. */
export interface NewExport {
  readonly kind: ExportKind;
  /** The month as `YYYY-MM`, or the day of a feed. */
  readonly period: string;
  readonly status: ExportStatus;
  /** Exact figures as text, to show and to compare with later versions. */
  readonly totals: object;
  readonly checks: readonly Check[];
  readonly problems: readonly Problem[];
  readonly message?: string;
}

/** A feed or month-end file, delivered or not. */
export interface MadeExport {
  readonly exportId: string;
  readonly runId: string;
  readonly kind: ExportKind;
  readonly period: string;
  readonly status: ExportStatus;
  readonly madeAt: Date;
  readonly deliveredAt: Date | undefined;
  readonly files: readonly Omit<OutgoingFile, 'path'>[];
  /** Whether the bytes of its files are stored; those of old feeds are not. */
  readonly hasBytes: boolean;
}

/** An export with its totals, checks, problems and receipts. */
export interface RecordedExport extends MadeExport, NewExport {
  readonly receipts: readonly Receipt[];
}

/** Bytes in one row of `_export_chunks`: small enough to stream, large enough for few rows. */
const CHUNK_BYTES = 1 << 18;

/** Records an export with the bytes of its files, in one transaction. Returns its id. */
export function recordExport(
  warehouse: Warehouse,
  runId: string,
  made: NewExport,
  files: readonly OutgoingFile[],
): Promise<string> {
  return lastValueFrom(
    transaction(warehouse, client => defer(() => from(insertExport(client, runId, made, files)))),
  );
}

async function insertExport(
  client: pg.PoolClient,
  runId: string,
  made: NewExport,
  files: readonly OutgoingFile[],
): Promise<string> {
  const { rows } = await client.query<{ export_id: string }>(
    `insert into _exports (run_id, kind, period, status, totals, checks, problems, message)
     values ($1, $2, $3, $4, $5, $6, $7, $8) returning export_id`,
    [
      runId,
      made.kind,
      made.period,
      made.status,
      JSON.stringify(made.totals),
      JSON.stringify(made.checks),
      JSON.stringify(made.problems),
      made.message,
    ],
  );
  const exportId = rows[0]!.export_id;
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  for (const file of files) {
    await client.query(
      'insert into _export_files (export_id, name, bytes, sha256, row_count) values ($1, $2, $3, $4, $5)',
      [exportId, file.name, file.bytes, file.sha256, file.rows],
    );
    await insertBytes(client, exportId, file, buffer);
  }
  return exportId;
}

/** Uses one buffer: a stream allocates one for each read, more than the rest of a run needs. */
async function insertBytes(
  client: pg.PoolClient,
  exportId: string,
  { name, path }: OutgoingFile,
  buffer: Buffer,
): Promise<void> {
  const file = await open(path);
  try {
    for (let chunk = 0; ; chunk++) {
      const { bytesRead } = await file.read(buffer);
      if (bytesRead === 0) return;
      await client.query(
        'insert into _export_chunks (export_id, name, chunk, content) values ($1, $2, $3, $4)',
        [exportId, name, chunk, buffer.subarray(0, bytesRead)],
      );
    }
  } finally {
    await file.close();
  }
}

/** Records the result of an export's delivery. */
export async function closeExport(
  warehouse: Warehouse,
  exportId: string,
  status: ExportStatus,
  receipts: readonly Receipt[],
  message?: string,
): Promise<void> {
  await warehouse.query(
    `update _exports
        set status = $2, receipts = $3, message = coalesce($4, message),
            delivered_at = case when $2 = 'delivered' then now() end
      where export_id = $1`,
    [exportId, status, JSON.stringify(receipts), message],
  );
}

/** Selects exports; a missing criterion matches all. */
export interface ExportFilter {
  readonly kind?: ExportKind;
  readonly exportId?: string;
  readonly period?: string;
  readonly statuses?: readonly ExportStatus[];
  /** Default 100. */
  readonly limit?: number;
}

/** The exports that match, the latest first. */
export async function madeExports(
  warehouse: Warehouse,
  filter: ExportFilter,
): Promise<readonly MadeExport[]> {
  return (await exportRows(warehouse, filter, false)).map(madeExport);
}

/** The exports of a kind with their totals, checks, problems and receipts, the latest first. */
export async function listExports(
  warehouse: Warehouse,
  kind: ExportKind,
  filter: Omit<ExportFilter, 'kind'> = {},
): Promise<readonly RecordedExport[]> {
  const rows = await exportRows<FullRow>(warehouse, { ...filter, kind }, true);
  return rows.map(row => ({
    ...madeExport(row),
    totals: row.totals,
    checks: row.checks,
    problems: row.problems,
    receipts: row.receipts,
    ...(row.message !== null && { message: row.message }),
  }));
}

interface ExportRow {
  readonly export_id: string;
  readonly run_id: string;
  readonly kind: ExportKind;
  readonly period: string;
  readonly status: ExportStatus;
  readonly made_at: Date;
  readonly delivered_at: Date | null;
  readonly files: MadeExport['files'];
  readonly has_bytes: boolean;
}

interface FullRow
  extends ExportRow,
    Pick<RecordedExport, 'totals' | 'checks' | 'problems' | 'receipts'> {
  readonly message: string | null;
}

function exportRows<Row extends ExportRow>(
  warehouse: Warehouse,
  { kind, exportId, period, statuses, limit = 100 }: ExportFilter,
  isFull: boolean,
): Promise<Row[]> {
  return warehouse.query<Row>(statement('exports/list'), [
    kind ?? null,
    exportId ?? null,
    period ?? null,
    statuses ?? null,
    limit,
    isFull,
  ]);
}

function madeExport(row: ExportRow): MadeExport {
  return {
    exportId: row.export_id,
    runId: row.run_id,
    kind: row.kind,
    period: row.period,
    status: row.status,
    madeAt: row.made_at,
    deliveredAt: row.delivered_at ?? undefined,
    files: row.files,
    hasBytes: row.has_bytes,
  };
}

/** The bytes of an exported file, chunk by chunk. */
export async function* exportedBytes(
  warehouse: Warehouse,
  exportId: string,
  name: string,
): AsyncGenerator<Buffer> {
  for (let chunk = 0; ; chunk++) {
    const [row] = await warehouse.query<{ content: Buffer }>(
      'select content from _export_chunks where export_id = $1 and name = $2 and chunk = $3',
      [exportId, name, chunk],
    );
    if (row === undefined) return;
    yield row.content;
  }
}
