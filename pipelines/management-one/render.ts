import { rm } from 'node:fs/promises';
import type { OutgoingFile } from '../../sinks/outgoing.ts';
import { type Chunk, spoolFile } from '../../sinks/spool.ts';
import { HeldError } from '../../transforms/errors.ts';
import type { Check } from '../../transforms/findings.ts';
import { encodeText, renderHeader } from '../../transforms/layout.ts';
import type { ClassFigures, Figures } from '../../transforms/management-one/figures.ts';
import {
  renderClass,
  renderTrailer,
  roundedRows,
  writtenSums,
} from '../../transforms/management-one/file.ts';
import { previewCells } from '../../transforms/management-one/preview.ts';
import type { Month } from '../../transforms/month.ts';
import type { ManagementOneConfiguration } from '../configuration/management-one.ts';
import { spoolFolder } from '../spool-folder.ts';
import type { Work } from '../work.ts';
import { layoutOf } from './layout.ts';
import { filled } from './template.ts';

/** Rows that are written at a time. */
const ROWS_A_CHUNK = 1000;

/** One file of the month, rendered. */
export interface RenderedFile {
  readonly name: string;
  readonly chunks: readonly Chunk[];
}

/** The month as the lines of its files, or the reason why the layout cannot carry it. */
export interface RenderedMonth {
  readonly files: readonly RenderedFile[];
  readonly check: Check;
  readonly rowCount: number;
  /** What the columns of all files sum to, each cell rounded as it is written. */
  readonly sums: Figures;
}

/** Writes the rows in the configured layout. A value it cannot carry fails the check and leaves no file at all. */
export function renderMonth(
  work: Pick<Work, 'configuration'>,
  settings: ManagementOneConfiguration,
  month: Month,
  exact: readonly ClassFigures[],
): RenderedMonth {
  const name = 'the file can be written';
  const rows = roundedRows(exact, settings.layout);
  const sums = writtenSums(rows, settings.layout);
  const made = { rowCount: rows.length, sums };
  try {
    const files = filesOf(settings, rows).map(({ location, rows: some }) => ({
      name: filled(settings.layout.file_name, work.configuration, settings, month, location),
      chunks: [...linesOf(settings, month, some)],
    }));
    const detail = 'the layout can carry every value';
    const check: Check = { name, verdict: 'ok', figure: `${rows.length} rows`, detail };
    return { ...made, files, check };
  } catch (error) {
    if (!(error instanceof HeldError)) throw error;
    const check: Check = { name, verdict: 'failed', figure: '0 rows', detail: error.message };
    return { ...made, files: [], check };
  }
}

/** The file as a table; nothing where the layout cannot carry it. */
export function previewOf(
  settings: ManagementOneConfiguration,
  { start, end }: Month,
  rows: readonly ClassFigures[],
): readonly (readonly string[])[] {
  const head = { clientId: settings.client_id, start, end };
  try {
    return previewCells(layoutOf(settings), settings.layout, head, rows);
  } catch (error) {
    if (!(error instanceof HeldError)) throw error;
    return [];
  }
}

/** Puts the month's files on disk, hands them to `use`, and removes them: what went out is in the warehouse. */
export async function inFiles<T>(
  work: Work,
  { files }: RenderedMonth,
  signal: AbortSignal,
  use: (files: readonly OutgoingFile[]) => Promise<T>,
): Promise<T> {
  const folder = spoolFolder(work);
  try {
    const spooled: OutgoingFile[] = [];
    for (const { name, chunks } of files) {
      spooled.push(await spoolFile(folder, name, chunks, signal));
    }
    return await use(spooled);
  } finally {
    await rm(folder, { recursive: true, force: true }).catch(() => {});
  }
}

/** The rows of each file: all of them, or those of one location. */
function filesOf(
  { layout }: ManagementOneConfiguration,
  rows: readonly ClassFigures[],
): { location?: string; rows: readonly ClassFigures[] }[] {
  if (layout.files === 'one') return [{ rows }];
  const locations = [...new Set(rows.map(({ location }) => location))];
  return locations.map(location => ({
    location,
    rows: rows.filter(row => row.location === location),
  }));
}

function* linesOf(
  settings: ManagementOneConfiguration,
  { start, end }: Month,
  rows: readonly ClassFigures[],
): Generator<Chunk> {
  const layout = layoutOf(settings);
  const style = settings.layout;
  const head = { clientId: settings.client_id, start, end };
  yield { data: encodeText(renderHeader(layout)), rows: 0 };
  for (let from = 0; from < rows.length; from += ROWS_A_CHUNK) {
    const some = rows.slice(from, from + ROWS_A_CHUNK);
    const text = some.map(row => renderClass(layout, style, head, row)).join('');
    yield { data: encodeText(text), rows: some.length };
  }
  yield { data: encodeText(renderTrailer(layout, style, rows)), rows: 0 };
}
