import type { Configuration } from '../../settings/schema.ts';

/** Which locations are in the file, and what Management One calls them. */
export interface ExportedLocations {
  /** Heartland's numbers of the exported locations, in the order of the file. */
  readonly numbers: readonly string[];
  /** Management One's number of each, in the same order. */
  readonly theirs: readonly string[];
  /** Heartland's numbers of those that are left out on purpose. */
  readonly leftOut: readonly string[];
}

export function exportedLocations({
  locations,
}: Pick<Configuration, 'locations'>): ExportedLocations {
  const entries = Object.entries(locations);
  const exported = entries
    .flatMap(([number, { management_one: theirs }]) =>
      theirs === false ? [] : [{ number, theirs: theirs || number }],
    )
    .toSorted((a, b) => byNumber(a.theirs, b.theirs));
  return {
    numbers: exported.map(({ number }) => number),
    theirs: exported.map(({ theirs }) => theirs),
    leftOut: entries
      .filter(([, { management_one: theirs }]) => theirs === false)
      .map(([number]) => number),
  };
}

/** Numbers as numbers (2 before 10), then the others as text. */
function byNumber(a: string, b: string): number {
  const isNumber = (text: string) => /^[0-9]+$/.test(text);
  if (isNumber(a) !== isNumber(b)) return isNumber(a) ? -1 : 1;
  if (isNumber(a) && BigInt(a) !== BigInt(b)) return BigInt(a) < BigInt(b) ? -1 : 1;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
