import { rm } from 'node:fs/promises';
import type { OutgoingFile } from '../../../sinks/delivery.ts';
import { type Chunk, spoolFile } from '../../../sinks/spool.ts';
import { HeldError } from '../../../transforms/errors.ts';
import type { Check } from '../../../transforms/findings.ts';
import { encodeText } from '../../../transforms/layout.ts';
import type { Figures } from '../../../transforms/management-one/figures.ts';
import {
  type FileWriter,
  fileWriter,
  WrittenSums,
} from '../../../transforms/management-one/file.ts';
import type { Line } from '../../../transforms/management-one/line.ts';
import { previewCells } from '../../../transforms/management-one/preview.ts';
import type { Month } from '../../../transforms/month.ts';
import type { Work } from '../../run/work.ts';
import type { ManagementOneConfiguration } from '../../settings/management-one.ts';
import { layoutOf } from './layout.ts';
import type { Lines } from './lines.ts';
import { RoundedLines } from './rounded-lines.ts';
import { filled } from './template.ts';
import { MOST_CLASSES_KEPT } from './totals-snapshot.ts';

/** The month in its files, or the reason why the layout cannot carry it. */
export interface RenderedMonth {
  readonly files: readonly OutgoingFile[];
  readonly check: Check;
  readonly rowCount: number;
  /** What the columns of all files sum to, each cell rounded as it is written. */
  readonly sums: Figures;
  /** Every line, exact; undefined where they are too many to keep. */
  readonly lines: readonly Line[] | undefined;
  /** The file as a table, where it was asked for; empty where the layout cannot carry it. */
  readonly preview: readonly (readonly string[])[] | undefined;
}

/** Where and how a month is rendered. */
export interface Rendering {
  readonly work: Pick<Work, 'configuration'>;
  readonly settings: ManagementOneConfiguration;
  readonly month: Month;
  /** Gets the files. */
  readonly folder: string;
  readonly withPreview: boolean;
}

/**
 * Writes the lines in the configured layout, as they come: no more than a few are in memory at a time. A value that the
 * layout cannot carry fails the check and leaves no file at all.
 */
export async function renderMonth(
  rendering: Rendering,
  lines: Lines,
  signal: AbortSignal,
): Promise<RenderedMonth> {
  const { settings, month, folder, withPreview } = rendering;
  const rounded = new RoundedLines(
    lines,
    settings.layout,
    withPreview ? Number.POSITIVE_INFINITY : MOST_CLASSES_KEPT,
  );
  const name = 'the file can be written';
  let files: readonly OutgoingFile[] = [];
  let refusal: HeldError | undefined;
  try {
    files = await writeFiles(rendering, rounded, signal);
  } catch (error) {
    if (!(error instanceof HeldError)) throw error;
    refusal = error;
    await rm(folder, { recursive: true, force: true });
    await rounded.finish();
  }
  const { rowCount, kept } = rounded;
  const sums = rounded.sums.figures();
  const head = { clientId: settings.client_id, start: month.start, end: month.end };
  const table = () => previewCells(layoutOf(settings), settings.layout, head, kept ?? [], sums);
  return {
    ...{ files, rowCount, sums, lines: kept },
    preview: withPreview ? (refusal === undefined ? table() : []) : undefined,
    check:
      refusal === undefined
        ? {
            ...{ name, result: 'ok', figure: `${rowCount} rows` },
            detail: 'the layout can carry every value',
          }
        : { name, result: 'failed', figure: '0 rows', detail: refusal.message },
  };
}

/** One file with all lines, or one for each location. */
async function writeFiles(
  { work, settings, month, folder }: Rendering,
  rounded: RoundedLines,
  signal: AbortSignal,
): Promise<readonly OutgoingFile[]> {
  const { layout, client_id: clientId } = settings;
  const head = { clientId, start: month.start, end: month.end };
  const writer = fileWriter(layoutOf(settings), layout, head);
  const write = (location?: string) => {
    const name = filled(layout.file_name, work.configuration, settings, month, location);
    const sums = new WrittenSums(layout);
    return spoolFile(folder, name, chunksOf(writer, rounded, sums, location), signal);
  };
  if (layout.files === 'one') return [await write()];
  const files: OutgoingFile[] = [];
  for (;;) {
    const location = await rounded.nextLocation();
    if (location === undefined) return files;
    files.push(await write(location));
  }
}

async function* chunksOf(
  writer: FileWriter,
  rounded: RoundedLines,
  sums: WrittenSums,
  location?: string,
): AsyncGenerator<Chunk> {
  yield { data: encodeText(writer.header()), rows: 0 };
  for (;;) {
    const lines = await rounded.take(location);
    if (lines.length === 0) break;
    let text = '';
    for (const line of lines) {
      if (location !== undefined) sums.add(line);
      text += writer.line(line);
    }
    yield { data: encodeText(text), rows: lines.length };
  }
  const total = location === undefined ? rounded.sums : sums;
  yield { data: encodeText(writer.trailer(total.figures())), rows: 0 };
}
