import { lineRounder, WrittenSums } from '../../../transforms/management-one/file.ts';
import type { Line } from '../../../transforms/management-one/line.ts';
import type { FigureStyle } from '../../../transforms/management-one/style.ts';
import type { Lines } from './lines.ts';

/** The lines of a month, read as they are asked for and rounded as they are written; it sums and counts what it has read. */
export class RoundedLines {
  readonly sums: WrittenSums;
  #rowCount = 0;
  readonly #lines: AsyncIterator<readonly Line[]>;
  readonly #rounded: (line: Line) => Line;
  readonly #mostKept: number;
  #kept: Line[] | undefined = [];
  #waiting: readonly Line[] = [];

  /** @param mostKept beyond so many lines, none is kept */
  constructor(lines: Lines, style: FigureStyle, mostKept: number) {
    this.sums = new WrittenSums(style);
    this.#lines = lines[Symbol.asyncIterator]();
    this.#rounded = lineRounder(style);
    this.#mostKept = mostKept;
  }

  /** Lines read so far. */
  get rowCount(): number {
    return this.#rowCount;
  }

  /** Every line read so far, exact; undefined where they are too many. */
  get kept(): readonly Line[] | undefined {
    return this.#kept;
  }

  /** The location of the next line; undefined at the end. */
  async nextLocation(): Promise<string | undefined> {
    while (this.#waiting.length === 0) {
      const { value, done } = await this.#lines.next();
      if (done) return undefined;
      this.#waiting = this.#read(value);
    }
    return this.#waiting[0]![0];
  }

  /** The next lines, of one location or of any; none when there are no more of it. */
  async take(location?: string): Promise<readonly Line[]> {
    await this.nextLocation();
    const other =
      location === undefined ? -1 : this.#waiting.findIndex(line => line[0] !== location);
    const end = other < 0 ? this.#waiting.length : other;
    const taken = this.#waiting.slice(0, end);
    this.#waiting = this.#waiting.slice(end);
    return taken;
  }

  /** Reads what is left. */
  async finish(): Promise<void> {
    while ((await this.take()).length > 0);
  }

  #read(lines: readonly Line[]): readonly Line[] {
    const rounded = lines.map(this.#rounded);
    for (const line of rounded) this.sums.add(line);
    this.#rowCount += lines.length;
    if (this.#rowCount > this.#mostKept) this.#kept = undefined;
    this.#kept?.push(...lines);
    return rounded;
  }
}
