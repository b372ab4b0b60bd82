/** One column of a table for people. */
export interface TableColumn {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** Its text may go on in further lines, where the table would be too wide. */
  readonly wraps?: boolean;
  /** It is left out where nothing else helps. Of several, the last goes first. */
  readonly canBeSpared?: boolean;
}

/** Between two columns. */
const GAP = 2;
/** A column that wraps is as wide as its longest word at least, if that is no longer than this. */
const LONGEST_WORD = 28;
/** Where that is still too wide, words are broken. No text is narrower than this. */
const NARROWEST = 16;

/** Where a text goes on below what it is about. */
const NARROW_INDENT = 6;

/** The columns of a table that are shown, by their place, and how wide each is. */
export interface Measures {
  readonly kept: readonly number[];
  readonly widths: readonly number[];
}

/** Makes a table fit, so that a line has at most `width` letters, as far as that can be done. */
export function measured(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  width: number,
): Measures {
  const cellsOf = (index: number) => rows.map(row => row[index]!);
  const whole = columns.map(({ title }, index) => longest([title, ...cellsOf(index)], '\n'));
  const least = (mostForWord: number) =>
    columns.map(({ title, wraps }, index) => {
      const cells = cellsOf(index);
      const most = longest(cells, '\n');
      const word = Math.max(NARROWEST, Math.min(longest(cells, /\s/), mostForWord));
      const narrow = wraps ? Math.min(most, word) : most;
      // A title may always wrap.
      return Math.max(narrow, longest([title], ' '));
    });
  const roomIn = (kept: readonly number[], widths: readonly number[]) =>
    width - GAP * (kept.length - 1) - kept.reduce((sum, index) => sum + widths[index]!, 0);

  let widths = least(LONGEST_WORD);
  let kept = columns.map((_, index) => index);
  while (roomIn(kept, widths) < 0) {
    const spared = kept.findLast(index => columns[index]!.canBeSpared);
    if (spared === undefined) break;
    kept = kept.filter(index => index !== spared);
  }
  if (roomIn(kept, widths) < 0) widths = least(NARROWEST);
  return { kept, widths: widened(kept, widths, whole, roomIn(kept, widths)) };
}

/** Gives what room there is to each column in turn, those that need the least of it first. */
function widened(
  kept: readonly number[],
  least: readonly number[],
  whole: readonly number[],
  room: number,
): readonly number[] {
  const widths = [...least];
  const needs = (index: number) => whole[index]! - least[index]!;
  let left = room;
  for (const [at, index] of kept.toSorted((a, b) => needs(a) - needs(b)).entries()) {
    const more = Math.min(needs(index), Math.max(0, Math.floor(left / (kept.length - at))));
    widths[index]! += more;
    left -= more;
  }
  return kept.map(index => widths[index]!);
}

/** Letters in the longest part of any of the texts. */
function longest(texts: readonly string[], between: string | RegExp): number {
  return Math.max(0, ...texts.flatMap(text => text.split(between)).map(lengthOf));
}

/** A text in lines of at most `width` letters, broken at spaces where there are any. */
export function wrapped(text: string, width: number): string {
  return text
    .split('\n')
    .flatMap(line => (lengthOf(line) <= width ? [line] : brokenAt(width, line)))
    .join('\n');
}

/**
 * A text behind what is before it, its further lines below its first; below both where too little room is left beside.
 *
 * @param before what its first line begins with, as wide as the further lines are indented
 */
export function hanging(before: string, text: string, width: number): string {
  const beside = width - lengthOf(before);
  const isBeside = beside >= Math.min(LONGEST_WORD, lengthOf(text));
  const indent = ' '.repeat(isBeside ? lengthOf(before) : NARROW_INDENT);
  const lines = wrapped(text, width - indent.length).replaceAll('\n', `\n${indent}`);
  return isBeside ? `${before}${lines}` : `${before.trimEnd()}\n${indent}${lines}`;
}

function brokenAt(width: number, line: string): string[] {
  const words = line.split(' ').flatMap(word => filled(partsOf(word, width), '', width));
  return filled(words, ' ', width);
}

/** What fits beside each other, in as few lines as it takes. */
function filled(parts: readonly string[], between: string, width: number): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const longer = lines.length === 0 ? part : `${lines.at(-1)}${between}${part}`;
    if (lines.length > 0 && lengthOf(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(part);
  }
  return lines;
}

/** A word that is too long is broken after its points and the like, as `reporting.read.` and `metric`. */
function partsOf(word: string, width: number): string[] {
  if (lengthOf(word) <= width) return [word];
  return word.split(/(?<=[._/,:-])/).flatMap(part => {
    const letters = [...part];
    return Array.from({ length: Math.ceil(letters.length / width) }, (_, n) =>
      letters.slice(n * width, (n + 1) * width).join(''),
    );
  });
}

/** In letters: one beyond the basic plane is two code units, and one letter. */
function lengthOf(text: string): number {
  return [...text].length;
}
