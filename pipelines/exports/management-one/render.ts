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
  lineRounder,
  WrittenSums,
} from '../../../transforms/management-one/file.ts';
import type { Line } from '../../../transforms/management-one/line.ts';
import { previewCells } from '../../../transforms/management-one/preview.ts';
import type { FigureStyle } from '../../../transforms/management-one/style.ts';
import type { Month } from '../../../transforms/month.ts';
import type { Work } from '../../run/work.ts';
import type { ManagementOneConfiguration } from '../../settings/management-one.ts';
import { MOST_CLASSES_IN_SNAPSHOT } from './delivery-history.ts';
import type { Lines } from './figures/cells.ts';
import { fillTemplate, layoutOf } from './settings.ts';

/** The month as files, or the reason why the layout cannot hold it. */
export interface RenderedMonth {
  readonly files: readonly OutgoingFile[];
  readonly check: Check;
  readonly rowCount: number;
  /** What the columns of all files sum to, each cell rounded as it is written. */
  readonly sums: Figures;
  /** Every line, exact; undefined where there are too many to hold in memory. */
  readonly lines: readonly Line[] | undefined;
  /** The file as a table, where it was requested; empty where the layout cannot hold it. */
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
 * Writes the lines in the configured layout as they come, with only a few in memory at a time.
 *
 * A value that the layout cannot hold fails the check and leaves no file at all.
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
    withPreview ? Number.POSITIVE_INFINITY : MOST_CLASSES_IN_SNAPSHOT,
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
  const { rowCount, lines: exactLines } = rounded;
  const sums = rounded.sums.figures();
  const head = { clientId: settings.client_id, start: month.start, end: month.end };
  const table = () =>
    previewCells(layoutOf(settings), settings.layout, head, exactLines ?? [], sums);
  return {
    ...{ files, rowCount, sums, lines: exactLines },
    preview: withPreview ? (refusal === undefined ? table() : []) : undefined,
    check:
      refusal === undefined
        ? {
            ...{ name, result: 'ok', figure: `${rowCount.toLocaleString('en-US')} rows` },
            detail: 'the layout can hold every value',
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
    const name = fillTemplate(layout.file_name, work.configuration, settings, month, location);
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

/** Reads the lines of a month on demand, rounds them as they are written, and sums and counts them. */
class RoundedLines {
  readonly sums: WrittenSums;
  #rowCount = 0;
  readonly #source: AsyncIterator<readonly Line[]>;
  readonly #rounded: (line: Line) => Line;
  readonly #mostInMemory: number;
  #exact: Line[] | undefined = [];
  #buffered: readonly Line[] = [];

  /** @param mostInMemory beyond this many lines, `lines` is undefined */
  constructor(lines: Lines, style: FigureStyle, mostInMemory: number) {
    this.sums = new WrittenSums(style);
    this.#source = lines[Symbol.asyncIterator]();
    this.#rounded = lineRounder(style);
    this.#mostInMemory = mostInMemory;
  }

  /** Lines read so far. */
  get rowCount(): number {
    return this.#rowCount;
  }

  /** Every line read so far, exact; undefined where there are too many. */
  get lines(): readonly Line[] | undefined {
    return this.#exact;
  }

  /** The location of the next line; undefined at the end. */
  async nextLocation(): Promise<string | undefined> {
    while (this.#buffered.length === 0) {
      const { value, done } = await this.#source.next();
      if (done) return undefined;
      this.#buffered = this.#read(value);
    }
    return this.#buffered[0]![0];
  }

  /** The next lines, of one location or of any; none when there are no more of it. */
  async take(location?: string): Promise<readonly Line[]> {
    await this.nextLocation();
    const other =
      location === undefined ? -1 : this.#buffered.findIndex(line => line[0] !== location);
    const end = other < 0 ? this.#buffered.length : other;
    const taken = this.#buffered.slice(0, end);
    this.#buffered = this.#buffered.slice(end);
    return taken;
  }

  /** Reads the remaining lines. */
  async finish(): Promise<void> {
    while ((await this.take()).length > 0);
  }

  #read(lines: readonly Line[]): readonly Line[] {
    const rounded = lines.map(this.#rounded);
    for (const line of rounded) this.sums.add(line);
    this.#rowCount += lines.length;
    if (this.#rowCount > this.#mostInMemory) this.#exact = undefined;
    this.#exact?.push(...lines);
    return rounded;
  }
}
