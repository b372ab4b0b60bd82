/** One proof that an export made of itself before it left. */
export interface Check {
  /** Stable name, as `net sales agree with Heartland`. */
  readonly name: string;
  /** `note` is worth reading and holds nothing. */
  readonly result: 'ok' | 'note' | 'failed';
  /** The figure that was checked, as a person would quote it. */
  readonly figure: string;
  /** What was compared, and how far it is off where it is. */
  readonly detail: string;
}

/** Something in the data that a person should mend, with what it touches and how. */
export interface Problem {
  /** Stable kind, as `no_class_code`. */
  readonly kind: string;
  /** What was done about it: the export was held, the figures went to another class, the row was left out. */
  readonly treatment: 'held' | 'unclassified' | 'left_out' | 'noted';
  readonly itemNumber: string | undefined;
  readonly description: string | undefined;
  readonly locationNumber: string | undefined;
  /** The value that is wrong, as it is written in Heartland; undefined where it is missing. */
  readonly found: string | undefined;
  /** What is at stake, as `{ units: "12", net_sales: "140.00" }`; exact figures as text. */
  readonly atStake: Readonly<Record<string, string>>;
  /** The documents it comes from, as `purchase order 1034`, where they are known. */
  readonly documents?: readonly string[];
  /** What to change in Heartland. */
  readonly fix: string;
}

/** Problems by what is to be mended: an item, at all its locations together, or a location where no item is named. */
export function groupedByThing(problems: readonly Problem[]): readonly (readonly Problem[])[] {
  return [
    ...Map.groupBy(problems, ({ treatment, kind, itemNumber, locationNumber }) =>
      JSON.stringify([treatment, kind, itemNumber ?? `at ${locationNumber}`]),
    ).values(),
  ];
}

/** How many cases are to be mended: things, or each of the documents where they are named. */
export function casesOf(problems: readonly Problem[]): number {
  return groupedByThing(problems)
    .map(thing => thing.flatMap(({ documents = [] }) => documents).length || 1)
    .reduce((sum, count) => sum + count, 0);
}

/** The length of a list, as `19 cases`. */
export function casesInWords(problems: readonly Problem[]): string {
  const cases = casesOf(problems);
  return `${cases.toLocaleString('en-US')} case${cases === 1 ? '' : 's'}`;
}
