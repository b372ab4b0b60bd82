/** The reported totals of one slice and the rows that arrived. */
export interface Tally {
  /** The source's total before the first page and after the last. */
  readonly before: number;
  readonly after: number;
  /** Totals on the way that differ from the first. */
  readonly otherTotals: readonly number[];
  /** Rows that arrived, good and bad. */
  readonly seen: number;
}

/**
 * Why a pull is not provably complete, or undefined when it is.
 *
 * Walked by key, rows may join or leave the set meanwhile: having seen exactly what was there at the start, or
 * exactly what is there at the end, is the whole truth of that moment. Walked by page number, any change of the
 * total may have shifted a row past us.
 */
export function whyIncomplete(tally: Tally, walkedBy: 'by_key' | 'by_page'): string | undefined {
  const { before, after, otherTotals, seen } = tally;
  if (walkedBy === 'by_page' && otherTotals.length > 0) {
    return `the number of rows changed while they were read (${[before, ...otherTotals].join(', then ')})`;
  }
  if (seen !== before && seen !== after) {
    return `${seen} rows arrived where Heartland says it holds ${before === after ? after : `${before}, then ${after}`}`;
  }
  return undefined;
}
