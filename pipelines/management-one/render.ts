import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { OutgoingFile } from '../../sinks/outgoing.ts';
import { type Chunk, spoolFile } from '../../sinks/spool.ts';
import { HeldError } from '../../transforms/errors.ts';
import type { Check } from '../../transforms/findings.ts';
import {
  checkLayout,
  encodeText,
  type Layout,
  renderHeader,
  renderRow,
} from '../../transforms/layout.ts';
import type { ClassFigures } from '../../transforms/management-one/figures.ts';
import type { Month } from '../../transforms/month.ts';
import type { ManagementOneConfiguration } from '../configuration/management-one.ts';
import type { Work } from '../work.ts';
import { filled } from './template.ts';

/** Rows that are written at a time. */
const ROWS_A_CHUNK = 1000;

/** The month as the lines of its file, or the reason why the layout cannot carry it. */
export interface RenderedMonth {
  readonly chunks: readonly Chunk[];
  readonly check: Check;
}

/** The layout of the configuration as the renderer takes it. ASCII without quotes: what Management One documents. */
export function layoutOf({ layout }: ManagementOneConfiguration): Layout {
  return checkLayout({
    kind: 'delimited',
    columns: layout.columns,
    delimiter: layout.delimiter,
    quoting: 'never',
    header: layout.header,
    lineEnd: layout.line_end === 'crlf' ? '\r\n' : '\n',
    encoding: 'ascii',
  });
}

/** Writes the rows in the configured layout. A value it cannot carry fails the check and leaves no file at all. */
export function renderMonth(
  settings: ManagementOneConfiguration,
  month: Month,
  rows: readonly ClassFigures[],
): RenderedMonth {
  const name = 'the file can be written';
  try {
    const chunks = [...linesOf(layoutOf(settings), settings, month, rows)];
    const detail = 'the layout can carry every value';
    return { chunks, check: { name, verdict: 'ok', figure: `${rows.length} rows`, detail } };
  } catch (error) {
    if (!(error instanceof HeldError)) throw error;
    return {
      chunks: [],
      check: { name, verdict: 'failed', figure: '0 rows', detail: error.message },
    };
  }
}

/** Puts the month's file on disk, hands it to `use`, and removes it afterwards: what went out is in the warehouse. */
export async function inFiles<T>(
  work: Work,
  settings: ManagementOneConfiguration,
  month: Month,
  { chunks, check }: RenderedMonth,
  signal: AbortSignal,
  use: (files: readonly OutgoingFile[]) => Promise<T>,
): Promise<T> {
  if (check.verdict === 'failed') return use([]);
  const folder = join(work.configuration.data_folder, 'spool', `management-one-${work.runId}`);
  const name = filled(settings.layout.file_name, work.configuration, settings, month);
  try {
    return await use([await spoolFile(folder, name, chunks, signal)]);
  } finally {
    await rm(folder, { recursive: true, force: true }).catch(() => {});
  }
}

function* linesOf(
  layout: Layout,
  settings: ManagementOneConfiguration,
  month: Month,
  rows: readonly ClassFigures[],
): Generator<Chunk> {
  const header = renderHeader(layout);
  if (header !== '') yield { data: encodeText(header), rows: 0 };
  for (let from = 0; from < rows.length; from += ROWS_A_CHUNK) {
    const some = rows.slice(from, from + ROWS_A_CHUNK);
    const text = some.map(row =>
      renderRow(layout, {
        ClientID: settings.client_id,
        PeriodStart: month.start,
        PeriodEnd: month.end,
        Location: row.location,
        ClassCode: row.classCode,
        ...row.figures,
      }),
    );
    yield { data: encodeText(text.join('')), rows: some.length };
  }
}
