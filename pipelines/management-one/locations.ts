import type { Configuration } from '../configuration/schema.ts';

/** Which locations are in the file, and what Management One calls them. */
export interface ExportedLocations {
  /** Heartland's numbers of the exported locations. */
  readonly numbers: readonly string[];
  /** Management One's number of each, in the same order. */
  readonly theirs: readonly string[];
  /** Heartland's numbers of those that are left out on purpose. */
  readonly leftOut: readonly string[];
}

export function exportedLocations({ locations }: Pick<Configuration, 'locations'>) {
  const entries = Object.entries(locations);
  const exported = entries.filter(([, { management_one: theirs }]) => theirs !== false);
  return {
    numbers: exported.map(([number]) => number),
    theirs: exported.map(([number, { management_one: theirs }]) => theirs || number),
    leftOut: entries
      .filter(([, { management_one: theirs }]) => theirs === false)
      .map(([number]) => number),
  } satisfies ExportedLocations;
}
