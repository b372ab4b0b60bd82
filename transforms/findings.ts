/** One proof that an export made of itself before it left. */
export interface Check {
  /** Stable name, as `net sales agree with Heartland`. */
  readonly name: string;
  /** `note` is worth reading and holds nothing. */
  readonly verdict: 'ok' | 'note' | 'failed';
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

/** How many things are to be mended: items, or locations where no item is named. At three locations an item is one thing. */
export function casesOf(problems: readonly Problem[]): number {
  return new Set(
    problems.map(({ treatment, kind, itemNumber, locationNumber }) =>
      JSON.stringify([treatment, kind, itemNumber ?? `at ${locationNumber}`]),
    ),
  ).size;
}

/** The length of a list, as `19 cases (63 lines)`. */
export function casesInWords(problems: readonly Problem[]): string {
  const cases = casesOf(problems);
  const words = `${cases.toLocaleString('en-US')} case${cases === 1 ? '' : 's'}`;
  return cases === problems.length
    ? words
    : `${words} (${problems.length.toLocaleString('en-US')} lines)`;
}
