/** One check of an export, run before it is delivered. */
export interface Check {
  /** Stable name, as `net sales match Heartland`. */
  readonly name: string;
  /** `note` is worth reading and holds nothing. */
  readonly result: 'ok' | 'note' | 'failed';
  /** The figure that was checked, as a person would quote it. */
  readonly figure: string;
  /** What was compared, and how far it is off where it is. */
  readonly detail: string;
}

/** An issue in the data that a person should fix, with what it affects and how to fix it. */
export interface Problem {
  /** Stable kind, as `no_class_code`. */
  readonly kind: string;
  /** What was done: the export was held, the figures went to another class, the row was left out. */
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

/** Groups problems by what to fix: an item, at all its locations, or a location without an item. */
export function groupedByThing(problems: readonly Problem[]): readonly (readonly Problem[])[] {
  return [
    ...Map.groupBy(problems, ({ treatment, kind, itemNumber, locationNumber }) =>
      JSON.stringify([treatment, kind, itemNumber ?? `at ${locationNumber}`]),
    ).values(),
  ];
}

/** Counts the issues to fix: one for each item or location, or one for each named document. */
export function countIssues(problems: readonly Problem[]): number {
  return groupedByThing(problems)
    .map(thing => thing.flatMap(({ documents = [] }) => documents).length || 1)
    .reduce((sum, count) => sum + count, 0);
}

/** Returns the number of issues in words, as `19 issues`. */
export function issuesInWords(problems: readonly Problem[]): string {
  const issues = countIssues(problems);
  return `${issues.toLocaleString('en-US')} issue${issues === 1 ? '' : 's'}`;
}

/** Returns the title of a list of issues, as `Issues to fix (19)`. */
export function issuesTitle(problems: readonly Problem[]): string {
  return `Issues to fix (${countIssues(problems).toLocaleString('en-US')})`;
}
