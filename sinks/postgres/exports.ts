import { open } from 'node:fs/promises';
import type pg from 'pg';
import { defer, from, lastValueFrom } from 'rxjs';
import type { Check, Problem } from '../../transforms/findings.ts';
import type { OutgoingFile, Receipt } from '../outgoing.ts';
import { transaction, type Warehouse } from './warehouse.ts';

export type ExportKind = 'locally' | 'management_one';

/**
 * `sending` is written before the first byte leaves: found after a crash, it says that the other side may have it.
 * `saved` went to a folder and to nobody.
 */
export type ExportStatus = 'held' | 'sending' | 'delivered' | 'saved' | 'failed';

/** What was made, before it goes anywhere. */
export interface NewExport {
  readonly kind: ExportKind;
  /** The month as `YYYY-MM`, or the day of a feed. */
  readonly period: string;
  readonly status: ExportStatus;
  /** Exact figures as text, for people and for comparing with later versions. */
  readonly totals: object;
  readonly checks: readonly Check[];
  readonly problems: readonly Problem[];
  readonly message?: string;
}

/** An export as it is remembered. */
export interface KeptExport extends NewExport {
  readonly exportId: string;
  readonly runId: string;
  readonly madeAt: Date;
  readonly deliveredAt: Date | undefined;
  readonly receipts: readonly Receipt[];
  readonly files: readonly Pick<OutgoingFile, 'name' | 'bytes' | 'sha256' | 'rows'>[];
}

/** Bytes in one row of `_export_chunks`: small enough to stream, large enough to be few. */
const CHUNK_BYTES = 1 << 18;

/** Writes an export down with the bytes of its files, all or nothing. Returns its id. */
export function keepExport(
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

/** One buffer for all: a stream takes a new one for each read, and so much garbage is more than the rest of a run needs. */
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

/** Says how the sending of an export ended. */
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

/** The exports of a kind, the latest first. */
export async function listExports(
  warehouse: Warehouse,
  kind: ExportKind,
  filter: {
    readonly period?: string;
    readonly statuses?: readonly ExportStatus[];
    readonly limit?: number;
  } = {},
): Promise<readonly KeptExport[]> {
  const rows = await warehouse.query<ExportRow>(
    `select e.export_id, e.run_id, e.kind, e.period, e.status, e.made_at, e.delivered_at, e.totals, e.checks,
            e.problems, e.receipts, e.message,
            (select coalesce(jsonb_agg(jsonb_build_object('name', f.name, 'bytes', f.bytes, 'sha256', f.sha256,
                                                          'rows', f.row_count) order by f.name), '[]')
             from _export_files as f where f.export_id = e.export_id) as files
     from _exports as e
     where e.kind = $1
       and ($2::text is null or e.period = $2)
       and ($3::text[] is null or e.status = any($3))
     order by e.export_id desc
     limit $4`,
    [kind, filter.period ?? null, filter.statuses ?? null, filter.limit ?? 100],
  );
  return rows.map(row => ({
    exportId: row.export_id,
    runId: row.run_id,
    kind: row.kind,
    period: row.period,
    status: row.status,
    madeAt: row.made_at,
    deliveredAt: row.delivered_at ?? undefined,
    totals: row.totals,
    checks: row.checks,
    problems: row.problems,
    receipts: row.receipts,
    files: row.files,
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
  readonly totals: object;
  readonly checks: readonly Check[];
  readonly problems: readonly Problem[];
  readonly receipts: readonly Receipt[];
  readonly message: string | null;
  readonly files: KeptExport['files'];
}

/** The bytes of an exported file as they went out, chunk by chunk. */
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

/** Whether the bytes of an export are still there; those of old feeds are not. */
export async function hasBytes(warehouse: Warehouse, exportId: string): Promise<boolean> {
  const rows = await warehouse.query('select from _export_chunks where export_id = $1 limit 1', [
    exportId,
  ]);
  return rows.length > 0;
}
