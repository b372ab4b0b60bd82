import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { OutgoingFile } from '../../sinks/outgoing.ts';
import { type Chunk, spoolFile } from '../../sinks/spool.ts';
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

/** Writes the month's file to disk, hands it to `use`, and removes it afterwards: what went out is in the warehouse. */
export async function inFiles<T>(
  work: Work,
  settings: ManagementOneConfiguration,
  month: Month,
  rows: readonly ClassFigures[],
  signal: AbortSignal,
  use: (files: readonly OutgoingFile[]) => Promise<T>,
): Promise<T> {
  const folder = join(work.configuration.data_folder, 'spool', `management-one-${work.runId}`);
  const name = filled(settings.layout.file_name, work.configuration, settings, month);
  try {
    const lines = linesOf(layoutOf(settings), settings, month, rows);
    return await use([await spoolFile(folder, name, lines, signal)]);
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
